#include "store/schedules.hpp"

#include "store/query.hpp"

namespace audienced::store {

result<std::optional<RefreshSchedule>> get_refresh_schedule(Database& db) {
    std::optional<RefreshSchedule> schedule;
    auto read =
        first_row(db.prepare("SELECT calendar, timezone FROM refresh_schedule"), [&](const Statement& s) {
            schedule = RefreshSchedule{s.text(0), s.text(1)};
        });
    if (!read) return read.error();
    return schedule;
}

result<void> set_refresh_schedule(Database& db, const std::optional<RefreshSchedule>& schedule) {
    if (!schedule) return db.prepare("DELETE FROM refresh_schedule").run();
    return db
        .prepare("INSERT OR REPLACE INTO refresh_schedule(only_one, calendar, timezone) VALUES(1, ?1, ?2)")
        .bind(1, schedule->calendar)
        .bind(2, schedule->timezone)
        .run();
}

result<std::optional<SysTime>> last_served(Database& db, std::string_view schedule) {
    auto& query = db.prepare("SELECT due FROM served WHERE schedule = ?1");
    query.bind(1, schedule);
    std::optional<SysTime> due;
    auto read = first_row(query, [&](const Statement& s) { due = from_unix(s.integer(0)); });
    if (!read) return read.error();
    return due;
}

result<void> set_last_served(Database& db, std::string_view schedule, SysTime due) {
    return db.prepare("INSERT OR REPLACE INTO served(schedule, due) VALUES(?1, ?2)")
        .bind(1, schedule)
        .bind(2, to_unix(due))
        .run();
}

result<void> forget_served(Database& db, std::string_view schedule) {
    return db.prepare("DELETE FROM served WHERE schedule = ?1").bind(1, schedule).run();
}

result<std::uint64_t> quota_spent(Database& db, std::string_view share_key, std::int64_t utc_day) {
    auto& query = db.prepare("SELECT spent FROM quota WHERE share_key = ?1 AND utc_day = ?2");
    query.bind(1, share_key).bind(2, utc_day);
    std::uint64_t spent = 0;
    auto read = first_row(query, [&](const Statement& s) { spent = u64(s, 0); });
    if (!read) return read.error();
    return spent;
}

result<void> set_quota_spent(Database& db, std::string_view share_key, std::int64_t utc_day,
                             std::uint64_t total) {
    auto& insert = db.prepare("INSERT OR REPLACE INTO quota(share_key, utc_day, spent) VALUES(?1, ?2, ?3)");
    insert.bind(1, share_key).bind(2, utc_day);
    bind_u64(insert, 3, total);
    return insert.run();
}

result<std::vector<std::pair<std::string, std::uint64_t>>> quotas_of_day(Database& db, std::int64_t utc_day) {
    auto& query = db.prepare("SELECT share_key, spent FROM quota WHERE utc_day = ?1 ORDER BY share_key");
    query.bind(1, utc_day);
    std::vector<std::pair<std::string, std::uint64_t>> all;
    auto read = each_row(query, [&](const Statement& s) { all.emplace_back(s.text(0), u64(s, 1)); });
    if (!read) return read.error();
    return all;
}

}  // namespace audienced::store
