// The journal of forgets: STATE_DIR/forgotten, 0600, which is only added to. A line that was cut short is
// marked when the next one is written, so that it is told from one that was damaged later. The journal lies
// beside the database, so that a forget outlives the restore of an older backup. It holds instants and keyed
// hashes, no address.
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
    /// Every forget from then on is in it; none: it was not begun, or lines of it are damaged.
    std::optional<SysTime> since;
    std::optional<SysTime> begun;  // its first word of that, whatever was damaged since
    std::size_t damaged = 0;       // lines, of which none says later that the journal is whole again
    std::vector<Forgotten> forgets;
};
/// Eight hex digits that tell the keyed hashes of one installation from those of another.
std::string journal_root(const vault::Vault&);
/// What it says for the installation `root`. A line that a crash cut short is passed over: it was never
/// acknowledged. Errors: bad_config, store_failed.
result<ForgetJournal> read_forget_journal(const std::string& state_dir, const std::string& root);
/// On the disk when it returns.
result<void> write_forget(const std::string& state_dir, const std::string& root, const Forgotten&);

/// Writes what the database knows and the journal does not; and, where the journal says of no instant that it
/// has every forget from then on, that it is so from `since`.
result<void> complete_forget_journal(Database&, const vault::Vault&, const std::string& state_dir,
                                     SysTime since);

struct ForgetsApplied {
    std::size_t forgets = 0;  // that the database did not know
    std::size_t damaged = 0;  // lines of the journal
    /// The journal was not there, or of another installation, or damaged: forgets before this day that the
    /// database does not know are lost. none: the journal is complete.
    std::optional<SysTime> begun;
};
/// Does the database know every forget that was acknowledged?
enum class KnownForgets { all, of_backup };
/// At every start: forgets of the journal that the database does not know are applied, so that a restored one
/// knows them too; and those of the database that the journal has not are added to it, so that a damaged
/// journal is whole again after a start with a database that is whole. Errors: store_*, bad_config.
result<ForgetsApplied> apply_forget_journal(Database&, const vault::Vault&, const std::string& state_dir,
                                            SysTime now, KnownForgets = KnownForgets::all);

}  // namespace audienced::store
