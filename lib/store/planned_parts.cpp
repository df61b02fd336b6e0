#include "store/planned_parts.hpp"

#include "store/contacts.hpp"
#include "store/query.hpp"
#include "store/runs.hpp"

namespace audienced::store {
namespace {

void bind_count(Statement& s, int at, const std::optional<std::uint64_t>& count) {
    if (count)
        bind_u64(s, at, *count);
    else
        s.bind_null(at);
}

std::optional<std::uint64_t> count_at(const Statement& s, int column) {
    return s.is_null(column) ? std::nullopt : std::optional(u64(s, column));
}

result<void> remove_planned(Database& db, model::RunId run) {
    for (const char* sql :
         {"DELETE FROM planned_parts WHERE run = ?1", "DELETE FROM planned_leavers WHERE run = ?1"})
        if (auto removed = db.prepare(sql).bind(1, run).run(); !removed) return removed;
    return {};
}

}  // namespace

result<void> put_planned(Database& db, model::RunId run, model::DestinationId destination,
                         const std::vector<model::PlannedPart>& parts,
                         const std::vector<model::PlannedLeaver>& leavers) {
    if (auto removed = remove_planned(db, run); !removed) return removed;
    std::int64_t position = 0;
    for (const model::PlannedPart& part : parts) {
        auto& insert = db.prepare(
            "INSERT INTO planned_parts(run, position, segment, title, is_list, profiles, members, joins, "
            "leaves) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
        insert.bind(1, run).bind(2, position++).bind(3, part.segment).bind(4, part.title);
        insert.bind(5, std::int64_t{part.is_list});
        int at = 6;
        for (const auto& count : {part.profiles, part.members, part.joins, part.leaves})
            bind_count(insert, at++, count);
        if (auto done = insert.run(); !done) return done;
    }
    position = 0;
    for (const model::PlannedLeaver& leaver : leavers) {
        auto& insert = db.prepare(
            "INSERT INTO planned_leavers(run, position, destination, member, parts) VALUES(?1, ?2, ?3, ?4, "
            "?5)");
        insert.bind(1, run).bind(2, position++).bind(3, destination.value());
        insert.bind_blob(4, leaver.member.view());
        if (auto done = bind_u64(insert, 5, leaver.parts).run(); !done) return done;
    }
    return {};
}

result<std::vector<model::PlannedPart>> planned_parts(Database& db, model::RunId run) {
    auto& query = db.prepare(
        "SELECT segment, title, is_list, profiles, members, joins, leaves FROM planned_parts WHERE run = ?1 "
        "ORDER BY position");
    query.bind(1, run);
    std::vector<model::PlannedPart> out;
    auto read = each_row(query, [&](const Statement& s) {
        model::PlannedPart part;
        part.segment = s.text(0);
        part.title = s.text(1);
        part.is_list = s.integer(2) != 0;
        part.profiles = count_at(s, 3);
        part.members = count_at(s, 4);
        part.joins = count_at(s, 5);
        part.leaves = count_at(s, 6);
        out.push_back(std::move(part));
    });
    if (!read) return read.error();
    return out;
}

result<std::vector<NamedLeaver>> planned_leavers(Database& db, const vault::Vault& vault, model::RunId run) {
    auto& query =
        db.prepare("SELECT member, parts, destination FROM planned_leavers WHERE run = ?1 ORDER BY position");
    query.bind(1, run);
    std::vector<NamedLeaver> out;
    std::vector<model::DestinationId> destinations;
    auto read = each_row(query, [&](const Statement& s) {
        out.push_back({{MemberHash::from(s.blob_view(0)), u64(s, 1)}, {}});
        destinations.emplace_back(s.integer(2));
    });
    if (!read) return read.error();
    for (std::size_t i = 0; i < out.size(); ++i) {
        auto contact = find_contact(db, vault, destinations[i], out[i].leaver.member);
        if (!contact) return contact.error();
        if (*contact) out[i].address = (**contact).address;
    }
    return out;
}

result<std::optional<model::Run>> run_before(Database& db, std::string_view export_name,
                                             model::RunId before) {
    auto& query = db.prepare(
        "SELECT id FROM runs WHERE export = ?1 AND id < ?2 AND option_dry_run = 0 AND only_member IS NULL "
        "AND trigger <> 'undo' "
        "AND status IN ('succeeded', 'completed_with_rejects') "
        "AND EXISTS (SELECT 1 FROM planned_parts WHERE run = runs.id) ORDER BY id DESC LIMIT 1");
    query.bind(1, export_name).bind(2, before);
    model::RunId id = 0;
    auto found = first_row(query, [&](const Statement& s) { id = s.integer(0); });
    if (!found) return found.error();
    if (!*found) return std::nullopt;
    auto run = get_run(db, id);
    if (!run) return run.error();
    return std::move(*run);
}

}  // namespace audienced::store
