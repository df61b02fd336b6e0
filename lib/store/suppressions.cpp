#include "store/suppressions.hpp"

#include <limits>

#include "store/query.hpp"

namespace audienced::store {
namespace {

const std::string_view forgotten = model::to_string(model::OptOutReason::forgotten);

/// "'unsubscribed', 'cleaned' ...": what a full pull shows.
std::string shown_reasons() {
    std::string out;
    for (int i = 0; i <= static_cast<int>(model::OptOutReason::unspecified); ++i) {
        const auto reason = static_cast<model::OptOutReason>(i);
        if (!model::is_shown_by_full_pull(reason)) continue;
        out += (out.empty() ? "'" : ", '") + std::string(model::to_string(reason)) + "'";
    }
    return out;
}

}  // namespace

result<void> put_suppression(Database& db, const Suppression& s) {
    // A forgotten address stays forgotten, whatever a provider reports later.
    return db
        .prepare(
            "INSERT INTO suppressions(destination_key, member, reason, since) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT(destination_key, member) DO UPDATE SET reason = excluded.reason, "
            "since = excluded.since WHERE reason <> ?5")
        .bind(1, s.destination_key.text())
        .bind_blob(2, s.member.view())
        .bind(3, std::string_view(model::to_string(s.reason)))
        .bind(4, to_unix(s.since))
        .bind(5, forgotten)
        .run();
}

result<bool> lift_suppression(Database& db, const model::DestinationKey& destination_key,
                              const MemberHash& member) {
    auto done =
        db.prepare("DELETE FROM suppressions WHERE destination_key = ?1 AND member = ?2 AND reason <> ?3")
            .bind(1, destination_key.text())
            .bind_blob(2, member.view())
            .bind(3, forgotten)
            .run();
    if (!done) return done.error();
    return db.changes() > 0;
}

result<std::optional<Suppression>> find_suppression(Database& db,
                                                    const model::DestinationKey& destination_key,
                                                    const MemberHash& member) {
    // '' sorts first: to be forgotten outranks what a provider says.
    auto& query = db.prepare(
        "SELECT destination_key, reason, since FROM suppressions WHERE destination_key IN ('', ?1) "
        "AND member = ?2 ORDER BY destination_key LIMIT 1");
    query.bind(1, destination_key.text()).bind_blob(2, member.view());
    std::optional<Suppression> found;
    auto read = first_row(query, [&](const Statement& s) -> result<void> {
        const auto reason = model::parse_opt_out_reason(s.blob_view(1));
        if (!reason) return unknown_word("suppressions.reason");
        found = Suppression{model::DestinationKey(s.text(0)), member, *reason, from_unix(s.integer(2))};
        return {};
    });
    if (!read) return read.error();
    return found;
}

result<std::vector<MemberHash>> suppressed_members(Database& db,
                                                   const model::DestinationKey& destination_key) {
    return some_suppressed(db, destination_key, std::numeric_limits<std::int64_t>::max());
}

result<std::vector<MemberHash>> some_suppressed(Database& db, const model::DestinationKey& destination_key,
                                                std::uint64_t most) {
    auto& query = db.prepare(
        "SELECT member FROM suppressions WHERE destination_key = '' UNION "
        "SELECT member FROM suppressions WHERE destination_key = ?1 ORDER BY member LIMIT ?2");
    query.bind(1, destination_key.text()).bind(2, static_cast<std::int64_t>(most));
    std::vector<MemberHash> members;
    auto read =
        each_row(query, [&](const Statement& s) { members.push_back(MemberHash::from(s.blob_view(0))); });
    if (!read) return read.error();
    return members;
}

result<std::uint64_t> lift_older_than(Database& db, const model::DestinationKey& destination_key,
                                      SysTime pull_began) {
    static const std::string sql =
        "DELETE FROM suppressions WHERE destination_key = ?1 AND destination_key <> '' AND since < ?2 "
        "AND reason IN (" +
        shown_reasons() + ")";
    auto done = db.prepare(sql).bind(1, destination_key.text()).bind(2, to_unix(pull_began)).run();
    if (!done) return done.error();
    return static_cast<std::uint64_t>(db.changes());
}

result<PullState> get_pull_state(Database& db, const model::DestinationKey& destination_key) {
    auto& query = db.prepare("SELECT since, came_back_since, full_at FROM pulls WHERE destination_key = ?1");
    query.bind(1, destination_key.text());
    PullState state;
    auto read = first_row(query, [&](const Statement& s) {
        state = PullState{provider_time_or_null(s, 0), provider_time_or_null(s, 1), time_or_null(s, 2)};
    });
    if (!read) return read.error();
    return state;
}

result<void> put_pull_state(Database& db, const model::DestinationKey& destination_key,
                            const PullState& state) {
    auto& insert = db.prepare(
        "INSERT OR REPLACE INTO pulls(destination_key, since, came_back_since, full_at) "
        "VALUES(?1, ?2, ?3, ?4)");
    insert.bind(1, destination_key.text());
    bind_time(insert, 2, state.since);
    bind_time(insert, 3, state.came_back_since);
    bind_time(insert, 4, state.full_at);
    return insert.run();
}

}  // namespace audienced::store
