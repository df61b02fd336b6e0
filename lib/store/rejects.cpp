#include "store/rejects.hpp"

#include "store/query.hpp"

namespace audienced::store {

result<void> add_reject(Database& db, const Reject& r) {
    auto& insert = db.prepare(
        "INSERT INTO rejects(run, segment, source_row, member, code, reject_class, detail, next_try, field) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    insert.bind(1, r.run).bind(2, r.segment);
    bind_u64(insert, 3, r.row);
    if (r.member)
        insert.bind_blob(4, r.member->view());
    else
        insert.bind_null(4);
    insert.bind(5, r.code).bind(6, std::string_view(model::to_string(r.reject_class))).bind(7, r.detail);
    bind_time(insert, 8, r.next_try);
    insert.bind(9, r.field);
    return insert.run();
}

result<void> remove_rejects(Database& db, std::int64_t run) {
    return db.prepare("DELETE FROM rejects WHERE run = ?1").bind(1, run).run();
}

result<std::vector<Reject>> list_rejects(Database& db, std::int64_t run, std::size_t limit) {
    auto& query = db.prepare(
        "SELECT segment, source_row, member, code, reject_class, detail, next_try, field FROM rejects "
        "WHERE run = ?1 ORDER BY id LIMIT ?2");
    query.bind(1, run).bind(2, static_cast<std::int64_t>(limit));
    std::vector<Reject> rejects;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        const auto reject_class = model::parse_reject_class(s.blob_view(4));
        if (!reject_class) return unknown_word("rejects.reject_class");
        Reject r;
        r.run = run;
        r.segment = s.text(0);
        r.row = u64(s, 1);
        if (!s.is_null(2)) r.member = MemberHash::from(s.blob_view(2));
        r.code = s.text(3);
        r.reject_class = *reject_class;
        r.detail = s.text(5);
        r.next_try = time_or_null(s, 6);
        r.field = s.text(7);
        rejects.push_back(std::move(r));
        return {};
    });
    if (!read) return read.error();
    return rejects;
}

result<std::vector<DeferredReject>> list_deferred(Database& db, model::ExportId export_id) {
    auto& query = db.prepare(
        "SELECT member, value_hash, code, reject_class, attempts, next_try, field, detail FROM "
        "deferred_rejects "
        "WHERE export_id = ?1 ORDER BY member, field");
    query.bind(1, export_id.value());
    std::vector<DeferredReject> all;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        const auto reject_class = model::parse_reject_class(s.blob_view(3));
        if (!reject_class) return unknown_word("deferred_rejects.reject_class");
        DeferredReject d;
        d.member = MemberHash::from(s.blob_view(0));
        d.values = u64(s, 1);
        d.code = s.text(2);
        d.reject_class = *reject_class;
        d.attempts = static_cast<int>(s.integer(4));
        d.next_try = time_or_null(s, 5);
        d.field = s.text(6);
        d.detail = s.text(7);
        all.push_back(std::move(d));
        return {};
    });
    if (!read) return read.error();
    return all;
}

result<bool> has_deferred(Database& db, model::ExportId export_id) {
    auto& query = db.prepare("SELECT 1 FROM deferred_rejects WHERE export_id = ?1 LIMIT 1");
    query.bind(1, export_id.value());
    return first_row(query, [](const Statement&) {});
}

result<void> put_deferred(Database& db, model::ExportId export_id, const DeferredReject& p) {
    auto& insert = db.prepare(
        "INSERT OR REPLACE INTO deferred_rejects(export_id, member, value_hash, code, reject_class, "
        "attempts, next_try, field, detail) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE EXISTS (SELECT 1 FROM exports WHERE id = ?1)");
    insert.bind(1, export_id.value()).bind_blob(2, p.member.view());
    bind_u64(insert, 3, p.values);
    insert.bind(4, p.code)
        .bind(5, std::string_view(model::to_string(p.reject_class)))
        .bind(6, std::int64_t{p.attempts});
    bind_time(insert, 7, p.next_try);
    insert.bind(8, p.field).bind(9, p.detail);
    return insert.run();
}

result<void> remove_deferred(Database& db, model::ExportId export_id, const MemberHash& member) {
    return db.prepare("DELETE FROM deferred_rejects WHERE export_id = ?1 AND member = ?2")
        .bind(1, export_id.value())
        .bind_blob(2, member.view())
        .run();
}

}  // namespace audienced::store
