#include "source/select_only.hpp"

#include <algorithm>
#include <utility>

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

std::string odd_character(std::string_view sql) {
    constexpr std::pair<std::string_view, std::string_view> odd[]{
        {"\xC2\xA0", "a no-break space (U+00A0)"},
        {"\xE2\x80\xAF", "a no-break space (U+202F)"},
        {"\xE2\x80\x8B", "a zero-width space (U+200B)"},
        {"\xEF\xBB\xBF", "a byte order mark (U+FEFF)"},
        {"\xE2\x80\x98", "a typographic quotation mark"},
        {"\xE2\x80\x99", "a typographic quotation mark"},
        {"\xE2\x80\x9C", "a typographic quotation mark"},
        {"\xE2\x80\x9D", "a typographic quotation mark"},
        {"\xE2\x80\x9E", "a typographic quotation mark"},
        {"\xE2\x80\x93", "a dash that is no minus (U+2013)"},
        {"\xC2\xB4", "an accent that is no quotation mark (U+00B4)"},
    };
    std::size_t line = 1;
    char quote = 0;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        if (sql[i] == '\n') ++line;
        if (quote == 0 && (sql[i] == '\'' || sql[i] == '"'))
            quote = sql[i];
        else if (sql[i] == quote)
            quote = 0;
        if (quote != 0) continue;
        for (const auto& [bytes, name] : odd)
            if (sql.substr(i).starts_with(bytes))
                return "line " + std::to_string(line) + " of the query holds " + std::string(name) +
                       ": type it anew";
    }
    return {};
}

std::string quoted_name(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

}  // namespace audienced::source
