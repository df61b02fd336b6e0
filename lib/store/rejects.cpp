#include "store/rejects.hpp"

#include "store/query.hpp"

namespace audienced::store {

result<void> add_reject(Database& db, const Reject& r) {
    auto& insert = db.prepare(
        "INSERT INTO rejects(run, segment, source_row, member, code, reject_class, detail, next_try, field, "
        "attempts) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    insert.bind(1, r.run).bind(2, r.segment);
    bind_u64(insert, 3, r.row);
    if (r.member)
        insert.bind_blob(4, r.member->view());
    else
        insert.bind_null(4);
    insert.bind(5, r.code).bind(6, std::string_view(model::to_string(r.reject_class))).bind(7, r.detail);
    bind_time(insert, 8, r.next_try);
    insert.bind(9, r.field).bind(10, std::int64_t{r.attempts});
    return insert.run();
}

result<void> remove_rejects(Database& db, std::int64_t run) {
    return db.prepare("DELETE FROM rejects WHERE run = ?1").bind(1, run).run();
}

result<std::vector<Reject>> list_rejects(Database& db, std::int64_t run, std::size_t limit) {
    auto& query = db.prepare(
        "SELECT segment, source_row, member, code, reject_class, detail, next_try, field, attempts FROM "
        "rejects "
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
        r.attempts = static_cast<int>(s.integer(8));
        rejects.push_back(std::move(r));
        return {};
    });
    if (!read) return read.error();
    return rejects;
}

}  // namespace audienced::store
