#include "store/definitions.hpp"
#include "store/naming.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

constexpr const char* select_exports =
    "SELECT id, name, title, connection, destination, email, mode, schedule, timezone, hold, clear_empty, "
    "create_fields, "
    "tag_segments, enabled, max_profiles, min_profiles, max_removal_percent, created_at, updated_at, "
    "revision, existing, key_attribute FROM exports ";

struct Row {
    model::ExportId id;
    model::Export made;
};

Row row_of(const Statement& s) {
    model::Export e;
    e.name = s.text(1);
    e.title = s.text(2);
    e.connection = s.text(3);
    e.destination = s.text(4);
    e.email = s.text(5);
    e.mode = s.blob_view(6) == "upsert" ? model::Mode::upsert : model::Mode::mirror;
    e.schedule = s.text(7);
    e.timezone = s.text(8);
    e.hold = s.integer(9) != 0;
    e.clear_empty = s.integer(10) != 0;
    e.create_fields = s.integer(11) != 0;
    e.tag_segments = s.integer(12) != 0;
    e.enabled = s.integer(13) != 0;
    e.guards.max_profiles = u64(s, 14);
    e.guards.min_profiles = u64(s, 15);
    e.guards.max_removal_percent = static_cast<unsigned>(s.integer(16));
    e.created_at = from_unix(s.integer(17));
    e.updated_at = from_unix(s.integer(18));
    e.revision = s.integer(19);
    e.existing = model::parse_existing(s.blob_view(20)).value_or(model::Existing::ask);
    e.key = s.text(21);
    return Row{model::ExportId(s.integer(0)), std::move(e)};
}

/// ?1 name ... ?17 updated_at, ?18 existing, ?19 key
void bind_export(Statement& s, const model::Export& e) {
    s.bind(1, e.name).bind(2, e.title);
    if (e.connection.empty())
        s.bind_null(3);
    else
        s.bind(3, e.connection);
    s.bind(4, e.destination).bind(5, e.email).bind(6, std::string_view(model::to_string(e.mode)));
    s.bind(7, e.schedule).bind(8, e.timezone);
    int at = 9;
    for (bool flag : {e.hold, e.clear_empty, e.create_fields, e.tag_segments, e.enabled})
        s.bind(at++, std::int64_t{flag});
    bind_u64(s, 14, e.guards.max_profiles);
    bind_u64(s, 15, e.guards.min_profiles);
    s.bind(16, std::int64_t{e.guards.max_removal_percent}).bind(17, to_unix(e.updated_at));
    s.bind(18, std::string_view(model::to_string(e.existing))).bind(19, e.key);
}

result<void> check_references(Database& db, const model::Export& e) {
    if (!e.connection.empty())
        if (auto there = must_exist(db, "connections", "connection", e.connection); !there) return there;
    for (const std::string& segment : e.segments)
        if (auto there = must_exist(db, "segments", "segment", segment); !there) return there;
    return {};
}

result<void> write_children(Database& db, model::ExportId id, const model::Export& e) {
    std::int64_t position = 0;
    for (const std::string& segment : e.segments) {
        auto& insert =
            db.prepare("INSERT INTO export_segments(export_id, position, segment) VALUES(?1, ?2, ?3)");
        if (auto done = insert.bind(1, id.value()).bind(2, position++).bind(3, segment).run(); !done)
            return done;
    }
    position = 0;
    for (const model::FieldMap& field : e.fields) {
        auto& insert = db.prepare(
            "INSERT INTO export_fields(export_id, position, attribute, field) VALUES(?1, ?2, ?3, ?4)");
        if (auto done = insert.bind(1, id.value())
                            .bind(2, position++)
                            .bind(3, field.attribute)
                            .bind(4, field.field)
                            .run();
            !done)
            return done;
    }
    return {};
}

result<void> read_children(Database& db, Row& row) {
    auto& segments = db.prepare("SELECT segment FROM export_segments WHERE export_id = ?1 ORDER BY position");
    segments.bind(1, row.id.value());
    auto read = each_row(segments, [&](const Statement& s) { row.made.segments.push_back(s.text(0)); });
    if (!read) return read;
    auto& fields =
        db.prepare("SELECT attribute, field FROM export_fields WHERE export_id = ?1 ORDER BY position");
    fields.bind(1, row.id.value());
    return each_row(fields, [&](const Statement& s) {
        row.made.fields.push_back(model::FieldMap{s.text(0), s.text(1)});
    });
}

