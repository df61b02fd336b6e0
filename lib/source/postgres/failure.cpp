#include "source/postgres/failure.hpp"

#include <libpq-fe.h>

#include <string_view>

#include "base/text.hpp"
#include "source/settings.hpp"

namespace audienced::source::postgres {

std::string one_line(const char* message) {
    std::string out;
    for (const char* p = message ? message : ""; *p; ++p) out += *p == '\n' || *p == '\t' ? ' ' : *p;
    return std::string(trim(out));
}

Error error_of(const pg_result* failed) {
    const char* field = PQresultErrorField(failed, PG_DIAG_SQLSTATE);
    const std::string state = field ? field : "";
    const std::string said = one_line(PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY));
    const std::string plain =
        "the server refused the query (SQLSTATE " + (state.empty() ? "unknown" : state) + ")";
    const auto is = [&](std::string_view prefix) { return state.starts_with(prefix); };

    if (is("42P01") || is("42703") || is("3F000") || is("42883")) return make_error(Errc::not_found, said);
    if (is("42501"))
        return retryable(Errc::not_ready, said, "grant SELECT to the user that the source signs in with");
    if (is("25006") || is("0A000"))
        return make_error(Errc::usage, "the query does more than select: " + said,
                          "a segment's query only reads; the transaction is read-only");
    if (is("42"))
        return make_error(Errc::usage, said,
                          "a segment's query is a single SELECT, WITH or VALUES statement");
    if (is("57014"))
        return retryable(Errc::not_ready,
                         "the query took longer than --statement-timeout allows, or was cancelled");
    if (is("40"))
        return retryable(Errc::source_changed, "the server gave up the snapshot (SQLSTATE " + state + ")");
    if (is("57") || is("53") || is("08") || is("28") || is("3D"))
        return retryable(Errc::not_ready, "the server is not ready: " + said);
    // 22012 division by zero and its like: the words may hold a row's value.
    return make_error(Errc::not_ready, plain, "the server's own log has its words");
}

}  // namespace audienced::source::postgres
