#include "store/suppressions.hpp"

#include <limits>

#include "store/query.hpp"

namespace audienced::store {

result<void> put_suppression(Database& db, const Suppression& s) {
    // What was forgotten stays forgotten, whatever else is heard of her.
    return db
        .prepare(
            "INSERT INTO suppressions(place, member, reason, since) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT(place, member) DO UPDATE SET reason = excluded.reason, since = excluded.since "
            "WHERE reason <> 'forgotten'")
        .bind(1, s.place)
        .bind_blob(2, s.member.view())
        .bind(3, s.reason)
        .bind(4, to_unix(s.since))
        .run();
}

result<bool> lift_suppression(Database& db, std::string_view place, const MemberHash& member) {
    auto done =
        db.prepare("DELETE FROM suppressions WHERE place = ?1 AND member = ?2 AND reason <> 'forgotten'")
            .bind(1, place)
            .bind_blob(2, member.view())
            .run();
    if (!done) return done.error();
    return db.changes() > 0;
}

result<std::optional<Suppression>> find_suppression(Database& db, std::string_view place,
                                                    const MemberHash& member) {
    // '' sorts first: to be forgotten outranks what a provider says.
    auto& query = db.prepare(
        "SELECT place, reason, since FROM suppressions WHERE place IN ('', ?1) AND member = ?2 ORDER BY "
        "place LIMIT 1");
    query.bind(1, place).bind_blob(2, member.view());
    std::optional<Suppression> found;
    auto read = first_row(query, [&](const Statement& s) {
        found = Suppression{s.text(0), member, s.text(1), from_unix(s.integer(2))};
    });
    if (!read) return read.error();
    return found;
}

result<std::vector<MemberHash>> suppressed_members(Database& db, std::string_view place) {
    return some_suppressed(db, place, std::numeric_limits<std::int64_t>::max());
}

result<std::vector<MemberHash>> some_suppressed(Database& db, std::string_view place, std::uint64_t most) {
    auto& query = db.prepare(
        "SELECT member FROM suppressions WHERE place = '' UNION SELECT member FROM suppressions WHERE place "
        "= ?1 "
        "ORDER BY member LIMIT ?2");
    query.bind(1, place).bind(2, static_cast<std::int64_t>(most));
    std::vector<MemberHash> members;
    auto read =
        each_row(query, [&](const Statement& s) { members.push_back(MemberHash::from(s.blob_view(0))); });
    if (!read) return read.error();
    return members;
}

result<std::uint64_t> lift_older_than(Database& db, std::string_view place, SysTime pull_began) {
    auto done =
        db.prepare(
              "DELETE FROM suppressions WHERE place = ?1 AND place <> '' AND since < ?2 AND reason IN "
              "('unsubscribed', 'cleaned', 'pending', 'archived', 'on_hold')")
            .bind(1, place)
            .bind(2, to_unix(pull_began))
            .run();
    if (!done) return done.error();
    return static_cast<std::uint64_t>(db.changes());
}

result<PullState> get_pull_state(Database& db, std::string_view place) {
    auto& query = db.prepare("SELECT since, came_back_since, full_at FROM pulls WHERE place = ?1");
    query.bind(1, place);
    PullState state;
    auto read = first_row(query, [&](const Statement& s) {
        state = PullState{time_or_null(s, 0), time_or_null(s, 1), time_or_null(s, 2)};
    });
    if (!read) return read.error();
    return state;
}

result<void> put_pull_state(Database& db, std::string_view place, const PullState& state) {
    auto& insert = db.prepare(
        "INSERT OR REPLACE INTO pulls(place, since, came_back_since, full_at) VALUES(?1, ?2, ?3, ?4)");
    insert.bind(1, place);
    bind_time(insert, 2, state.since);
    bind_time(insert, 3, state.came_back_since);
    bind_time(insert, 4, state.full_at);
    return insert.run();
}

}  // namespace audienced::store
