#include "store/memberships.hpp"

#include "store/query.hpp"

namespace audienced::store {
namespace {

result<model::Standing> standing_of(const Statement& s, int column) {
    const std::int64_t state = s.integer(column);
    if (state < 1 || state > static_cast<std::int64_t>(model::Membership::maybe_gone))
        return unknown_word("memberships.state");
    return model::Standing{static_cast<model::Membership>(state), u64(s, column + 1)};
}

}  // namespace

result<std::optional<model::Standing>> find_membership(Database& db, model::GroupNo group,
                                                       const MemberHash& member) {
    auto& query = db.prepare("SELECT state, holders FROM memberships WHERE group_no = ?1 AND member = ?2");
    query.bind(1, group.value()).bind_blob(2, member.view());
    std::optional<model::Standing> found;
    auto read = first_row(query, [&](const Statement& s) -> result<void> {
        auto standing = standing_of(s, 0);
        if (!standing) return standing.error();
        found = *standing;
        return {};
    });
    if (!read) return read.error();
    return found;
}

result<void> put_membership(Database& db, model::GroupNo group, const MemberHash& member,
                            model::Standing standing) {
    if (standing.state == model::Membership::none)
        return db.prepare("DELETE FROM memberships WHERE group_no = ?1 AND member = ?2")
            .bind(1, group.value())
            .bind_blob(2, member.view())
            .run();
    auto& insert = db.prepare(
        "INSERT INTO memberships(group_no, member, state, holders) VALUES(?1, ?2, ?3, ?4) "
        "ON CONFLICT(group_no, member) DO UPDATE SET state = excluded.state, holders = excluded.holders");
    insert.bind(1, group.value())
        .bind_blob(2, member.view())
        .bind(3, static_cast<std::int64_t>(standing.state));
    bind_u64(insert, 4, standing.holders);
    return insert.run();
}

result<std::size_t> scan_memberships(Database& db, model::GroupNo group,
                                     const std::optional<MemberHash>& after, std::size_t limit,
                                     const std::function<void(const MemberHash&, model::Standing)>& each) {
    auto& query = db.prepare(
        "SELECT member, state, holders FROM memberships WHERE group_no = ?1 AND member > ?2 "
        "ORDER BY member LIMIT ?3");
    query.bind(1, group.value()).bind(3, static_cast<std::int64_t>(limit));
    query.bind_blob(2, after ? after->view() : std::string_view());  // an empty blob sorts before every other
    std::size_t rows = 0;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        auto standing = standing_of(s, 1);
        if (!standing) return standing.error();
        ++rows;
        each(MemberHash::from(s.blob_view(0)), *standing);
        return {};
    });
    if (!read) return read.error();
    return rows;
}

result<std::vector<MemberHash>> members_in_state(Database& db, model::GroupNo group,
                                                 model::Membership state) {
    auto& query =
        db.prepare("SELECT member FROM memberships WHERE group_no = ?1 AND state = ?2 ORDER BY member");
    query.bind(1, group.value()).bind(2, static_cast<std::int64_t>(state));
    std::vector<MemberHash> members;
    auto read =
        each_row(query, [&](const Statement& s) { members.push_back(MemberHash::from(s.blob_view(0))); });
    if (!read) return read.error();
    return members;
}

result<std::uint64_t> count_memberships(Database& db, model::GroupNo group, model::Membership state) {
    auto& query = db.prepare("SELECT count(*) FROM memberships WHERE group_no = ?1 AND state = ?2");
    query.bind(1, group.value()).bind(2, static_cast<std::int64_t>(state));
    std::uint64_t count = 0;
    auto read = first_row(query, [&](const Statement& s) { count = u64(s, 0); });
    if (!read) return read.error();
    return count;
}

result<std::size_t> forget_group(Database& db, model::GroupNo group, std::size_t limit) {
    auto done = db.prepare(
                      "DELETE FROM memberships WHERE group_no = ?1 AND member IN "
                      "(SELECT member FROM memberships WHERE group_no = ?1 ORDER BY member LIMIT ?2)")
                    .bind(1, group.value())
                    .bind(2, static_cast<std::int64_t>(limit))
                    .run();
    if (!done) return done.error();
    const auto forgotten = static_cast<std::size_t>(db.changes());
    done = db.prepare("UPDATE groups SET id = '', scanned = 0 WHERE no = ?1").bind(1, group.value()).run();
    if (!done) return done.error();
    done = db.prepare("DELETE FROM export_groups WHERE group_no = ?1").bind(1, group.value()).run();
    if (!done) return done.error();
    return forgotten;
}

}  // namespace audienced::store
