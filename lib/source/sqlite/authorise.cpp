#include "source/sqlite/authorise.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"

namespace audienced::source::sqlite {
namespace {

/// Pragmas that only tell something; virtual tables ask some of them too (FTS5 data_version, FTS4 page_size).
constexpr std::array telling{
    "application_id", "collation_list",    "compile_options",  "data_version",    "database_list",
    "encoding",       "foreign_key_check", "foreign_key_list", "freelist_count",  "function_list",
    "index_info",     "index_list",        "index_xinfo",      "integrity_check", "max_page_count",
    "module_list",    "page_count",        "page_size",        "pragma_list",     "quick_check",
    "schema_version", "table_info",        "table_list",       "table_xinfo",     "user_version",
};
constexpr std::array denied_functions{"load_extension", "fts3_tokenizer"};

template <class Names>
bool is_one_of(const Names& names, const char* name) {
    return name && std::any_of(names.begin(), names.end(), [&](const char* n) { return iequals(n, name); });
}

int authorise(void*, int action, const char* first, const char* second, const char*, const char*) {
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_READ:
        case SQLITE_RECURSIVE:
            return SQLITE_OK;
        case SQLITE_FUNCTION:
            return is_one_of(denied_functions, second) ? SQLITE_DENY : SQLITE_OK;
        case SQLITE_PRAGMA:
            return is_one_of(telling, first) ? SQLITE_OK : SQLITE_DENY;
        // What a virtual table prepares when it is first used: its own declaration, and (R-Tree) statements
        // for writers. A statement of a segment that does any of these is no reading one and is refused as a
        // whole.
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE:
        case SQLITE_CREATE_TABLE:
            return SQLITE_OK;
        default:
            return SQLITE_DENY;
    }
}

}  // namespace

void forbid_writing(sqlite3* handle) {
    sqlite3_set_authorizer(handle, authorise, nullptr);
}

}  // namespace audienced::source::sqlite
