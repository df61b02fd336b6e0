#include <algorithm>

#include "store/definitions.hpp"
#include "store/naming.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

model::Segment segment_of(const Statement& s) {
    model::Segment segment;
    segment.name = s.text(0);
    segment.source = s.text(1);
    using Kind = model::Segment::Kind;
    for (Kind kind : {Kind::query, Kind::table, Kind::file, Kind::entity})
        if (s.blob_view(2) == model::to_string(kind)) segment.kind = kind;
    segment.what = s.text(3);
    segment.title = s.text(4);
    segment.created_at = from_unix(s.integer(5));
    return segment;
}

}  // namespace

result<void> add_segment(Database& db, const model::Segment& segment) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto fine = must_not_exist(db, "segments", "segment", segment.name); !fine) return fine;
    if (auto there = must_exist(db, "sources", "source", segment.source); !there) return there;
    auto done = db.prepare(
                      "INSERT INTO segments(name, source, kind, what, title, created_at) VALUES(?1, ?2, ?3, "
                      "?4, ?5, ?6)")
                    .bind(1, segment.name)
                    .bind(2, segment.source)
                    .bind(3, std::string_view(model::to_string(segment.kind)))
                    .bind(4, segment.what)
                    .bind(5, segment.title)
                    .bind(6, to_unix(segment.created_at))
                    .run();
    if (!done) return done;
    return transaction->commit();
}

result<model::Segment> get_segment(Database& db, std::string_view name) {
    if (auto there = must_exist(db, "segments", "segment", name); !there) return there.error();
    auto& query =
        db.prepare("SELECT name, source, kind, what, title, created_at FROM segments WHERE name = ?1");
    query.bind(1, name);
    model::Segment segment;
    auto read = first_row(query, [&](const Statement& s) { segment = segment_of(s); });
    if (!read) return read.error();
    return segment;
}

result<std::vector<model::Segment>> list_segments(Database& db) {
    std::vector<model::Segment> all;
    auto read =
        each_row(db.prepare("SELECT name, source, kind, what, title, created_at FROM segments ORDER BY name"),
                 [&](const Statement& s) { all.push_back(segment_of(s)); });
    if (!read) return read.error();
    return all;
}

result<void> update_segment(Database& db, const model::Segment& segment) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto there = must_exist(db, "segments", "segment", segment.name); !there) return there;
    if (auto there = must_exist(db, "sources", "source", segment.source); !there) return there;
    auto done =
        db.prepare("UPDATE segments SET source = ?2, kind = ?3, what = ?4, title = ?5 WHERE name = ?1")
            .bind(1, segment.name)
            .bind(2, segment.source)
            .bind(3, std::string_view(model::to_string(segment.kind)))
            .bind(4, segment.what)
            .bind(5, segment.title)
            .run();
    if (!done) return done;
    done = db.prepare(
                 "UPDATE exports SET revision = revision + 1 WHERE id IN (SELECT export_id FROM "
                 "export_segments WHERE segment = ?1)")
               .bind(1, segment.name)
               .run();
    if (!done) return done;
    return transaction->commit();
}

result<std::vector<model::Export>> exports_of_segment(Database& db, std::string_view segment) {
    auto all = list_exports(db);
    if (all)
        std::erase_if(*all, [&](const model::Export& e) {
            return std::find(e.segments.begin(), e.segments.end(), segment) == e.segments.end();
        });
    return all;
}

result<void> remove_segment(Database& db, std::string_view name) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto there = must_exist(db, "segments", "segment", name); !there) return there;
    auto& users = db.prepare(
        "SELECT DISTINCT e.name FROM export_segments s JOIN exports e ON e.id = s.export_id WHERE s.segment "
        "= ?1 "
        "ORDER BY e.name");
    users.bind(1, name);
    auto used_by = names_joined(users);
    if (!used_by) return used_by.error();
    if (!used_by->empty())
        return make_error(Errc::wrong_state,
                          "the segment \"" + std::string(name) + "\" is used by the exports " + *used_by,
                          "take it out of those first (audiencectl export edit)");
    if (auto done = db.prepare("DELETE FROM segments WHERE name = ?1").bind(1, name).run(); !done)
        return done;
    return transaction->commit();
}

}  // namespace audienced::store
