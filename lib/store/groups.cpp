// Groups, and the bits of the exports that feed them.
#include <algorithm>

#include "store/memberships.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

result<std::vector<GroupRow>> read_groups(Statement& query) {
    std::vector<GroupRow> groups;
    auto read = each_row(query, [&](const Statement& s) {
        groups.push_back(GroupRow{static_cast<int>(s.integer(0)), model::GroupNo(s.integer(1)),
                                  model::GroupId(s.text(2)), s.text(3), s.integer(4) != 0, s.integer(5) != 0,
                                  s.integer(6) != 0});
    });
    if (!read) return read.error();
    return groups;
}

}  // namespace

result<std::vector<GroupRow>> get_groups(Database& db, model::ExportId export_id) {
    auto& query = db.prepare(
        "SELECT e.bit, g.no, g.id, e.title, g.is_list, g.scanned, g.had_members FROM export_groups e "
        "JOIN groups g ON g.no = e.group_no WHERE e.export_id = ?1 ORDER BY e.bit");
    query.bind(1, export_id.value());
    return read_groups(query);
}

result<std::vector<GroupRow>> groups_of_destination(Database& db, model::DestinationId destination) {
    auto& query = db.prepare(
        "SELECT -1, no, id, title, is_list, scanned, had_members FROM groups WHERE destination = ?1 ORDER BY "
        "no");
    query.bind(1, destination.value());
    return read_groups(query);
}

result<void> put_group(Database& db, model::DestinationId destination, model::ExportId export_id,
                       GroupRow& group) {
    if (group.no == model::GroupNo()) {
        auto made = db.prepare(
                          "INSERT INTO groups(destination, id, title, is_list, scanned, had_members) "
                          "VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
                        .bind(1, destination.value())
                        .bind(2, group.id.text())
                        .bind(3, group.title)
                        .bind(4, std::int64_t{group.is_list})
                        .bind(5, std::int64_t{group.scanned})
                        .bind(6, std::int64_t{group.had_members})
                        .run();
        if (!made) return made;
        group.no = model::GroupNo(db.last_insert_id());
    } else {
        auto updated = db.prepare("UPDATE groups SET id = ?2, scanned = ?3 WHERE no = ?1")
                           .bind(1, group.no.value())
                           .bind(2, group.id.text())
                           .bind(3, std::int64_t{group.scanned})
                           .run();
        if (!updated) return updated;
    }
    return db
        .prepare(
            "INSERT INTO export_groups(export_id, bit, group_no, title) VALUES(?1, ?2, ?3, ?4) "
            "ON CONFLICT(export_id, bit) DO UPDATE SET group_no = excluded.group_no, title = excluded.title")
        .bind(1, export_id.value())
        .bind(2, std::int64_t{group.bit})
        .bind(3, group.no.value())
        .bind(4, group.title)
        .run();
}

result<void> free_bit(Database& db, model::ExportId export_id, int bit) {
    return db.prepare("DELETE FROM export_groups WHERE export_id = ?1 AND bit = ?2")
        .bind(1, export_id.value())
        .bind(2, std::int64_t{bit})
        .run();
}

result<void> drop_idle_groups(Database& db, model::ExportId export_id, std::uint64_t own_slot,
                              const std::vector<std::string>& wanted) {
    auto groups = get_groups(db, export_id);
    if (!groups) return groups.error();
    for (const GroupRow& group : *groups) {
        if (std::find(wanted.begin(), wanted.end(), group.title) != wanted.end()) continue;
        auto& held =
            db.prepare("SELECT 1 FROM memberships WHERE group_no = ?1 AND holders & ?2 <> 0 LIMIT 1");
        held.bind(1, group.no.value());
        bind_u64(held, 2, own_slot);
        auto any = first_row(held, [](const Statement&) {});
        if (!any) return any.error();
        if (*any) continue;
        if (auto freed = free_bit(db, export_id, group.bit); !freed) return freed;
    }
    return {};
}

}  // namespace audienced::store
