#include "store/keys.hpp"

#include <array>

#include "base/random.hpp"
#include "store/query.hpp"
#include "store/rotation.hpp"
#include "vault/master_key.hpp"

namespace audienced::store {
namespace {

struct HashRoot {
    std::string key_id, sealed;  // both empty: there is none
};

result<HashRoot> read_root(Database& db) {
    auto& query = db.prepare("SELECT key_id, sealed FROM vault_keys WHERE name = 'hash_root'");
    auto row = query.step();
    if (!row) return row.error();
    HashRoot root;
    if (*row) root = HashRoot{query.text(0), query.blob(1)};
    query.reset();
    return root;
}

result<Secret> make_root(Database& db, const vault::Vault& sealing) {
    std::array<std::uint8_t, 32> bytes;
    system_random().fill(bytes);
    Secret root(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    auto& insert = db.prepare("INSERT INTO vault_keys(name, key_id, sealed) VALUES('hash_root', ?1, ?2)");
    insert.bind(1, sealing.key_id())
        .bind_blob(2, sealing.seal(root.reveal(), "vault_keys", "hash_root", "sealed"));
    if (auto done = insert.run(); !done) return done.error();
    return root;
}

/// nullopt: this is not the key that sealed the root.
result<std::optional<vault::Vault>> try_key(const Secret& master, const HashRoot& root) {
    const vault::Vault sealing(master);
    if (root.key_id != sealing.key_id()) return std::nullopt;
    auto opened = sealing.open(root.sealed, "vault_keys", "hash_root", "sealed");
    if (!opened) return opened.error();
    return std::optional<vault::Vault>(std::in_place, master, *opened);
}

/// The former master key, while a change of keys is under way.
result<void> know_former(Database& db, vault::Vault& vault) {
    std::string sealed;
    auto& query = db.prepare("SELECT sealed FROM vault_keys WHERE name = 'former'");
    auto row = first_row(query, [&](const Statement& s) { sealed = s.blob(0); });
    if (!row) return row.error();
    if (!*row) return {};
    return vault.know_former(sealed, "vault_keys", "former", "sealed");
}

/// Everything is sealed under `before`, and the credential is another one now. The start notes it in the
/// audit.
result<vault::Vault> follow_credential(Database& db, vault::Vault before, const Secret& master) {
    if (auto known = know_former(db, before); !known) return known.error();
    // Only one former key is kept.
    if (auto done = reseal_rest(db, before); !done) return done.error();
    vault::Vault fresh = before.under(master);
    if (auto begun = begin_rotation(db, before, fresh); !begun) return begun.error();
    return fresh;
}

Error another_key() {
    return make_error(
        Errc::bad_config, "this database was sealed under another master key",
        "restore the master key that belongs to it (master.key in the state directory, or the credential "
        "master-key; after a change of the credential also give the old one as master-key-old)");
}

}  // namespace

result<std::string> key_id_of(Database& db) {
    auto root = read_root(db);
    if (!root) return root.error();
    return root->key_id;
}

result<vault::Vault> open_vault(Database& db, const Secret& master) {
    auto root = read_root(db);
    if (!root) return root.error();
    if (root->sealed.empty()) {
        auto made = make_root(db, vault::Vault(master));
        if (!made) return made.error();
        return vault::Vault(master, *made);
    }
    auto vault = try_key(master, *root);
    if (!vault) return vault.error();
    if (!*vault) return another_key();
    if (auto known = know_former(db, **vault); !known) return known.error();
    return std::move(**vault);
}

result<vault::Vault> open_vault(Database& db, const std::string& state_dir) {
    auto master = vault::load_master_key(state_dir);
    if (!master) return master.error();
    auto vault = open_vault(db, *master);
    if (vault) {
        // What a change of keys that never came to its transaction left behind.
        if (auto dropped = vault::drop_staged_key(state_dir); !dropped) return dropped.error();
        return vault;
    }
    if (vault.error().code != Errc::bad_config) return vault;
    if (auto staged = vault::load_staged_key(state_dir); !staged) {
        return staged.error();
    } else if (*staged) {
        auto moved_on = open_vault(db, **staged);
        if (!moved_on) return moved_on;
        if (auto done = vault::promote_staged_key(state_dir); !done) return done.error();
        return moved_on;
    }
    auto old = vault::load_old_credential();
    if (!old) return old.error();
    if (!*old) return vault;
    auto root = read_root(db);
    if (!root) return root.error();
    auto before = try_key(**old, *root);
    if (!before) return before.error();
    if (!*before) return another_key();
    return follow_credential(db, std::move(**before), *master);
}

}  // namespace audienced::store
