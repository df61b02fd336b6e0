#include "store/intents.hpp"

#include "store/batch_kind.hpp"
#include "store/sealed_rows.hpp"

namespace audienced::store {
result<std::int64_t> put_intent(Database& db, const vault::Vault& vault, const Intent& intent,
                                std::string_view records) {
    auto cleared = db.prepare("DELETE FROM intents WHERE run = ?1 AND seq = ?2")
                       .bind(1, intent.run)
                       .bind(2, intent.seq)
                       .run();
    if (!cleared) return cleared.error();
    auto& insert = db.prepare(
        "INSERT INTO intents(destination, export_id, run, seq, kind, group_no, sent_after, ticket, rows, "
        "records) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    insert.bind(1, intent.destination.value())
        .bind(2, intent.export_id.value())
        .bind(3, intent.run)
        .bind(4, intent.seq)
        .bind(5, word_of(intent.kind))
        .bind(6, intent.group.value());
    bind_time(insert, 7, intent.sent_after);
    insert.bind(8, intent.ticket);
    bind_u64(insert, 9, intent.rows);
    insert.bind_blob(10, vault.seal(records, "intents", intent_row_name(intent.run, intent.seq), "records"));
    if (auto done = insert.run(); !done) return done.error();
    return db.last_insert_id();
}

result<void> set_ticket(Database& db, std::int64_t id, std::string_view ticket) {
    return db.prepare("UPDATE intents SET ticket = ?2 WHERE id = ?1").bind(1, id).bind(2, ticket).run();
}

result<void> set_intent_records(Database& db, const vault::Vault& vault, const Intent& intent,
                                std::string_view records) {
    const std::string name = intent_row_name(intent.run, intent.seq);
    return db.prepare("UPDATE intents SET records = ?2 WHERE id = ?1")
        .bind(1, intent.id)
        .bind_blob(2, vault.seal(records, "intents", name, "records"))
        .run();
}

result<std::vector<Intent>> list_all_intents(Database& db) {
    auto& query = db.prepare("SELECT id, run, seq, ticket, rows FROM intents ORDER BY id");
    std::vector<Intent> all;
    auto read = each_row(query, [&](const Statement& s) {
        Intent i;
        i.id = s.integer(0);
        i.run = s.integer(1);
        i.seq = s.integer(2);
        i.ticket = s.text(3);
        i.rows = u64(s, 4);
        all.push_back(std::move(i));
    });
    if (!read) return read.error();
    return all;
}

result<std::vector<Intent>> list_intents(Database& db, model::DestinationId destination) {
    auto& query = db.prepare(
        "SELECT id, export_id, run, seq, kind, group_no, sent_after, ticket, rows, restored FROM intents "
        "WHERE destination = ?1 ORDER BY id");
    query.bind(1, destination.value());
    std::vector<Intent> all;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        Intent i;
        i.id = s.integer(0);
        i.destination = destination;
        i.export_id = model::ExportId(s.integer(1));
        i.run = s.integer(2);
        i.seq = s.integer(3);
        if (auto kind = read_kind(s, 4, "intents.kind", i.kind); !kind) return kind;
        i.group = model::GroupNo(s.integer(5));
        i.sent_after = provider_time_or_null(s, 6);
        i.ticket = s.text(7);
        i.rows = u64(s, 8);
        i.restored = s.integer(9) != 0;
        all.push_back(std::move(i));
        return {};
    });
    if (!read) return read.error();
    return all;
}

result<std::string> intent_records(Database& db, const vault::Vault& vault, std::int64_t id) {
    auto& query = db.prepare("SELECT run, seq, records FROM intents WHERE id = ?1");
    query.bind(1, id);
    std::string name, sealed;
    auto read = first_row(query, [&](const Statement& s) {
        name = intent_row_name(s.integer(0), s.integer(1));
        sealed = s.blob(2);
    });
    if (!read) return read.error();
    if (!*read) return make_error(Errc::bug, "an open batch has no record in the database");
    auto records = vault.open(sealed, "intents", name, "records");
    if (!records) return records.error();
    return std::string(records->reveal());
}

result<void> remove_intent(Database& db, std::int64_t id) {
    return db.prepare("DELETE FROM intents WHERE id = ?1").bind(1, id).run();
}

}  // namespace audienced::store
