// Groups of an export, and which others hold their members.
#include "store/ledger.hpp"
#include "store/query.hpp"

namespace audienced::store {

result<std::vector<GroupRow>> get_groups(Database& db, model::ExportId export_id) {
    auto& query =
        db.prepare("SELECT bit, id, title, scanned FROM export_groups WHERE export_id = ?1 ORDER BY bit");
    query.bind(1, export_id.value());
    std::vector<GroupRow> groups;
    auto read = each_row(query, [&](const Statement& s) {
        groups.push_back(GroupRow{static_cast<int>(s.integer(0)), model::GroupId(s.text(1)), s.text(2),
                                  s.integer(3) != 0});
    });
    if (!read) return read.error();
    return groups;
}

result<void> put_group(Database& db, model::ExportId export_id, const GroupRow& group) {
    auto all = get_groups(db, export_id);
    if (!all) return all.error();
    for (const GroupRow& other : *all) {
        const bool same_group = other.title == group.title || (!other.id.empty() && other.id == group.id);
        if (other.bit == group.bit && !same_group)
            return make_error(Errc::wrong_state, "group bit " + std::to_string(group.bit) + " stands for \"" +
                                                     other.title + "\" and cannot become \"" + group.title +
                                                     "\"");
        if (other.bit != group.bit && other.title == group.title)
            return make_error(Errc::wrong_state, "the group \"" + group.title + "\" has a bit already");
    }
    return db
        .prepare(
            "INSERT INTO export_groups(export_id, bit, id, title, scanned) VALUES(?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT(export_id, bit) DO UPDATE SET id = excluded.id, title = excluded.title, "
            "scanned = excluded.scanned")
        .bind(1, export_id.value())
        .bind(2, std::int64_t{group.bit})
        .bind(3, group.id.text())
        .bind(4, group.title)
        .bind(5, std::int64_t{group.scanned})
        .run();
}

result<void> add_preexisting_member(Database& db, const model::DestinationKey& destination_key,
                                    const model::GroupId& group_id, const MemberHash& member) {
    return db
        .prepare(
            "INSERT OR IGNORE INTO preexisting_members(destination_key, group_id, member) VALUES(?1, ?2, ?3)")
        .bind(1, destination_key.text())
        .bind(2, group_id.text())
        .bind_blob(3, member.view())
        .run();
}

result<bool> is_preexisting_member(Database& db, const model::DestinationKey& destination_key,
                                   const model::GroupId& group_id, const MemberHash& member) {
    auto& query = db.prepare(
        "SELECT 1 FROM preexisting_members WHERE destination_key = ?1 AND group_id = ?2 AND member = ?3");
    query.bind(1, destination_key.text()).bind(2, group_id.text()).bind_blob(3, member.view());
    return first_row(query, [](const Statement&) {});
}

result<bool> has_preexisting_members(Database& db, const model::DestinationKey& destination_key,
                                     const model::GroupId& group_id) {
    auto& query =
        db.prepare("SELECT 1 FROM preexisting_members WHERE destination_key = ?1 AND group_id = ?2 LIMIT 1");
    query.bind(1, destination_key.text()).bind(2, group_id.text());
    return first_row(query, [](const Statement&) {});
}

result<bool> other_export_feeds(Database& db, model::ExportId export_id,
                                const model::DestinationKey& destination_key,
                                const model::GroupId& group_id) {
    auto& query = db.prepare(
        "SELECT 1 FROM exports e LEFT JOIN connections c ON c.name = e.connection "
        "JOIN export_groups g ON g.export_id = e.id AND g.id = ?3 "
        "WHERE e.id <> ?1 AND coalesce(c.account_id, e.account_at_detach) || '/' || e.destination = ?2 LIMIT "
        "1");
    query.bind(1, export_id.value()).bind(2, destination_key.text()).bind(3, group_id.text());
    return first_row(query, [](const Statement&) {});
}

result<Held> held_by_other_export(Database& db, model::ExportId export_id,
                                  const model::DestinationKey& destination_key,
                                  const model::GroupId& group_id, const MemberHash& member) {
    // A detached export still holds its members: its account is remembered. CROSS JOIN keeps the order: a
    // handful of exports and groups first, then one look-up each in the large table.
    auto& query = db.prepare(
        "SELECT max((l.member_of >> g.bit) & 1), max((l.owned >> g.bit) & 1) FROM exports e "
        "LEFT JOIN connections c ON c.name = e.connection "
        "CROSS JOIN export_groups g ON g.export_id = e.id AND g.id = ?3 "
        "CROSS JOIN ledger l ON l.export_id = e.id AND l.member = ?4 "
        "WHERE e.id <> ?1 AND coalesce(c.account_id, e.account_at_detach) || '/' || e.destination = ?2");
    query.bind(1, export_id.value())
        .bind(2, destination_key.text())
        .bind(3, group_id.text())
        .bind_blob(4, member.view());
    Held held;
    auto read = first_row(query, [&](const Statement& s) {
        held = Held{s.integer(0) != 0, s.integer(1) != 0};
    });
    if (!read) return read.error();
    return held;
}

}  // namespace audienced::store
