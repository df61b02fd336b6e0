#include "store/take_over.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "store/audit.hpp"
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

/// Names of the table that `present` has no more, where it is the newer one.
result<std::vector<std::string>> gone_from(Database& restored, Database& present, const std::string& table,
                                           bool newer) {
    if (!newer) return std::vector<std::string>();
    const std::string sql = "SELECT name FROM " + table + " ORDER BY name";
    auto here = names_of(restored, sql.c_str()), there = names_of(present, sql.c_str());
    if (!here) return here;
    if (!there) return there;
    std::erase_if(*here, [&](const std::string& name) {
        return std::find(there->begin(), there->end(), name) != there->end();
    });
    return here;
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
        "UPDATE connections SET refreshed_at = ?4, access_expires_at = ?5, "
        "state_reason = CASE state WHEN 'stopped' THEN state_reason ELSE ?7 END, "
        "state = CASE state WHEN 'stopped' THEN state ELSE ?6 END WHERE "
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

/// Their consent was withdrawn, or they were removed.
result<std::vector<std::string>> take_withdrawals(Database& restored, Database& present, bool newer) {
    auto without = gone_from(restored, present, "connections", newer);
    if (!without) return without;
    auto withdrawn = names_of(present, "SELECT name FROM connections WHERE consent_by IS NULL ORDER BY name");
    if (!withdrawn) return withdrawn;
    without->insert(without->end(), withdrawn->begin(), withdrawn->end());
    return change_each(restored, *without,
                       "UPDATE connections SET consent_by = NULL, consent_at = NULL, consent_text = NULL, "
                       "revision = revision + 1 WHERE name = ?1 AND consent_by IS NOT NULL");
}

/// They were disabled, or removed.
result<std::vector<std::string>> take_disabled(Database& restored, Database& present, bool newer) {
    auto off = gone_from(restored, present, "exports", newer);
    if (!off) return off;
    auto disabled = names_of(present, "SELECT name FROM exports WHERE enabled = 0 ORDER BY name");
    if (!disabled) return disabled;
    off->insert(off->end(), disabled->begin(), disabled->end());
    return change_each(
        restored, *off,
        "UPDATE exports SET enabled = 0, revision = revision + 1 WHERE name = ?1 AND enabled = 1");
}

result<std::vector<std::string>> take_detached(Database& restored, Database& present) {
    auto detached = names_of(present, "SELECT name FROM exports WHERE connection IS NULL ORDER BY name");
    if (!detached) return detached;
    return change_each(restored, *detached,
                       "UPDATE exports SET connection = NULL, revision = revision + 1 WHERE name = ?1 AND "
                       "connection IS NOT NULL");
}

/// A connection that stopped itself outranks one that needs a sign-in or a key.
result<std::vector<std::string>> take_states(Database& restored, Database& present) {
    std::vector<std::string> taken;
    auto& query = present.prepare(
        "SELECT name, state, state_reason FROM connections WHERE state <> 'ready' ORDER BY name");
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        auto done =
            restored
                .prepare(
                    "UPDATE connections SET state = ?2, state_reason = ?3, revision = revision + 1 "
                    "WHERE name = ?1 AND (state = 'ready' OR (state <> 'stopped' AND ?2 = 'stopped'))")
                .bind(1, s.text(0))
                .bind(2, s.text(1))
                .bind(3, s.text(2))
                .run();
        if (done && restored.changes() > 0) taken.push_back(s.text(0));
        return done;
    });
    if (!read) return read.error();
    return taken;
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

result<void> note(Database& restored, const vault::Vault& vault, SysTime now, const TakenOver& taken) {
    const std::string what = audit_json({{"withdrawn", joined(taken.withdrawn)},
                                         {"disabled", joined(taken.disabled)},
                                         {"detached", joined(taken.detached)},
                                         {"stopped", joined(taken.stopped)},
                                         {"tokens", joined(taken.tokens)}});
    if (what ==
        audit_json({{"withdrawn", ""}, {"disabled", ""}, {"detached", ""}, {"stopped", ""}, {"tokens", ""}}))
        return {};
    return add_own_audit(restored, vault, now, "taken over at a restore", "database", "", what);
}

}  // namespace

result<TakenOver> take_over(Database& restored, const vault::Vault& vault, Database& present, SysTime now,
                            bool newer) {
    auto transaction = Transaction::begin(restored);
    if (!transaction) return transaction.error();
    TakenOver out;
    // The states last: a token that is taken brings the state that belongs to it.
    const auto take = [](std::vector<std::string>& into, result<std::vector<std::string>> names) {
        if (names) into = std::move(*names);
        return names ? result<void>{} : names.error();
    };
    auto done = take(out.withdrawn, take_withdrawals(restored, present, newer));
    if (done) done = take(out.disabled, take_disabled(restored, present, newer));
    if (done) done = take(out.detached, take_detached(restored, present));
    if (done) done = take(out.tokens, take_tokens(restored, present));
    if (done) done = take(out.stopped, take_states(restored, present));
    if (done) done = note(restored, vault, now, out);
    if (done) done = transaction->commit();
    if (!done) return done.error();
    return out;
}

}  // namespace audienced::store