result<std::vector<model::Export>> read_exports(Database& db, Statement& query) {
    std::vector<Row> rows;
    auto read = each_row(query, [&](const Statement& s) { rows.push_back(row_of(s)); });
    if (!read) return read.error();
    std::vector<model::Export> all;
    for (Row& row : rows) {
        if (read = read_children(db, row); !read) return read.error();
        all.push_back(std::move(row.made));
    }
    return all;
}

}  // namespace

result<model::ExportId> export_id(Database& db, std::string_view name) {
    if (auto there = must_exist(db, "exports", "export", name); !there) return there.error();
    auto& query = db.prepare("SELECT id FROM exports WHERE name = ?1");
    query.bind(1, name);
    model::ExportId id;
    auto read = first_row(query, [&](const Statement& s) { id = model::ExportId(s.integer(0)); });
    if (!read) return read.error();
    return id;
}

result<void> add_export(Database& db, const model::Export& e) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    if (auto fine = must_not_exist(db, "exports", "export", e.name); !fine) return fine;
    if (auto fine = check_references(db, e); !fine) return fine;
    auto& insert = db.prepare(
        "INSERT INTO exports(name, title, connection, destination, email, mode, schedule, timezone, hold, "
        "clear_empty, "
        "create_fields, tag_segments, enabled, max_profiles, min_profiles, max_removal_percent, updated_at, "
        "existing, key_attribute, created_at) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)");
    bind_export(insert, e);
    insert.bind(20, to_unix(e.created_at));
    if (auto done = insert.run(); !done) return done;
    if (auto done = write_children(db, model::ExportId(db.last_insert_id()), e); !done) return done;
    return transaction->commit();
}

result<void> update_export(Database& db, const model::Export& e) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto id = export_id(db, e.name);
    if (!id) return id.error();
    if (auto fine = check_references(db, e); !fine) return fine;
    auto& update = db.prepare(
        "UPDATE exports SET title = ?2, connection = ?3, destination = ?4, email = ?5, mode = ?6, schedule = "
        "?7, "
        "timezone = ?8, hold = ?9, clear_empty = ?10, create_fields = ?11, tag_segments = ?12, enabled = "
        "?13, "
        "max_profiles = ?14, min_profiles = ?15, max_removal_percent = ?16, updated_at = ?17, existing = "
        "?18, "
        "key_attribute = ?19, "
        "revision = revision + 1 WHERE name = ?1");
    bind_export(update, e);
    if (auto done = update.run(); !done) return done;
    for (const char* sql : {"DELETE FROM export_segments WHERE export_id = ?1",
                            "DELETE FROM export_fields WHERE export_id = ?1"})
        if (auto done = db.prepare(sql).bind(1, id->value()).run(); !done) return done;
    if (auto done = write_children(db, *id, e); !done) return done;
    return transaction->commit();
}

result<model::Export> get_export(Database& db, std::string_view name) {
    if (auto there = must_exist(db, "exports", "export", name); !there) return there.error();
    static const std::string sql = std::string(select_exports) + "WHERE name = ?1";
    auto& query = db.prepare(sql);
    query.bind(1, name);
    auto found = read_exports(db, query);
    if (!found) return found.error();
    return std::move(found->front());
}

result<std::vector<model::Export>> list_exports(Database& db) {
    static const std::string sql = std::string(select_exports) + "ORDER BY name";
    return read_exports(db, db.prepare(sql));
}

result<void> remove_export(Database& db, std::string_view name) {
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto id = export_id(db, name);
    if (!id) return id.error();
    // A held run that no person approved blocks nothing: its plan expires with the export.
    auto& open = db.prepare(
        "SELECT id FROM runs WHERE export = ?1 AND status IN ('queued', 'planning', 'held', 'delivering', "
        "'settling') AND (status <> 'held' OR approved = 1 OR cancel_requested = 1)");
    open.bind(1, name);
    auto under_way = names_joined(open);
    if (!under_way) return under_way.error();
    if (!under_way->empty())
        return make_error(Errc::wrong_state,
                          "the export \"" + std::string(name) + "\" has unfinished runs: " + *under_way,
                          "wait for them, or cancel them (audiencectl runs cancel RUN)");
    // Its ledger, groups, fields, segments and deferred rejects go with it: ON DELETE CASCADE.
    if (auto done = db.prepare("DELETE FROM exports WHERE id = ?1").bind(1, id->value()).run(); !done)
        return done;
    if (auto done = db.prepare("DELETE FROM served WHERE schedule = 'export:' || ?1").bind(1, name).run();
        !done)
        return done;
    return transaction->commit();
}

}  // namespace audienced::store
