#include "store/rotation.hpp"

#include <vector>

#include "store/backup.hpp"
#include "store/query.hpp"
#include "store/sealed_rows.hpp"
#include "store/store.hpp"
#include "vault/master_key.hpp"

namespace audienced::store {
namespace {

/// Where a sealed value lies.
struct Cell {
    std::string table, row, column;
};

result<std::string> seal_again(const vault::Vault& old, const vault::Vault& fresh, std::string_view sealed,
                               const Cell& at) {
    auto plain = old.open(sealed, at.table, at.row, at.column);
    if (!plain) return plain.error();
    return fresh.seal(plain->reveal(), at.table, at.row, at.column);
}

result<void> reseal_root(Database& db, const vault::Vault& old, const vault::Vault& fresh, Resealed& count) {
    auto& query = db.prepare("SELECT sealed FROM vault_keys WHERE name = 'hash_root'");
    std::string sealed;
    auto read = first_row(query, [&](const Statement& s) { sealed = s.blob(0); });
    if (!read) return read.error();
    if (!*read) return {};
    auto next = seal_again(old, fresh, sealed, Cell{"vault_keys", "hash_root", "sealed"});
    if (!next) return next.error();
    ++count.values;
    auto& update = db.prepare("UPDATE vault_keys SET sealed = ?1, key_id = ?2 WHERE name = 'hash_root'");
    return update.bind_blob(1, *next).bind(2, fresh.key_id()).run();
}

result<void> reseal_secrets(Database& db, const vault::Vault& old, const vault::Vault& fresh,
                            Resealed& count) {
    struct Row {
        std::string kind, owner, name, sealed;
    };
    std::vector<Row> rows;
    auto& query = db.prepare("SELECT owner_kind, owner, name, sealed FROM secrets");
    auto read = each_row(query, [&](const Statement& s) {
        rows.push_back(Row{s.text(0), s.text(1), s.text(2), s.blob(3)});
    });
    if (!read) return read;
    for (const Row& r : rows) {
        auto next = seal_again(old, fresh, r.sealed,
                               Cell{"secrets", secret_row_name(r.kind, r.owner, r.name), "sealed"});
        if (!next) return next.error();
        auto& update =
            db.prepare("UPDATE secrets SET sealed = ?4 WHERE owner_kind = ?1 AND owner = ?2 AND name = ?3");
        update.bind(1, r.kind).bind(2, r.owner).bind(3, r.name).bind_blob(4, *next);
        if (auto done = update.run(); !done) return done;
        ++count.values;
    }
    return {};
}

/// One step of what grows with the members. A value that opens under neither key was damaged before.
class Step {
public:
    Step(Database& db, const vault::Vault& vault, ResealPlace& place, Resealed& count)
        : db_(db), vault_(vault), place_(place), count_(count) {}

    /// How many rows it looked at.
    result<std::size_t> contacts(std::size_t most) {
        struct Row {
            model::DestinationId destination;
            std::string member, sealed;
        };
        std::vector<Row> rows;
        auto& query = db_.prepare(
            "SELECT destination, member, address FROM contacts WHERE (destination, member) > (?1, ?2) "
            "AND address IS NOT NULL ORDER BY destination, member LIMIT ?3");
        query.bind(1, place_.destination.value()).bind_blob(2, place_.member);
        query.bind(3, static_cast<std::int64_t>(most));
        auto read = each_row(query, [&](const Statement& s) {
            rows.push_back(Row{model::DestinationId(s.integer(0)), s.blob(1), s.blob(2)});
        });
        if (!read) return read.error();
        for (const Row& r : rows) {
            auto next =
                again(r.sealed, Cell{"contacts", contact_row_name(r.destination, r.member), "address"});
            if (next.empty()) continue;
            auto& update =
                db_.prepare("UPDATE contacts SET address = ?3 WHERE destination = ?1 AND member = ?2");
            update.bind(1, r.destination.value()).bind_blob(2, r.member).bind_blob(3, next);
            if (auto done = update.run(); !done) return done.error();
        }
        if (!rows.empty()) {
            place_.destination = rows.back().destination;
            place_.member = rows.back().member;
        }
        return rows.size();
    }

    /// One at a time: each holds megabytes. false: there was none.
    result<bool> intent() {
        std::int64_t id = 0, run = 0, seq = 0;
        std::string sealed;
        auto& query =
            db_.prepare("SELECT id, run, seq, records FROM intents WHERE id > ?1 ORDER BY id LIMIT 1");
        query.bind(1, place_.intent);
        auto read = first_row(query, [&](const Statement& s) {
            id = s.integer(0), run = s.integer(1), seq = s.integer(2), sealed = s.blob(3);
        });
        if (!read) return read.error();
        if (!*read) return false;
        place_.intent = id;
        const std::string next = again(sealed, Cell{"intents", intent_row_name(run, seq), "records"});
        if (next.empty()) return true;
        auto& update = db_.prepare("UPDATE intents SET records = ?2 WHERE id = ?1");
        if (auto done = update.bind(1, id).bind_blob(2, next).run(); !done) return done.error();
        return true;
    }

private:
    std::string again(const std::string& sealed, const Cell& at) {
        if (vault_.is_current(sealed)) return {};
        auto next = seal_again(vault_, vault_, sealed, at);
        ++(next ? count_.values : count_.unreadable);
        return next ? std::move(*next) : std::string();
    }

