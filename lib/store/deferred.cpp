#include "store/deferred.hpp"

#include "store/query.hpp"

namespace audienced::store {
namespace {

constexpr const char* deferred_columns =
    "d.value_hash, w.field, w.code, w.detail, w.reject_class, d.attempts, d.next_try, d.is_value, d.since";

result<DeferredReject> deferred_at(const Statement& s, const MemberHash& member) {
    const auto reject_class = model::parse_reject_class(s.blob_view(4));
    if (!reject_class) return unknown_word("deferred_words.reject_class");
    DeferredReject d;
    d.member = member;
    d.values = u64(s, 0);
    d.field = s.text(1);
    d.code = s.text(2);
    d.detail = s.text(3);
    d.reject_class = *reject_class;
    d.attempts = static_cast<int>(s.integer(5));
    d.next_try = time_or_null(s, 6);
    d.is_value = s.integer(7) != 0;
    d.since = s.integer(8);
    return d;
}

/// Nothing if the export is gone.
result<std::optional<std::int64_t>> number_words(Database& db, model::ExportId export_id,
                                                 const DeferredReject& d) {
    const auto bind = [&](Statement& s) -> Statement& {
        return s.bind(1, export_id.value())
            .bind(2, d.code)
            .bind(3, d.field)
            .bind(4, std::string_view(model::to_string(d.reject_class)))
            .bind(5, d.detail);
    };
    auto& query = db.prepare(
        "SELECT id FROM deferred_words WHERE export_id = ?1 AND code = ?2 AND field = ?3 AND "
        "reject_class = ?4 AND detail = ?5");
    std::optional<std::int64_t> id;
    auto found = first_row(bind(query), [&](const Statement& s) { id = s.integer(0); });
    if (!found) return found.error();
    if (id) return id;
    auto& insert = db.prepare(
        "INSERT INTO deferred_words(export_id, code, field, reject_class, detail) "
        "SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM exports WHERE id = ?1)");
    if (auto done = bind(insert).run(); !done) return done.error();
    if (db.changes() > 0) id = db.last_insert_id();
    return id;
}

}  // namespace

result<void> scan_deferred(Database& db, model::ExportId export_id, model::RunId retry_of,
                           const std::function<void(const DeferredMark&)>& each) {
    auto& query = db.prepare(
        "SELECT member, value_hash, next_try, words, is_value, ?2 > 0 AND since <= ?2 AND 'never' <> "
        "(SELECT reject_class FROM deferred_words WHERE id = words) FROM deferred_rejects "
        "WHERE export_id = ?1 ORDER BY member");
    query.bind(1, export_id.value()).bind(2, retry_of);
    return each_row(query, [&](const Statement& s) {
        DeferredMark mark;
        mark.member = MemberHash::from(s.blob_view(0));
        mark.values = u64(s, 1);
        mark.next_try = static_cast<std::uint32_t>(s.integer(2));
        mark.words = static_cast<std::uint32_t>(s.integer(3));
        mark.is_value = s.integer(4) != 0;
        mark.again = s.integer(5) != 0;
        each(mark);
    });
}

result<std::optional<DeferredReject>> find_deferred(Database& db, const MemberHash& member,
                                                    std::uint32_t words) {
    static const std::string sql = std::string("SELECT ") + deferred_columns +
                                   " FROM deferred_words w JOIN deferred_rejects d ON d.export_id = "
                                   "w.export_id AND d.member = ?2 AND d.words = w.id WHERE w.id = ?1";
    auto& query = db.prepare(sql);
    query.bind(1, std::int64_t{words}).bind_blob(2, member.view());
    std::optional<DeferredReject> found;
    auto read = first_row(query, [&](const Statement& s) -> result<void> {
        auto one = deferred_at(s, member);
        if (!one) return one.error();
        found = std::move(*one);
        return {};
    });
    if (!read) return read.error();
    return found;
}

result<std::vector<DeferredReject>> deferred_of(Database& db, model::ExportId export_id,
                                                const MemberHash& member) {
    static const std::string sql = std::string("SELECT ") + deferred_columns +
                                   " FROM deferred_rejects d JOIN deferred_words w ON w.id = d.words "
                                   "WHERE d.export_id = ?1 AND d.member = ?2 ORDER BY d.words";
    auto& query = db.prepare(sql);
    query.bind(1, export_id.value()).bind_blob(2, member.view());
    std::vector<DeferredReject> all;
    auto read = each_row(query, [&](const Statement& s) -> result<void> {
        auto one = deferred_at(s, member);
        if (!one) return one.error();
        all.push_back(std::move(*one));
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

result<void> put_deferred(Database& db, model::ExportId export_id, const DeferredReject& d) {
    if (!d.is_value)
        if (auto removed = remove_deferred(db, export_id, d.member); !removed) return removed;
    auto words = number_words(db, export_id, d);
    if (!words) return words.error();
    if (!*words) return {};
    auto& insert = db.prepare(
        "INSERT OR REPLACE INTO deferred_rejects(export_id, member, words, is_value, value_hash, attempts, "
        "next_try, since) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    insert.bind(1, export_id.value()).bind_blob(2, d.member.view());
    insert.bind(3, **words).bind(4, std::int64_t{d.is_value});
    bind_u64(insert, 5, d.values);
    insert.bind(6, std::int64_t{d.attempts});
    bind_time(insert, 7, d.next_try);
    return insert.bind(8, d.since).run();
}

result<void> remove_deferred(Database& db, model::ExportId export_id, const MemberHash& member) {
    return db.prepare("DELETE FROM deferred_rejects WHERE export_id = ?1 AND member = ?2")
        .bind(1, export_id.value())
        .bind_blob(2, member.view())
        .run();
}

result<void> remove_unused_words(Database& db, model::ExportId export_id) {
    constexpr std::int64_t few = 64;  // as long as there are no more, a look at every reject is not worth it
    auto& count = db.prepare("SELECT count(*) FROM deferred_words WHERE export_id = ?1");
    count.bind(1, export_id.value());
    std::int64_t all = 0;
    if (auto read = first_row(count, [&](const Statement& s) { all = s.integer(0); }); !read)
        return read.error();
    if (all <= few) return {};
    return db
        .prepare(
            "DELETE FROM deferred_words WHERE export_id = ?1 AND id NOT IN "
            "(SELECT words FROM deferred_rejects WHERE export_id = ?1)")
        .bind(1, export_id.value())
        .run();
}

}  // namespace audienced::store
