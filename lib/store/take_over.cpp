#include "store/take_over.hpp"

#include <optional>

#include "store/query.hpp"

namespace audienced::store {
namespace {

result<std::vector<std::string>> names_of(Database& db, const char* sql) {
    std::vector<std::string> all;
    auto read =
        each_row(db.prepare(std::string_view(sql)), [&](const Statement& s) { all.push_back(s.text(0)); });
    if (!read) return read.error();
    return all;
}

/// Runs `sql` for each name; gives those for which it changed a row.
result<std::vector<std::string>> change_each(Database& db, const std::vector<std::string>& names,
                                             const char* sql) {
    std::vector<std::string> changed;
    for (const std::string& name : names) {
        auto done = db.prepare(std::string_view(sql)).bind(1, name).run();
        if (!done) return done.error();
        if (db.changes() > 0) changed.push_back(name);
    }
    return changed;
}

/// The master key under which everything is sealed; empty: none, or it is being changed.
result<std::string> only_key(Database& db) {
    auto& query = db.prepare("SELECT min(key_id) FROM vault_keys HAVING count(*) = 1");
    std::string id;
    auto read = first_row(query, [&](const Statement& s) { id = s.text(0); });
    if (!read) return read.error();
    return id;
}

struct Tokens {
    std::string connection, client_id, account_id, state, state_reason;
    std::int64_t refreshed_at = 0;
    std::optional<std::int64_t> access_expires_at;
};

result<std::vector<Tokens>> read_tokens(Database& db) {
    std::vector<Tokens> all;
    auto& query = db.prepare(
        "SELECT name, client_id, account_id, refreshed_at, access_expires_at, state, state_reason FROM "
        "connections "
        "WHERE auth = 'oauth' AND refreshed_at IS NOT NULL ORDER BY name");
    auto read = each_row(query, [&](const Statement& s) {
        all.push_back(
            {s.text(0), s.text(1), s.text(2), s.text(5), s.text(6), s.integer(3), integer_or_null(s, 4)});
    });
    if (!read) return read.error();
    return all;
}

/// true: it has the same account, and an older token.
result<bool> take_row(Database& restored, const Tokens& t) {
    auto& update = restored.prepare(
        "UPDATE connections SET refreshed_at = ?4, access_expires_at = ?5, state = ?6, state_reason = ?7 "
        "WHERE "
        "name = ?1 AND client_id = ?2 AND account_id = ?3 AND auth = 'oauth' AND coalesce(refreshed_at, 0) < "
        "?4");
    update.bind(1, t.connection).bind(2, t.client_id).bind(3, t.account_id).bind(4, t.refreshed_at);
    if (t.access_expires_at)
        update.bind(5, *t.access_expires_at);
    else
        update.bind_null(5);
    auto done = update.bind(6, t.state).bind(7, t.state_reason).run();
    if (!done) return done.error();
    return restored.changes() > 0;
}

/// They are bound to the connection's name, and so open under it again.
result<void> take_secrets(Database& restored, Database& present, const std::string& connection) {
    auto gone = restored.prepare("DELETE FROM secrets WHERE owner_kind = 'connection' AND owner = ?1")
                    .bind(1, connection)
                    .run();
    if (!gone) return gone;
    auto& query =
        present.prepare("SELECT name, sealed FROM secrets WHERE owner_kind = 'connection' AND owner = ?1");
    query.bind(1, connection);
    return each_row(query, [&](const Statement& s) {
        return restored
            .prepare("INSERT INTO secrets(owner_kind, owner, name, sealed) VALUES('connection', ?1, ?2, ?3)")
            .bind(1, connection)
            .bind(2, s.blob_view(0))
            .bind_blob(3, s.blob_view(1))
            .run();
    });
}

result<std::vector<std::string>> take_tokens(Database& restored, Database& present) {
    std::vector<std::string> taken;
    auto here = only_key(restored), there = only_key(present);
    if (!here) return here.error();
    if (!there) return there.error();
    if (here->empty() || *here != *there) return taken;
    auto tokens = read_tokens(present);
    if (!tokens) return tokens.error();
    for (const Tokens& t : *tokens) {
        auto newer = take_row(restored, t);
        if (!newer) return newer.error();
        if (!*newer) continue;
        if (auto done = take_secrets(restored, present, t.connection); !done) return done.error();
        taken.push_back(t.connection);
    }
    return taken;
}

}  // namespace

result<TakenOver> take_over(Database& restored, Database& present) {
    auto transaction = Transaction::begin(restored);
    if (!transaction) return transaction.error();
    auto withdrawn = names_of(present, "SELECT name FROM connections WHERE consent_by IS NULL ORDER BY name");
    if (!withdrawn) return withdrawn.error();
    auto disabled = names_of(present, "SELECT name FROM exports WHERE enabled = 0 ORDER BY name");
    if (!disabled) return disabled.error();
    TakenOver out;
    auto changed =
        change_each(restored, *withdrawn,
                    "UPDATE connections SET consent_by = NULL, consent_at = NULL, consent_text = NULL, "
                    "revision = revision + 1 WHERE name = ?1 AND consent_by IS NOT NULL");
    if (!changed) return changed.error();
    out.withdrawn = std::move(*changed);
    changed = change_each(
        restored, *disabled,
        "UPDATE exports SET enabled = 0, revision = revision + 1 WHERE name = ?1 AND enabled = 1");
    if (!changed) return changed.error();
    out.disabled = std::move(*changed);
    auto tokens = take_tokens(restored, present);
    if (!tokens) return tokens.error();
    out.tokens = std::move(*tokens);
    if (auto done = transaction->commit(); !done) return done.error();
    return out;
}

}  // namespace audienced::store
