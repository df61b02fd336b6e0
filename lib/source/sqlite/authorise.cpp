#include "source/sqlite/authorise.hpp"

#include <sqlite3.h>

#include "base/text.hpp"

namespace audienced::source::sqlite {
namespace {

int authorise(void*, int action, const char*, const char* second, const char*, const char*) {
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_READ:
        case SQLITE_RECURSIVE:
            return SQLITE_OK;
        case SQLITE_FUNCTION:
            return second && iequals(second, "load_extension") ? SQLITE_DENY : SQLITE_OK;
        default:
            return SQLITE_DENY;
    }
}

}  // namespace

void forbid_writing(sqlite3* handle) {
    sqlite3_set_authorizer(handle, authorise, nullptr);
}

}  // namespace audienced::source::sqlite
