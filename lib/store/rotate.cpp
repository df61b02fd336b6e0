// Seals everything again under a fresh master key.
#include <vector>

#include "store/backup.hpp"
#include "store/keys.hpp"
#include "store/query.hpp"
#include "store/sealed_rows.hpp"
#include "vault/master_key.hpp"

namespace audienced::store {
namespace {

/// Where a sealed value lies.
struct Cell {
    std::string table, row, column;
};

class Resealer {
public:
    Resealer(Database& db, const vault::Vault& old, const vault::Vault& fresh)
        : db_(db), old_(old), fresh_(fresh) {}

    result<std::string> again(std::string_view sealed, const Cell& at) {
        auto plain = old_.open(sealed, at.table, at.row, at.column);
        if (!plain) return plain.error();
        ++count_;
        return fresh_.seal(plain->reveal(), at.table, at.row, at.column);
    }
    std::uint64_t count() const { return count_; }

    result<void> hash_root() {
        auto& query = db_.prepare("SELECT sealed FROM vault_keys WHERE name = 'hash_root'");
        auto row = query.step();
        if (!row) return row.error();
        if (!*row) return {};
        const std::string sealed = query.blob(0);
        query.reset();
        auto next = again(sealed, Cell{"vault_keys", "hash_root", "sealed"});
        if (!next) return next.error();
        auto& update = db_.prepare("UPDATE vault_keys SET sealed = ?1, key_id = ?2 WHERE name = 'hash_root'");
        update.bind_blob(1, *next).bind(2, fresh_.key_id());
        return update.run();
    }

    result<void> secrets() {
        struct Row {
            std::string kind, owner, name, sealed;
        };
        std::vector<Row> rows;
        auto& query = db_.prepare("SELECT owner_kind, owner, name, sealed FROM secrets");
        for (;;) {
            auto row = query.step();
            if (!row) return row.error();
            if (!*row) break;
            rows.push_back(Row{query.text(0), query.text(1), query.text(2), query.blob(3)});
        }
        for (const Row& r : rows) {
            auto next = again(r.sealed, Cell{"secrets", secret_row_name(r.kind, r.owner, r.name), "sealed"});
            if (!next) return next.error();
            auto& update = db_.prepare(
                "UPDATE secrets SET sealed = ?4 WHERE owner_kind = ?1 AND owner = ?2 AND name = ?3");
            update.bind(1, r.kind).bind(2, r.owner).bind(3, r.name).bind_blob(4, *next);
            if (auto done = update.run(); !done) return done;
        }
        return {};
    }

    /// Page by page, so that memory does not grow with the contacts.
    result<void> contacts() {
        struct Row {
            model::DestinationId destination;
            std::string member, sealed;
        };
        model::DestinationId last_destination(-1);
        std::string last_member;
        for (;;) {
            std::vector<Row> rows;
            auto& query = db_.prepare(
                "SELECT destination, member, address FROM contacts WHERE (destination, member) > (?1, ?2) "
                "AND address IS NOT NULL ORDER BY destination, member LIMIT 1000");
            query.bind(1, last_destination.value()).bind_blob(2, last_member);
            for (;;) {
                auto row = query.step();
                if (!row) return row.error();
                if (!*row) break;
                rows.push_back(Row{model::DestinationId(query.integer(0)), query.blob(1), query.blob(2)});
            }
            query.reset();
            if (rows.empty()) return {};
            for (const Row& r : rows) {
                auto next =
                    again(r.sealed, Cell{"contacts", contact_row_name(r.destination, r.member), "address"});
                if (!next) return next.error();
                auto& update =
                    db_.prepare("UPDATE contacts SET address = ?3 WHERE destination = ?1 AND member = ?2");
                update.bind(1, r.destination.value()).bind_blob(2, r.member).bind_blob(3, *next);
                if (auto done = update.run(); !done) return done;
            }
            last_destination = rows.back().destination;
            last_member = rows.back().member;
        }
    }

    result<void> intents() {
        struct Row {
            std::int64_t id, run, seq;
            std::string sealed;
        };
        std::vector<std::int64_t> ids;
        auto& all = db_.prepare("SELECT id FROM intents");
        auto listed = each_row(all, [&](const Statement& s) { ids.push_back(s.integer(0)); });
        if (!listed) return listed;
        for (const std::int64_t id : ids) {  // one at a time: each holds megabytes
            Row r{id, 0, 0, {}};
            auto& query = db_.prepare("SELECT run, seq, records FROM intents WHERE id = ?1");
            query.bind(1, id);
            auto read = first_row(query, [&](const Statement& s) {
                r = Row{id, s.integer(0), s.integer(1), s.blob(2)};
            });
            if (!read) return read.error();
            auto next = again(r.sealed, Cell{"intents", intent_row_name(r.run, r.seq), "records"});
            if (!next) return next.error();
            auto& update = db_.prepare("UPDATE intents SET records = ?2 WHERE id = ?1");
            if (auto done = update.bind(1, id).bind_blob(2, *next).run(); !done) return done;
        }
        return {};
    }

private:
    Database& db_;
    const vault::Vault& old_;
    const vault::Vault& fresh_;
    std::uint64_t count_ = 0;
};

}  // namespace

result<std::uint64_t> rotate_keys(Database& db, const vault::Vault& old, const vault::Vault& fresh) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    Resealer resealer(db, old, fresh);
    if (auto done = resealer.hash_root(); !done) return done.error();
    if (auto done = resealer.secrets(); !done) return done.error();
    if (auto done = resealer.contacts(); !done) return done.error();
    if (auto done = resealer.intents(); !done) return done.error();
    if (auto done = transaction->commit(); !done) return done.error();
    return resealer.count();
}

result<std::uint64_t> rotate_master_key(Database& db, vault::Vault& vault, const std::string& state_dir) {
    if (vault::master_key_is_credential())
        return make_error(
            Errc::wrong_state, "the master key is a systemd credential, which this program cannot change",
            "give the new key as master-key and the present one as master-key-old, and restart: everything "
            "is sealed again at start");
    auto staged = vault::load_staged_key(state_dir);
    if (!staged) return staged.error();
    if (*staged)
        return make_error(Errc::wrong_state, "an earlier rotation of keys was interrupted",
                          "restart the daemon, which completes it, then retry");
    auto key = vault::stage_master_key(state_dir);
    if (!key) return key.error();
    vault::Vault fresh = vault.under(*key);
    auto count = rotate_keys(db, vault, fresh);
    if (!count) {
        // After a commit that failed it is unknown which key holds, until the database says so.
        auto& query = db.prepare("SELECT 1 FROM vault_keys WHERE name = 'hash_root' AND key_id = ?1");
        query.bind(1, vault.key_id());
        auto row = query.step();
        query.reset();
        if (row && *row) (void)vault::drop_staged_key(state_dir);
        return count.error();
    }
    vault = std::move(fresh);
    if (auto done = vault::promote_staged_key(state_dir); !done) return done.error();
    (void)scrub(db);  // what the old key sealed goes out of the log now, or with the next checkpoint
    return count;
}

}  // namespace audienced::store
