#include "source/select_only.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::source {
namespace {

/// Behind the comment that `sql` begins with. PostgreSQL's comments nest, those of SQLite do not.
std::string_view behind_comment(std::string_view sql, bool nests) {
    std::size_t at = 2;
    for (int depth = 1; depth > 0 && at < sql.size();) {
        if (sql.substr(at).starts_with("*/")) {
            --depth;
            at += 2;
        } else if (nests && sql.substr(at).starts_with("/*")) {
            ++depth;
            at += 2;
        } else {
            ++at;
        }
    }
    return sql.substr(std::min(at, sql.size()));
}

std::string_view first_word(std::string_view sql, Dialect dialect) {
    for (;;) {
        sql = trim(sql);
        if (sql.starts_with("--")) {
            const auto end = sql.find('\n');
            sql.remove_prefix(end == sql.npos ? sql.size() : end);
        } else if (sql.starts_with("/*")) {
            sql = behind_comment(sql, dialect == Dialect::postgres);
        } else if (sql.starts_with("(")) {
            sql.remove_prefix(1);
        } else {
            break;
        }
    }
    std::size_t n = 0;
    while (n < sql.size() && ((sql[n] | 0x20) >= 'a' && (sql[n] | 0x20) <= 'z')) ++n;
    return sql.substr(0, n);
}

}  // namespace

result<void> check_select(std::string_view sql, Dialect dialect) {
    const std::string_view word = first_word(sql, dialect);
    for (const std::string_view allowed : {"select", "with", "values"})
        if (iequals(word, allowed)) return {};
    if (dialect == Dialect::postgres && iequals(word, "table")) return {};
    return make_error(Errc::usage, "the query is not a statement that only selects",
                      "a segment's query is a single SELECT, WITH or VALUES statement");
}

std::string quoted_name(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

}  // namespace audienced::source
