// Secrets at rest, and the keyed hashes that stand for addresses.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"

namespace audienced::vault {

/// AES-256-GCM under a key derived (HKDF-SHA256) from one master key; where a value lies (table, row, column)
/// is bound in as additional data, so a sealed value copied to another row does not open. The keyed hashes
/// come from another root, which lies sealed in the database (store/keys.hpp), so that they survive a change
/// of the master key. Not thread-safe: one per thread (clone()).
/// Which master key this is: 8 hex digits that say nothing about it. `master`: 32 bytes.
std::string key_id_of(const Secret& master);

class Vault {
public:
    /// Both have 32 bytes.
    Vault(const Secret& master, const Secret& hash_root);
    /// Hashes from the master key itself: to seal and open the hash root, before it is known.
    explicit Vault(const Secret& master);
    Vault(Vault&&) noexcept;
    Vault& operator=(Vault&&) noexcept;
    ~Vault();
    Vault clone() const;
    /// The same hashes, sealing under another master key; opens what either key sealed.
    Vault under(const Secret& master) const;
    /// While everything is sealed again, the former master key lies sealed under the present one.
    bool has_former() const;
    std::string seal_former(std::string_view table, std::string_view row, std::string_view column) const;
    /// What seal_former() gave. Errors: store_corrupt.
    result<void> know_former(std::string_view sealed, std::string_view table, std::string_view row,
                             std::string_view column);
    void drop_former();
    /// Was it sealed under the present master key?
    bool is_current(std::string_view sealed) const;

    /// version (1 byte), key id (4), nonce (12), ciphertext, tag (16).
    std::string seal(std::string_view plain, std::string_view table, std::string_view row,
                     std::string_view column) const;
    /// Errors: store_corrupt (was altered, moved, or sealed under another key; says which table and column).
    result<Secret> open(std::string_view sealed, std::string_view table, std::string_view row,
                        std::string_view column) const;
    /// Which master key this is: 8 hex digits that say nothing about it.
    const std::string& key_id() const;

    /// Addresses -> MemberHash, and mapped values -> short hash; one root, purposes of their own.
    const KeyedHash& members() const;
    const KeyedHash& values() const;
    /// Keys of persons in the source; under a key of its own, so that they do not join with members.
    const KeyedHash& people() const;
    /// For logs: its prefix names a member there; under a key of its own, so that logs and tables do not
    /// join.
    const KeyedHash& log_names() const;
    /// Binds each row of the audit to the one before.
    const KeyedHash& audit() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// $CREDENTIALS_DIRECTORY/master-key, else STATE_DIR/master.key (0600, ours), made at first start; 32 raw
/// bytes. Blocks. Errors: bad_config (wrong owner, mode or size, with the mend).
result<Secret> load_master_key(const std::string& state_dir);

}  // namespace audienced::vault
