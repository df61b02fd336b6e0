#include "source/sqlite/failure.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/access.hpp"
#include "base/text.hpp"
#include "source/file_kind.hpp"
#include "source/select_only.hpp"

namespace audienced::source::sqlite {
namespace {

/// "no such column: x" -> x
std::string name_in(const std::string& said) {
    const auto at = said.find(": ");
    if (at == said.npos) return {};
    std::string name = said.substr(at + 2);
    if (name.starts_with('"')) name = name.substr(1, name.find('"', 1) - 1);
    return name;
}

Error not_in_it(const std::string& said, const std::string& path, std::string_view sql) {
    const std::string name = name_in(said);
    Error error = make_error(Errc::not_found, path + ": " + said, odd_character(trim(sql)));
    if (icontains(said, "no such column") && sql.find('"' + name + '"') != sql.npos)
        error.hint = "double quotes name a column; write a text in single quotes: '" + name + "'";
    else if (icontains(said, "no such function") || icontains(said, "no such collation") ||
             icontains(said, "no such module"))
        error.hint =
            "SQLite itself does not have it: the application may bring it along; do without it in the query";
    return error;
}

/// A file beside the database that is there and may not be read.
std::string closed_file(const Files& files) {
    for (const std::string& path : {files.log(), files.index(), files.journal()})
        if (::access(path.c_str(), F_OK) == 0 && ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0)
            return path;
    return {};
}

Error not_opened(const Failure& failure, const Files& files) {
    if (const std::string path = closed_file(files); !path.empty()) {
        Error error = cannot_be_read("the file", path, EACCES);
        error.message += "; it is a part of the database";
        error.hint += "; for those that SQLite makes later too: setfacl -d -m u:USER:r on the folder";
        return error;
    }
    if (failure.cause == EACCES || failure.cause == EPERM)
        return cannot_be_read("the database", files.path(), failure.cause);
    return retryable(Errc::not_ready, "the database " + files.path() + " cannot be opened: " + failure.said);
}

Error no_database(const std::string& said, const std::string& path, std::string_view head) {
    const std::string subject = "the database " + path;
    const FileKind kind = file_kind(head);
    if (head.starts_with("SQLite format 3"))
        return make_error(Errc::not_ready, subject + " cannot be read: " + said,
                          "it is damaged or encrypted; let its application check it, or restore it");
    if (!kind.what.empty())
        return make_error(Errc::not_ready, subject + " is no SQLite database but " + std::string(kind.what),
                          std::string(kind.hint));
    return make_error(
        Errc::not_ready, subject + " is no SQLite database, or an encrypted one (SQLCipher, SEE)",
        "check the path; of an encrypted database let its application write a copy that is not");
}

Error read_only(int code, const Files& files) {
    if (code == SQLITE_READONLY_ROLLBACK)
        return retryable(Errc::not_ready,
                         "the database " + files.path() + " was left in the middle of a change, which " +
                             files.journal() + " would undo",
                         "open it once with its application, which puts it in order; a reader must not");
    return retryable(
        Errc::not_ready,
        "the database " + files.path() + " is being put in order by another program, after a crash",
        "wait for it; if that takes long, restart its application");
}

}  // namespace

Error failure_of(const Failure& failure, const Files& files, std::string_view head, std::string_view sql) {
    const std::string& path = files.path();
    switch (failure.code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return retryable(Errc::not_ready,
                             "the database " + path + " is busy: another program holds its lock");
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return no_database(failure.said, path, head);
        case SQLITE_AUTH:
            return make_error(Errc::usage, "the query does more than select",
                              "a segment's query reads tables and views of its own file, and nothing else");
        case SQLITE_ERROR:
            // "no such column", "near ...: syntax error": the SQL's own words, no data.
            if (icontains(failure.said, "no such ")) return not_in_it(failure.said, path, sql);
            return make_error(Errc::usage, path + ": " + failure.said, odd_character(trim(sql)));
        case SQLITE_CANTOPEN:
            return not_opened(failure, files);
        case SQLITE_READONLY:
            return read_only(failure.code, files);
        default:
            return retryable(Errc::not_ready, "the database " + path + " cannot be read: " + failure.said);
    }
}

}  // namespace audienced::source::sqlite
