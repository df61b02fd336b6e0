#include "store/naming.hpp"

#include "base/text.hpp"
#include "store/query.hpp"

namespace audienced::store {

result<void> check_name(const char* what, std::string_view name) {
    if (is_name(name)) return {};
    return make_error(
        Errc::usage, std::string("this is not a valid name for a ") + what,
        "a name has lower-case letters, digits, - and _, begins with a letter or digit, at most 64");
}

result<bool> exists(Database& db, const char* table, std::string_view name) {
    auto& query = db.prepare(std::string("SELECT 1 FROM ") + table + " WHERE name = ?1");
    query.bind(1, name);
    return first_row(query, [](const Statement&) {});
}

result<void> must_exist(Database& db, const char* table, const char* what, std::string_view name) {
    auto found = exists(db, table, name);
    if (!found) return found.error();
    if (!*found)
        return make_error(Errc::not_found,
                          std::string("there is no ") + what + " \"" + std::string(name) + "\"",
                          std::string("`audiencectl ") + what + " list` shows those that there are");
    return {};
}

result<void> must_not_exist(Database& db, const char* table, const char* what, std::string_view name) {
    if (auto fine = check_name(what, name); !fine) return fine;
    auto found = exists(db, table, name);
    if (!found) return found.error();
    if (*found)
        return make_error(Errc::wrong_state,
                          std::string("the ") + what + " \"" + std::string(name) + "\" exists already",
                          std::string("choose another name; audiencectl ") + what + " show " +
                              std::string(name) + " shows that one");
    return {};
}

result<std::string> names_joined(Statement& query) {
    std::string all;
    auto read = each_row(query, [&](const Statement& s) { all += (all.empty() ? "" : ", ") + s.text(0); });
    if (!read) return read.error();
    return all;
}

}  // namespace audienced::store
