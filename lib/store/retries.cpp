#include "store/retries.hpp"

#include "store/query.hpp"

namespace audienced::store {
namespace {

Retry retry_of(const Statement& s) {
    Retry retry;
    retry.export_name = s.text(0);
    retry.run = s.integer(1);
    retry.attempt = static_cast<int>(s.integer(2));
    retry.due = time_or_null(s, 3);
    return retry;
}

}  // namespace

result<std::optional<Retry>> get_retry(Database& db, std::string_view export_name) {
    auto& query = db.prepare("SELECT export, run, attempt, due FROM retries WHERE export = ?1");
    query.bind(1, export_name);
    std::optional<Retry> retry;
    auto read = first_row(query, [&](const Statement& s) { retry = retry_of(s); });
    if (!read) return read.error();
    return retry;
}

result<void> put_retry(Database& db, const Retry& retry) {
    auto& insert =
        db.prepare("INSERT OR REPLACE INTO retries(export, run, attempt, due) VALUES(?1, ?2, ?3, ?4)");
    insert.bind(1, retry.export_name).bind(2, retry.run).bind(3, std::int64_t{retry.attempt});
    return bind_time(insert, 4, retry.due).run();
}

result<void> remove_retry(Database& db, std::string_view export_name) {
    return db.prepare("DELETE FROM retries WHERE export = ?1").bind(1, export_name).run();
}

result<std::vector<Retry>> due_retries(Database& db, SysTime now, SysTime trusted) {
    auto& query = db.prepare(
        "SELECT export, run, attempt, due FROM retries WHERE due <= ?1 OR due > ?2 ORDER BY export");
    query.bind(1, to_unix(now)).bind(2, to_unix(trusted));
    std::vector<Retry> all;
    auto read = each_row(query, [&](const Statement& s) { all.push_back(retry_of(s)); });
    if (!read) return read.error();
    return all;
}

}  // namespace audienced::store
