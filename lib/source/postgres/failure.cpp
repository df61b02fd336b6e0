#include "source/postgres/failure.hpp"

#include <libpq-fe.h>

#include <string_view>

#include "base/text.hpp"
#include "source/select_only.hpp"
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

/// States that a value of a row is to blame for, in words without the value.
constexpr std::pair<std::string_view, std::string_view> value_states[]{
    {"22012", "division by zero in one of its rows"},
    {"22003", "a number in one of its rows is too large for its type"},
    {"22007", "a value in one of its rows is no date or time"},
    {"22008", "a date or time in one of its rows is out of range"},
    {"22P02", "a value in one of its rows cannot be converted into the type that the query asks for"},
    {"22023", "a value in one of its rows is not allowed in a function"},
    {"22021", "a text in one of its rows is not valid in the encoding of the database"},
    {"22P05", "a character in one of its rows has no place in UTF-8"},
    {"21000", "a subquery gives more than one row"},
};

/// "column \"x\" does not exist" -> x
std::string quoted_in(const std::string& said) {
    const auto from = said.find('"');
    const auto to = from == said.npos ? from : said.find('"', from + 1);
    return to == said.npos ? std::string() : said.substr(from + 1, to - from - 1);
}

/// The statement itself is to blame; the server's words and its hint speak of names and types alone.
Error wrong_query(const Refusal& refusal, std::string_view sql) {
    const auto is = [&](std::string_view prefix) { return refusal.state.starts_with(prefix); };
    Error error = make_error(Errc::usage, refusal.said, refusal.hint);
    if (is("42P01") || is("42703") || is("3F000") || is("42883")) error.code = Errc::not_found;
    if (is("42703") && sql.find("\"" + quoted_in(refusal.said) + "\"") != sql.npos) {
        if (!error.hint.empty()) error.hint += "; ";
        error.hint += "double quotes name a column: write a text in single quotes";
    } else if (is("42501")) {
        error.code = Errc::auth;
        error.hint = "grant SELECT to the user that the source signs in with";
    } else if (is("0A") && icontains(refusal.said, "during recovery")) {
        error.hint =
            "a standby does not have such a table: read it from the primary, or make the table logged";
    } else if (is("25006") || is("0A000")) {
        error.message = "the query does more than select: " + refusal.said;
        error.hint = "a segment's query only reads; the transaction is read-only";
    } else if (const std::string odd = odd_character(trim(sql)); !odd.empty()) {
        error.hint = odd;
    } else if (error.code == Errc::usage && error.hint.empty()) {
        error.hint = "a segment's query is a single SELECT, WITH or VALUES statement";
    }
    return error;
}

/// The statement is fine, and what it needs is not there now.
Error not_now(const Refusal& refusal) {
    const auto is = [&](std::string_view prefix) { return refusal.state.starts_with(prefix); };
    if (is("40") && icontains(refusal.said, "conflict with recovery"))
        return retryable(Errc::source_changed, "the standby ended the read: " + refusal.said,
                         "set hot_standby_feedback = on or a longer max_standby_streaming_delay there");
    if (is("40"))
        return retryable(Errc::source_changed,
                         "the server cancelled the snapshot (SQLSTATE " + refusal.state + ")");
    if (is("55000") && icontains(refusal.said, "has not been populated"))
        return retryable(Errc::not_ready, refusal.said,
                         "fill it once with REFRESH MATERIALIZED VIEW; until then it cannot be read");
    if (is("55P03"))
        return retryable(Errc::not_ready,
                         "another session holds a lock on a table of the query: " + refusal.said,
                         "wait until that session ends, or give the user a longer lock_timeout");
    if (is("HV"))  // other words of a foreign data wrapper may hold a value
        return retryable(Errc::not_ready,
                         "a foreign table of the query cannot be read" +
                             (is("HV00N") ? ": " + refusal.said : " (SQLSTATE " + refusal.state + ")"),
                         "check the foreign server and its user mapping");
    if (is("25P"))
        return retryable(
            Errc::not_ready, "the server ended the read: " + refusal.said,
            "give the user a longer idle_in_transaction_session_timeout and transaction_timeout");
    return retryable(Errc::not_ready, "the server cannot answer the query now: " + refusal.said,
                     refusal.hint.empty() ? "see the server's log" : refusal.hint);
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
    // target_session_attrs: servers answered, and none was of the kind that was asked for.
    if (icontains(words, "not in hot standby") || icontains(words, "session is not read-only"))
        return retryable(Errc::not_ready, words,
                         "no server of the connection string is a standby now: with "
                         "target_session_attrs=prefer-standby a primary is read where there is none");
    if (icontains(words, "in hot standby mode") || icontains(words, "session is read-only"))
        return retryable(Errc::not_ready, words,
                         "no server of the connection string is a primary now: to read a standby, set "
                         "target_session_attrs=any or prefer-standby");
    return retryable(Errc::not_ready, words, "check host and port, and that the server runs");
}

std::string one_line(const char* message) {
    std::string out;
    for (const char* p = message ? message : ""; *p; ++p) out += *p == '\n' || *p == '\t' ? ' ' : *p;
    return std::string(trim(out));
}

Refusal refusal_of(const pg_result* failed) {
    const char* state = PQresultErrorField(failed, PG_DIAG_SQLSTATE);
    return {state ? state : "", one_line(PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY)),
            one_line(PQresultErrorField(failed, PG_DIAG_MESSAGE_HINT))};
}

Error error_of(const Refusal& refusal, std::string_view sql) {
    const auto is = [&](std::string_view prefix) { return refusal.state.starts_with(prefix); };
    if (is("42") || is("3F") || is("0A") || is("25006")) return wrong_query(refusal, sql);
    if (is("55") || is("58") || is("HV") || is("40") || is("25P")) return not_now(refusal);
    if (is("57014"))
        return retryable(
            Errc::not_ready,
            "the query took longer than the source's --statement-timeout, or was cancelled at the server",
            "make the query faster, or allow more: audiencectl source edit NAME "
            "--statement-timeout SECONDS");
    if (is("08") && icontains(refusal.said, "statement pooling"))
        return make_error(Errc::bad_config,
                          "the proxy in front of the server forbids transactions: " + refusal.said,
                          "set its pool_mode to transaction or session for this user or database");
    if (is("57") || is("53") || is("08") || is("28") || is("3D"))
        return retryable(Errc::not_ready, "the server is not ready: " + refusal.said);
    // 22012 division by zero and its like: the server's words may hold a row's value.
    std::string message = "the server refused the query";
    for (const auto& [state, words] : value_states)
        if (refusal.state == state) message += ": " + std::string(words);
    return make_error(Errc::not_ready,
                      message + " (SQLSTATE " + (refusal.state.empty() ? "unknown" : refusal.state) + ")",
                      "see the server's log for the message");
}

}  // namespace audienced::source::postgres
