#include "source/postgres/failure.hpp"

#include <libpq-fe.h>

#include <string_view>

#include "base/text.hpp"
#include "source/settings.hpp"

namespace audienced::source::postgres {
namespace {

constexpr const char* change_password =
    "check the user and its password; a new one is given with audiencectl source edit NAME --password-file F";

/// "FATAL:  28P01: words" -> cuts the code out and gives it; empty if the line holds none.
std::string cut_code(std::string& line) {
    for (std::size_t at = line.find(":  "); at != line.npos; at = line.find(":  ", at + 1)) {
        const std::string code = line.substr(at + 3, 5);
        const bool alike =
            code.size() == 5 && code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == code.npos;
        if (!alike || line.compare(at + 8, 2, ": ") != 0) continue;
        line.erase(at + 3, 7);
        return code;
    }
    return {};
}

struct Said {
    std::string code;   // of the last server that was asked: it ended the attempt
    std::string words;  // on one line, without codes and places in the server's source
};

Said taken_apart(std::string_view message) {
    Said said;
    for (std::size_t at = 0; at < message.size();) {
        const auto end = std::min(message.find('\n', at), message.size());
        std::string line(message.substr(at, end - at));
        at = end + 1;
        if (line.starts_with("LOCATION:")) continue;
        if (std::string code = cut_code(line); !code.empty()) said.code = std::move(code);
        said.words += (said.words.empty() ? "" : " ") + line;
    }
    said.words = one_line(said.words.c_str());
    return said;
}

}  // namespace

Error connect_error(std::string_view message, bool password_missing) {
    const auto [code, words] = taken_apart(message);
    if (password_missing)
        return make_error(Errc::auth, "the server asks for a password, and the source has none",
                          "give it with audiencectl source edit NAME --password-file F");
    // Proxies (PgBouncer up to 1.20 or so) give one code for everything; their words are not translated.
    const bool proxy = code == "08P01";
    if (code.starts_with("28") || (proxy && icontains(words, "authentication failed")))
        return make_error(Errc::auth, "the server denied access: " + words, change_password);
    if (code == "42501") return make_error(Errc::auth, words, "grant the user CONNECT on the database");
    if (code == "3D000" || (proxy && icontains(words, "no such database")))
        return make_error(Errc::not_found, words, "check dbname in the connection string");
    if (proxy && icontains(words, "unsupported startup parameter"))
        return make_error(Errc::bad_config, words,
                          "the proxy in front of the server does not accept this setting: leave it out of "
                          "the connection string");
    return retryable(Errc::not_ready, words, "check host and port, and that the server runs");
}

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
        return make_error(Errc::auth, said, "grant SELECT to the user that the source signs in with");
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
        return retryable(Errc::source_changed, "the server cancelled the snapshot (SQLSTATE " + state + ")");
    if (is("08") && icontains(said, "statement pooling"))
        return make_error(Errc::bad_config, "the proxy in front of the server forbids transactions: " + said,
                          "set its pool_mode to transaction or session for this user or database");
    if (is("57") || is("53") || is("08") || is("28") || is("3D"))
        return retryable(Errc::not_ready, "the server is not ready: " + said);
    // 22012 division by zero and its like: the words may hold a row's value.
    return make_error(Errc::not_ready, plain, "see the server's log for the message");
}

}  // namespace audienced::source::postgres
