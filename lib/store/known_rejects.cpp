#include <algorithm>

#include "store/query.hpp"
#include "store/rejects.hpp"

namespace audienced::store {
namespace {

result<std::int64_t> run_completed_before(Database& db, std::int64_t run) {
    auto& query = db.prepare(
        "SELECT b.id FROM runs b JOIN runs r ON r.id = ?1 AND b.export = r.export AND b.id < r.id "
        "WHERE b.status IN ('succeeded', 'completed_with_rejects') AND b.option_dry_run = 0 AND "
        "b.only_member IS NULL "
        "AND b.trigger <> 'undo' ORDER BY b.id DESC LIMIT 1");
    query.bind(1, run);
    std::int64_t before = 0;
    auto read = first_row(query, [&](const Statement& s) { before = s.integer(0); });
    if (!read) return read.error();
    return before;
}

bool same_kind(const RejectKind& a, const RejectKind& b) {
    return a.counted_in == b.counted_in && a.code == b.code && a.field == b.field &&
           a.reject_class == b.reject_class;
}

bool are_all_kept(const std::vector<RejectKind>& kinds) {
    return std::all_of(kinds.begin(), kinds.end(), [](const RejectKind& k) { return k.kept == k.count; });
}

/// Members without an entry of that kind in the run before.
result<bool> has_new_member(Database& db, std::int64_t run, std::int64_t before) {
    auto& query = db.prepare(
        "SELECT k.code, k.field, r.member FROM rejects r JOIN reject_kinds k ON k.id = r.kind "
        "WHERE r.run = ?1 AND r.member IS NOT NULL EXCEPT "
        "SELECT k.code, k.field, r.member FROM rejects r JOIN reject_kinds k ON k.id = r.kind "
        "WHERE r.run = ?2 AND r.member IS NOT NULL LIMIT 1");
    query.bind(1, run).bind(2, before);
    return first_row(query, [](const Statement&) {});
}

}  // namespace

result<bool> are_rejects_known(Database& db, std::int64_t run) {
    auto before = run_completed_before(db, run);
    if (!before) return before.error();
    if (*before == 0) return false;
    auto now = list_reject_kinds(db, run);
    if (!now) return now.error();
    auto then = list_reject_kinds(db, *before);
    if (!then) return then.error();
    for (const RejectKind& kind : *now) {
        const auto old =
            std::find_if(then->begin(), then->end(), [&](const RejectKind& k) { return same_kind(k, kind); });
        if (old == then->end() || old->count < kind.count) return false;
    }
    if (!are_all_kept(*now) || !are_all_kept(*then)) return true;
    auto fresh = has_new_member(db, run, *before);
    if (!fresh) return fresh.error();
    return !*fresh;
}

result<std::uint64_t> newly_quarantined(Database& db, std::int64_t run) {
    auto before = run_completed_before(db, run);
    if (!before) return before.error();
    auto& query = db.prepare(
        "SELECT count(*) FROM (SELECT r.member FROM rejects r JOIN reject_kinds k ON k.id = r.kind "
        "WHERE r.run = ?1 AND k.draft = 0 AND k.reject_class = 'retry_later' AND r.next_try IS NULL EXCEPT "
        "SELECT r.member FROM rejects r JOIN reject_kinds k ON k.id = r.kind "
        "WHERE r.run = ?2 AND k.reject_class = 'retry_later' AND r.next_try IS NULL)");
    query.bind(1, run).bind(2, *before);
    std::uint64_t n = 0;
    auto read = first_row(query, [&](const Statement& s) { n = u64(s, 0); });
    if (!read) return read.error();
    return n;
}

}  // namespace audienced::store
