#include "store/rejects.hpp"

#include "store/query.hpp"

namespace audienced::store {
namespace {

struct KindRow {
    std::int64_t id = 0;
    bool has_room = false, same_detail = false;
};

std::int64_t draft(RejectState state) {
    return state == RejectState::draft ? 1 : 0;
}

result<KindRow> count(Database& db, const Reject& r, std::uint64_t more, RejectState state) {
    auto& upsert = db.prepare(
        "INSERT INTO reject_kinds(run, draft, counted_in, code, field, reject_class, detail, same_detail, n, "
        "kept) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, 0) "
        "ON CONFLICT(run, draft, counted_in, code, field, reject_class) DO UPDATE SET n = n + ?8, "
        "same_detail = same_detail AND detail = ?7 RETURNING id, kept, detail = ?7");
    upsert.bind(1, r.run).bind(2, draft(state));
    upsert.bind(3, std::string_view(model::to_string(r.counted_in))).bind(4, r.code).bind(5, r.field);
    upsert.bind(6, std::string_view(model::to_string(r.reject_class))).bind(7, r.detail);
    bind_u64(upsert, 8, more);
    KindRow row;
    auto read = first_row(upsert, [&](const Statement& s) {
        row.id = s.integer(0);
        row.has_room = u64(s, 1) < rejects_kept;
        row.same_detail = s.integer(2) != 0;
    });
    if (!read) return read.error();
    return row;
}

result<void> remove_of_state(Database& db, std::int64_t run, RejectState state) {
    auto rows = db.prepare(
                      "DELETE FROM rejects WHERE run = ?1 AND kind IN "
                      "(SELECT id FROM reject_kinds WHERE run = ?1 AND draft = ?2)")
                    .bind(1, run)
                    .bind(2, draft(state))
                    .run();
    if (!rows) return rows;
    return db.prepare("DELETE FROM reject_kinds WHERE run = ?1 AND draft = ?2")
        .bind(1, run)
        .bind(2, draft(state))
        .run();
}

constexpr const char* select_rejects =
    "SELECT r.segment, r.source_row, r.member, k.code, k.reject_class, coalesce(r.detail, k.detail), "
    "r.next_try, k.field, r.attempts, k.counted_in, r.id, r.run FROM rejects r JOIN reject_kinds k ON k.id = "
    "r.kind ";

result<std::vector<Reject>> read_rejects(Statement& query) {
    std::vector<Reject> rejects;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        const auto reject_class = model::parse_reject_class(s.blob_view(4));
        if (!reject_class) return unknown_word("reject_kinds.reject_class");
        const auto counted_in = model::parse_counted_in(s.blob_view(9));
        if (!counted_in) return unknown_word("reject_kinds.counted_in");
        Reject r;
        r.run = s.integer(11);
        r.segment = s.text(0);
        r.row = u64(s, 1);
        if (!s.is_null(2)) r.member = MemberHash::from(s.blob_view(2));
        r.code = s.text(3);
        r.reject_class = *reject_class;
        r.detail = s.text(5);
        r.next_try = time_or_null(s, 6);
        r.field = s.text(7);
        r.attempts = static_cast<int>(s.integer(8));
        r.counted_in = *counted_in;
        r.id = s.integer(10);
        rejects.push_back(std::move(r));
        return {};
    });
    if (!read) return read.error();
    return rejects;
}

}  // namespace

