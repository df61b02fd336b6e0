#include "store/planned_groups.hpp"

#include "store/query.hpp"

namespace audienced::store {

result<std::vector<PlannedGroup>> planned_groups(Database& db, model::RunId run) {
    auto& query = db.prepare(
        "SELECT g.title, sum(b.members), sum(b.leavers) FROM batches b JOIN runs r ON r.id = b.run "
        "JOIN exports e ON e.name = r.export JOIN export_groups g ON g.export_id = e.id AND g.bit = b.grp "
        "WHERE b.run = ?1 AND b.kind = 'membership' GROUP BY g.bit ORDER BY g.bit");
    query.bind(1, run);
    std::vector<PlannedGroup> out;
    auto read = each_row(query, [&](const Statement& s) {
        out.push_back({s.text(0), u64(s, 1), u64(s, 2)});
    });
    if (!read) return read.error();
    return out;
}

}  // namespace audienced::store
