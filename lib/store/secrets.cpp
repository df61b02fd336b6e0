#include "store/secrets.hpp"

#include "store/query.hpp"
#include "store/sealed_rows.hpp"

namespace audienced::store {

result<void> put_secret(Database& db, const vault::Vault& vault, std::string_view owner_kind,
                        std::string_view owner, std::string_view name, const Secret& secret) {
    if (secret.empty())
        return db.prepare("DELETE FROM secrets WHERE owner_kind = ?1 AND owner = ?2 AND name = ?3")
            .bind(1, owner_kind)
            .bind(2, owner)
            .bind(3, name)
            .run();
    const std::string row = secret_row_name(owner_kind, owner, name);
    return db
        .prepare("INSERT OR REPLACE INTO secrets(owner_kind, owner, name, sealed) VALUES(?1, ?2, ?3, ?4)")
        .bind(1, owner_kind)
        .bind(2, owner)
        .bind(3, name)
        .bind_blob(4, vault.seal(secret.reveal(), "secrets", row, "sealed"))
        .run();
}

result<Secret> get_secret(Database& db, const vault::Vault& vault, std::string_view owner_kind,
                          std::string_view owner, std::string_view name) {
    auto& query = db.prepare("SELECT sealed FROM secrets WHERE owner_kind = ?1 AND owner = ?2 AND name = ?3");
    query.bind(1, owner_kind).bind(2, owner).bind(3, name);
    std::string sealed;
    auto found = first_row(query, [&](const Statement& s) { sealed = s.blob(0); });
    if (!found) return found.error();
    if (!*found) return Secret();
    return vault.open(sealed, "secrets", secret_row_name(owner_kind, owner, name), "sealed");
}

result<void> remove_secrets(Database& db, std::string_view owner_kind, std::string_view owner) {
    return db.prepare("DELETE FROM secrets WHERE owner_kind = ?1 AND owner = ?2")
        .bind(1, owner_kind)
        .bind(2, owner)
        .run();
}

}  // namespace audienced::store