result<void> add_reject(Database& db, const Reject& r, RejectState state) {
    auto kind = count(db, r, 1, state);
    if (!kind) return kind.error();
    if (!kind->has_room) return {};
    auto& insert = db.prepare(
        "INSERT INTO rejects(run, kind, segment, source_row, member, detail, attempts, next_try) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    insert.bind(1, r.run).bind(2, kind->id).bind(3, r.segment);
    bind_u64(insert, 4, r.row);
    if (r.member)
        insert.bind_blob(5, r.member->view());
    else
        insert.bind_null(5);
    if (kind->same_detail)
        insert.bind_null(6);
    else
        insert.bind(6, r.detail);
    insert.bind(7, std::int64_t{r.attempts});
    bind_time(insert, 8, r.next_try);
    if (auto done = insert.run(); !done) return done;
    return db.prepare("UPDATE reject_kinds SET kept = kept + 1 WHERE id = ?1").bind(1, kind->id).run();
}

result<void> count_rejects(Database& db, const Reject& r, std::uint64_t more, RejectState state) {
    auto counted = count(db, r, more, state);
    if (!counted) return counted.error();
    return {};
}

result<void> promote_rejects(Database& db, std::int64_t run) {
    if (auto removed = remove_of_state(db, run, RejectState::valid); !removed) return removed;
    return db.prepare("UPDATE reject_kinds SET draft = 0 WHERE run = ?1 AND draft = 1").bind(1, run).run();
}

result<void> remove_drafts(Database& db, std::int64_t run) {
    return remove_of_state(db, run, RejectState::draft);
}

result<std::vector<RejectKind>> list_reject_kinds(Database& db, std::int64_t run) {
    auto& query = db.prepare(
        "SELECT counted_in, code, field, reject_class, detail, same_detail, n, kept FROM reject_kinds "
        "WHERE run = ?1 AND draft = 0 ORDER BY n DESC, id");
    query.bind(1, run);
    std::vector<RejectKind> kinds;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        const auto counted_in = model::parse_counted_in(s.blob_view(0));
        if (!counted_in) return unknown_word("reject_kinds.counted_in");
        const auto reject_class = model::parse_reject_class(s.blob_view(3));
        if (!reject_class) return unknown_word("reject_kinds.reject_class");
        RejectKind k;
        k.counted_in = *counted_in;
        k.code = s.text(1);
        k.field = s.text(2);
        k.reject_class = *reject_class;
        k.detail = s.text(4);
        k.same_detail = s.integer(5) != 0;
        k.count = u64(s, 6);
        k.kept = u64(s, 7);
        kinds.push_back(std::move(k));
        return {};
    });
    if (!read) return read.error();
    return kinds;
}

result<std::vector<Reject>> list_rejects(Database& db, std::int64_t run, std::size_t limit,
                                         std::int64_t after) {
    static const std::string sql =
        std::string(select_rejects) + "WHERE r.run = ?1 AND r.id > ?3 AND k.draft = 0 ORDER BY r.id LIMIT ?2";
    auto& query = db.prepare(sql);
    query.bind(1, run).bind(2, static_cast<std::int64_t>(limit)).bind(3, after);
    return read_rejects(query);
}

result<std::vector<Reject>> rejects_of_member(Database& db, std::string_view export_name,
                                              const MemberHash& member, std::size_t runs) {
    static const std::string sql =
        std::string(select_rejects) +
        "WHERE r.run IN (SELECT id FROM runs WHERE export = ?1 ORDER BY id DESC LIMIT ?2) AND r.member = ?3 "
        "AND k.draft = 0 ORDER BY r.run DESC, r.id";
    auto& query = db.prepare(sql);
    query.bind(1, export_name).bind(2, static_cast<std::int64_t>(runs)).bind_blob(3, member.view());
    return read_rejects(query);
}

result<bool> trim_rejects(Database& db, std::string_view export_name, std::uint64_t most, std::size_t slice) {
    constexpr int whole = 2;
    auto& query = db.prepare(
        "SELECT r.id, sum(k.kept) FROM runs r JOIN reject_kinds k ON k.run = r.id AND k.kept > 0 "
        "WHERE r.export = ?1 AND r.only_member IS NULL GROUP BY r.id ORDER BY r.id DESC");
    query.bind(1, export_name);
    std::uint64_t kept = 0;
    int runs = 0;
    std::optional<std::int64_t> surplus;
    auto read = each_row(query, [&](const Statement& s) {
        kept += u64(s, 1);
        if (++runs > whole && kept > most && !surplus) surplus = s.integer(0);
    });
    if (!read) return read.error();
    if (!surplus) return false;
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto removed =
        db.prepare("DELETE FROM rejects WHERE id IN (SELECT id FROM rejects WHERE run = ?1 LIMIT ?2)")
            .bind(1, *surplus)
            .bind(2, static_cast<std::int64_t>(slice))
            .run();
    if (!removed) return removed.error();
    if (db.changes() < static_cast<std::int64_t>(slice)) {
        auto none = db.prepare("UPDATE reject_kinds SET kept = 0 WHERE run = ?1").bind(1, *surplus).run();
        if (!none) return none.error();
    }
    if (auto done = transaction->commit(); !done) return done.error();
    return true;
}

}  // namespace audienced::store
