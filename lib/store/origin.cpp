// What the database says of its own restore.
#include "store/query.hpp"
#include "store/restore.hpp"

namespace audienced::store {

result<std::optional<Origin>> get_origin(Database& db) {
    auto& query = db.prepare(
        "SELECT backup_at, backup_by, restored_at, restored_by, announced, forgets_lost_since FROM "
        "origin WHERE only_one = 1");
    std::optional<Origin> origin;
    auto read = first_row(query, [&](const Statement& s) {
        origin.emplace();
        origin->backup_at = from_unix(s.integer(0));
        origin->backup_by = s.text(1);
        origin->restored_at = time_or_null(s, 2);
        origin->restored_by = s.text(3);
        origin->announced = s.integer(4) != 0;
        origin->forgets_lost_since = time_or_null(s, 5);
    });
    if (!read) return read.error();
    return origin;
}

result<void> set_forgets_lost_since(Database& db, std::optional<SysTime> since) {
    auto& update = db.prepare("UPDATE origin SET forgets_lost_since = ?1");
    bind_time(update, 1, since);
    return update.run();
}

namespace {

result<std::optional<SysTime>> first_time(Statement& query) {
    std::optional<SysTime> since;
    auto read = first_row(query, [&](const Statement& s) { since = from_unix(s.integer(0)); });
    if (!read) return read.error();
    return since;
}

}  // namespace

result<std::optional<SysTime>> forgets_to_repeat(Database& db) {
    return first_time(
        db.prepare("SELECT forgets_lost_since FROM origin WHERE forgets_lost_since IS NOT NULL AND EXISTS"
                   "(SELECT 1 FROM exports WHERE restored = 1)"));
}

result<std::optional<SysTime>> forgets_to_repeat(Database& db, model::ExportId id) {
    auto& query = db.prepare(
        "SELECT o.forgets_lost_since FROM origin o, exports e WHERE o.forgets_lost_since IS NOT NULL AND "
        "e.id = ?1 AND e.restored = 1");
    return first_time(query.bind(1, id.value()));
}

result<void> set_announced(Database& db) {
    return db.prepare("UPDATE origin SET announced = 1").run();
}

result<std::optional<SysTime>> tokens_restored_from(Database& db, std::string_view connection) {
    auto& query = db.prepare(
        "SELECT o.backup_at FROM connections c, origin o WHERE c.name = ?1 AND o.restored_at IS NOT NULL AND "
        "coalesce(c.refreshed_at, 0) <= o.backup_at");
    query.bind(1, connection);
    std::optional<SysTime> at;
    auto read = first_row(query, [&](const Statement& s) { at = from_unix(s.integer(0)); });
    if (!read) return read.error();
    return at;
}

result<void> set_settled_since_restore(Database& db, std::string_view export_name) {
    return db.prepare("UPDATE exports SET restored = 0 WHERE name = ?1 AND restored = 1")
        .bind(1, export_name)
        .run();
}

result<std::vector<std::string>> exports_to_settle(Database& db) {
    std::vector<std::string> names;
    auto& query = db.prepare("SELECT name FROM exports WHERE restored = 1 ORDER BY name");
    auto read = each_row(query, [&](const Statement& s) { names.push_back(s.text(0)); });
    if (!read) return read.error();
    return names;
}

}  // namespace audienced::store
