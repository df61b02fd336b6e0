// The journal of forgets: STATE_DIR/forgotten, 0600, which is only added to. It lies beside the database, so
// that a forget outlives the restore of an older backup. It holds instants and keyed hashes, no address.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "store/forgotten.hpp"
#include "vault/vault.hpp"

namespace audienced::store {

inline constexpr const char* forget_journal_name = "forgotten";

struct ForgetJournal {
    std::optional<SysTime> since;  // every forget from then on is in it; none: it was not begun
    std::vector<Forgotten> forgets;
};
/// Eight hex digits that tell the keyed hashes of one installation from those of another.
std::string journal_root(const vault::Vault&);
/// What it says for the installation `root`. Lines that a crash cut short are passed over: they were never
/// acknowledged. Errors: bad_config, store_failed.
result<ForgetJournal> read_forget_journal(const std::string& state_dir, const std::string& root);
/// On the disk when it returns.
result<void> write_forget(const std::string& state_dir, const std::string& root, const Forgotten&);

struct ForgetsApplied {
    std::size_t forgets = 0;  // that the database did not know
    /// The journal was not there, or of another installation: forgets before this day that the database does
    /// not know are lost. none: the journal is complete.
    std::optional<SysTime> begun;
};
/// At every start: forgets of the journal that the database does not know are applied, so that a restored one
/// knows them too; and those of the database that the journal has not are added to it. Errors: store_*,
/// bad_config.
result<ForgetsApplied> apply_forget_journal(Database&, const vault::Vault&, const std::string& state_dir,
                                            SysTime now);

}  // namespace audienced::store
