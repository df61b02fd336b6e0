#include "store/migrate.hpp"

#include <sqlite3.h>

#include <string>

#include "store/backup.hpp"
#include "store/sqlite_error.hpp"

namespace audienced::store {
namespace {

result<std::int64_t> number(Database& db, const char* sql) {
    auto& query = db.prepare(sql);
    auto row = query.step();
    if (!row) return row.error();
    const std::int64_t value = *row ? query.integer(0) : 0;
    query.reset();
    return value;
}

int newest(const Migration* m) {
    int version = 0;
    for (; m->sql != nullptr; ++m) version = m->version;
    return version;
}

std::string path_of(Database& db) {
    return sqlite3_db_filename(db.handle(), "main");
}

result<void> recognise_as(Database& db, int known) {
    auto app = number(db, "PRAGMA application_id");
    if (!app) return app.error();
    auto version = number(db, "PRAGMA user_version");
    if (!version) return version.error();
    auto tables = number(db, "SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables.error();
    const bool empty = *app == 0 && *version == 0 && *tables == 0;
    if (!empty && *app != application_id)
        return make_error(Errc::bad_config,
                          path_of(db) + " is a database of another program; it was not touched",
                          "name another state directory, or move that file away");
    if (*version > known)
        return make_error(Errc::wrong_state,
                          path_of(db) + " was written by a newer audienced (schema " +
                              std::to_string(*version) + ", this program knows " + std::to_string(known) +
                              "); it was not touched",
                          "start the newer program again, or restore the backup from before the upgrade");
    return {};
}

result<std::string> schema_of(Database& db) {
    auto& query = db.prepare(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema "
        "WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY type, name");
    std::string all;
    for (;;) {
        auto row = query.step();
        if (!row) return row.error();
        if (!*row) return all;
        for (int c = 0; c < 4; ++c) all += query.text(c) + '\x1f';
    }
}

}  // namespace

result<int> schema_version(Database& db) {
    auto version = number(db, "PRAGMA user_version");
    if (!version) return version.error();
    return static_cast<int>(*version);
}

result<void> recognise(Database& db) {
    return recognise_as(db, newest(embedded_migrations));
}

result<void> migrate(Database& db, const Migration* migrations) {
    if (auto ours = recognise_as(db, newest(migrations)); !ours) return ours;
    auto version = number(db, "PRAGMA user_version");
    if (!version) return version.error();
    if (*version > 0 && *version < newest(migrations)) {
        auto copied = backup_to(db, path_of(db) + ".before-" + std::to_string(*version + 1));
        if (!copied) return copied;
    }
    for (const Migration* m = migrations; m->sql != nullptr; ++m) {
        if (m->version <= *version) continue;
        auto transaction = Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto done = db.execute(m->sql); !done) return done;
        if (auto done = db.execute(("PRAGMA user_version = " + std::to_string(m->version)).c_str()); !done)
            return done;
        if (auto done = transaction->commit(); !done) return done;
    }
    return {};
}

result<void> check_schema(Database& db) {
    static const result<std::string> wanted = []() -> result<std::string> {
        auto model = Database::in_memory();
        if (!model) return model.error();
        if (auto made = migrate(*model); !made) return made.error();
        return schema_of(*model);
    }();
    if (!wanted) return wanted.error();
    auto found = schema_of(db);
    if (!found) return found.error();
    if (*found != *wanted)
        return damaged(path_of(db).c_str(), "its tables differ from the schema of this version");
    return {};
}

}  // namespace audienced::store
