#include "store/check.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "store/sqlite_error.hpp"

namespace audienced::store {

result<void> check(Database& db, const char* pragma) {
    const char* path = sqlite3_db_filename(db.handle(), "main");
    Statement* query = nullptr;
    try {
        query = &db.prepare(pragma);
    } catch (const std::logic_error& e) {
        // Compiles every CHECK of the stored schema, and a damaged one is no SQL any more.
        return damaged(path, e.what());
    }
    auto row = query->step();
    if (!row) return row.error();
    const std::string answer = *row ? query->text(0) : "no answer";
    query->reset();
    if (answer != "ok") return damaged(path, answer);
    return {};
}

result<void> quick_check(Database& db) {
    constexpr std::int64_t small_file_pages = 4096;  // 16 MiB: some 20 ms
    auto& pages = db.prepare("PRAGMA page_count");
    auto row = pages.step();
    if (!row) return row.error();
    const bool small = *row && pages.integer(0) <= small_file_pages;
    pages.reset();
    if (small) return check(db, "PRAGMA quick_check(1)");

    std::vector<std::string> tables;
    auto& names = db.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN "
        "('delivered', 'contacts', 'memberships', 'opt_outs', 'acts', 'rejects', 'deferred_rejects', "
        "'deferred_words', "
        "'batches', 'audit')");
    for (;;) {
        row = names.step();
        if (!row) return row.error();
        if (!*row) break;
        tables.push_back(names.text(0));
    }
    for (const std::string& table : tables) {
        std::string quoted;
        for (char c : table) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
        if (auto sound = check(db, ("PRAGMA quick_check(\"" + quoted + "\")").c_str()); !sound) return sound;
    }
    return {};
}

}  // namespace audienced::store
