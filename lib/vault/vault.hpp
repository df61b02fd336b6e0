// Secrets at rest, and the keyed hashes that stand for addresses.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

namespace audienced::vault {

/// AES-256-GCM under keys derived (HKDF-SHA256) from one master key; where a value lies (table, row, column) is bound in
/// as additional data, so a sealed value copied to another row does not open. Not thread-safe: one per thread (clone()).
class Vault {
public:
    /// `master` has 32 bytes.
    explicit Vault(const Secret& master);
    Vault(Vault&&) noexcept;
    Vault& operator=(Vault&&) noexcept;
    ~Vault();
    Vault clone() const;

    std::string seal(std::string_view plain, std::string_view table, std::string_view row, std::string_view column) const;
    /// Errors: store_corrupt (was altered, moved, or sealed under another key; says which table and column).
    result<Secret> open(std::string_view sealed, std::string_view table, std::string_view row, std::string_view column) const;

    /// Addresses -> MemberHash, and mapped values -> short hash; from the same master, under purposes of their own.
    const KeyedHash& members() const;
    const KeyedHash& values() const;
    /// For logs: its prefix names a member there; under a key of its own, so that logs and tables do not join.
    const KeyedHash& log_names() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// $CREDENTIALS_DIRECTORY/master-key, else STATE_DIR/master.key (0600, ours), made at first start.
/// Errors: bad_config (wrong owner, mode or size, with the mend).
result<Secret> load_master_key(const std::string& state_dir);

}  // namespace audienced::vault
