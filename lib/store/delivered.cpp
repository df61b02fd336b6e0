#include "store/delivered.hpp"

#include "store/query.hpp"

namespace audienced::store {
namespace {

result<void> read_change(const Statement& s, int column, DeliveredRow& row) {
    const std::int64_t change = s.integer(column);
    if (change != static_cast<std::int64_t>(model::CountedAs::added) &&
        change != static_cast<std::int64_t>(model::CountedAs::updated))
        return unknown_word("delivered.last_change");
    row.last_change = static_cast<model::CountedAs>(change);
    return {};
}

}  // namespace

result<std::size_t> scan_delivered(Database& db, model::ExportId export_id,
                                   const std::optional<MemberHash>& after, std::size_t limit,
                                   const std::function<void(const DeliveredRow&)>& each) {
    auto& query = db.prepare(
        "SELECT member, value_hash, last_run, last_change FROM delivered "
        "WHERE export_id = ?1 AND member > ?2 ORDER BY member LIMIT ?3");
    query.bind(1, export_id.value()).bind(3, static_cast<std::int64_t>(limit));
    query.bind_blob(2, after ? after->view() : std::string_view());  // an empty blob sorts before every other
    DeliveredRow row;
    std::size_t rows = 0;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        row.member = MemberHash::from(s.blob_view(0));
        row.values = u64(s, 1);
        row.last_run = s.integer(2);
        if (auto change = read_change(s, 3, row); !change) return change;
        ++rows;
        each(row);
        return {};
    });
    if (!read) return read.error();
    return rows;
}

result<std::uint64_t> count_delivered(Database& db, model::ExportId export_id) {
    auto& query = db.prepare("SELECT count(*) FROM delivered WHERE export_id = ?1");
    query.bind(1, export_id.value());
    std::uint64_t count = 0;
    if (auto found = first_row(query, [&](const Statement& s) { count = u64(s, 0); }); !found)
        return found.error();
    return count;
}

result<std::optional<DeliveredRow>> find_delivered(Database& db, model::ExportId export_id,
                                                   const MemberHash& member) {
    auto& query = db.prepare(
        "SELECT value_hash, last_run, last_change FROM delivered WHERE export_id = ?1 AND member = ?2");
    query.bind(1, export_id.value()).bind_blob(2, member.view());
    DeliveredRow row;
    auto found = first_row(query, [&](const Statement& s) -> result<void> {
        row.member = member;
        row.values = u64(s, 0);
        row.last_run = s.integer(1);
        return read_change(s, 2, row);
    });
    if (!found) return found.error();
    if (!*found) return std::nullopt;
    return std::optional(row);
}

result<void> put_delivered(Database& db, model::ExportId export_id, const DeliveredRow& row) {
    auto& insert = db.prepare(
        "INSERT INTO delivered(export_id, member, value_hash, last_run, last_change) "
        "SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM exports WHERE id = ?1) "
        "ON CONFLICT(export_id, member) DO UPDATE SET value_hash = excluded.value_hash, "
        "last_run = excluded.last_run, last_change = excluded.last_change");
    insert.bind(1, export_id.value()).bind_blob(2, row.member.view());
    bind_u64(insert, 3, row.values);
    insert.bind(4, row.last_run).bind(5, static_cast<std::int64_t>(row.last_change));
    return insert.run();
}

result<void> forget_values(Database& db, model::ExportId export_id, const MemberHash& member) {
    return db.prepare("UPDATE delivered SET value_hash = 0 WHERE export_id = ?1 AND member = ?2")
        .bind(1, export_id.value())
        .bind_blob(2, member.view())
        .run();
}

result<void> forget_values(Database& db, model::DestinationId destination, const MemberHash& member) {
    return db
        .prepare(
            "UPDATE delivered SET value_hash = 0 WHERE member = ?2 AND export_id IN "
            "(SELECT id FROM exports WHERE bound_to = ?1)")
        .bind(1, destination.value())
        .bind_blob(2, member.view())
        .run();
}

result<UnreadableMemory> get_unreadable(Database& db, model::ExportId export_id) {
    auto& query = db.prepare("SELECT unreadable_accepted, removals_put_off FROM exports WHERE id = ?1");
    query.bind(1, export_id.value());
    UnreadableMemory out;
    auto read = first_row(query, [&](const Statement& s) {
        out = {u64(s, 0), static_cast<int>(s.integer(1))};
    });
    if (!read) return read.error();
    return out;
}

result<void> put_unreadable(Database& db, model::ExportId export_id, const UnreadableMemory& memory) {
    auto& update =
        db.prepare("UPDATE exports SET unreadable_accepted = ?2, removals_put_off = ?3 WHERE id = ?1");
    update.bind(1, export_id.value());
    bind_u64(update, 2, memory.accepted);
    return update.bind(3, std::int64_t{memory.put_off}).run();
}

result<void> remove_delivered(Database& db, model::ExportId export_id, const MemberHash& member) {
    return db.prepare("DELETE FROM delivered WHERE export_id = ?1 AND member = ?2")
        .bind(1, export_id.value())
        .bind_blob(2, member.view())
        .run();
}

}  // namespace audienced::store