    Database& db_;
    const vault::Vault& vault_;
    ResealPlace& place_;
    Resealed& count_;
};

/// true: nothing is left.
result<bool> one_step(Database& db, const vault::Vault& vault, ResealPlace& place, std::size_t most,
                      Resealed& so_far) {
    Step step(db, vault, place, so_far);
    if (!place.contacts_done) {
        auto rows = step.contacts(most);
        if (!rows) return rows.error();
        place.contacts_done = *rows < most;
        return false;
    }
    auto more = step.intent();
    if (!more) return more.error();
    if (*more) return false;
    auto dropped = db.prepare("DELETE FROM vault_keys WHERE name = 'former'").run();
    if (!dropped) return dropped.error();
    return true;
}

result<void> keep_former(Database& db, const vault::Vault& fresh) {
    auto& insert = db.prepare("INSERT INTO vault_keys(name, key_id, sealed) VALUES('former', ?1, ?2)");
    const std::string sealed = fresh.seal_former("vault_keys", "former", "sealed");
    return insert.bind(1, fresh.key_id()).bind_blob(2, sealed).run();
}

/// After a commit that failed it is unknown which key holds, until the database says so.
bool is_sealed_under(Database& db, const vault::Vault& vault) {
    auto& query = db.prepare("SELECT 1 FROM vault_keys WHERE name = 'hash_root' AND key_id = ?1");
    query.bind(1, vault.key_id());
    auto row = first_row(query, [](const Statement&) {});
    return row && *row;
}

std::string key_as_json(const vault::Vault& vault) {
    return "{\"key\":\"" + vault.key_id() + "\"}";
}

}  // namespace

result<Resealed> begin_rotation(Database& db, const vault::Vault& old, vault::Vault& fresh,
                                std::optional<AuditRow> audit) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    Resealed count;
    if (auto done = reseal_root(db, old, fresh, count); !done) return done.error();
    if (auto done = reseal_secrets(db, old, fresh, count); !done) return done.error();
    if (auto kept = keep_former(db, fresh); !kept) return kept.error();
    if (audit) {
        audit->action = "keys rotate";
        audit->object = "master key";
        audit->before = key_as_json(old);
        audit->after = key_as_json(fresh);
        if (auto noted = add_audit(db, fresh, *audit); !noted) return noted.error();
    }
    if (auto done = transaction->commit(); !done) return done.error();
    return count;
}

result<Resealed> begin_rotation(Database& db, vault::Vault& vault, const std::string& state_dir,
                                AuditRow audit) {
    if (vault::master_key_is_credential())
        return make_error(
            Errc::wrong_state, "the master key is a systemd credential, which this program cannot change",
            "give the new key as master-key and the present one as master-key-old, and restart the service: "
            "docs/OPERATIONS.md, Secrets");
    auto staged = vault::load_staged_key(state_dir);
    if (!staged) return staged.error();
    if (*staged || vault.has_former())
        return make_error(Errc::wrong_state, "an earlier change of the master key is not finished",
                          "it goes on by itself, at the latest after a restart of the daemon; then retry");
    auto key = vault::stage_master_key(state_dir);
    if (!key) return key.error();
    vault::Vault fresh = vault.under(*key);
    auto count = begin_rotation(db, vault, fresh, std::move(audit));
    if (!count) {
        if (is_sealed_under(db, vault)) (void)vault::drop_staged_key(state_dir);
        return count;
    }
    vault = std::move(fresh);
    if (auto done = vault::promote_staged_key(state_dir); !done) return done.error();
    return count;
}

result<bool> reseal_some(Database& db, vault::Vault& vault, ResealPlace& place, std::size_t most,
                         Resealed& so_far) {
    if (!vault.has_former()) return true;
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto ended = one_step(db, vault, place, most, so_far);
    if (!ended) return ended;
    if (auto done = transaction->commit(); !done) return done.error();
    if (!*ended) return false;
    vault.drop_former();
    (void)scrub(db);  // what the former key sealed goes out of the log now, or with the next checkpoint
    return true;
}

result<Resealed> reseal_rest(Database& db, vault::Vault& vault) {
    constexpr std::size_t page = 5'000;  // memory does not grow with the contacts
    Resealed count;
    ResealPlace place;
    for (;;) {
        auto ended = reseal_some(db, vault, place, page, count);
        if (!ended) return ended.error();
        if (*ended) return count;
    }
}

awaitable<result<Resealed>> finish_rotation(Store& store) {
    constexpr std::size_t page = 2'000;  // some 20 ms, in which no run can use the store
    Store::Resealing only_one(store);
    if (!only_one)
        co_return make_error(Errc::wrong_state, "everything is being sealed again already",
                             "it goes on by itself; the journal says when it is finished");
    Resealed count;
    ResealPlace place;
    for (;;) {
        const auto step = [&](Database& db, vault::Vault& vault) {
            return reseal_some(db, vault, place, page, count);
        };
        auto ended = co_await store.change_keys(step);
        if (!ended) co_return ended.error();
        if (*ended) co_return count;
    }
}

}  // namespace audienced::store
