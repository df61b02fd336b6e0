#include <libpq-fe.h>

#include <array>

#include "source/postgres/postgres.hpp"
#include "source/select_only.hpp"
#include "source/settings.hpp"

namespace audienced::source::postgres {
namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* o) const noexcept { PQconninfoFree(o); }
};

/// Keys that would undo what a read here rests on.
constexpr std::array reserved{"client_encoding", "application_name", "replication"};

}  // namespace

result<Options> parse_options(const model::Source& source) {
    if (auto fine = check_settings(source, option_table()); !fine) return fine.error();
    Options options;
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeOptions> parsed(
        PQconninfoParse(setting(source, "postgres").c_str(), &message));
    PQfreemem(message);  // libpq quotes the string it could not read, a password in it included
    if (!parsed)
        return make_error(
            Errc::usage, "the connection string cannot be understood",
            "write it as \"host=db.example.com dbname=crm user=reader\" or as postgresql://...");
    for (const PQconninfoOption* o = parsed.get(); o->keyword; ++o) {
        if (!o->val) continue;
        const std::string key = o->keyword;
        if (key == "password" || key == "sslpassword")
            return make_error(Errc::usage, "the connection string holds a password",
                              "leave it out and name a file with --password-file");
        for (const char* taken : reserved)
            if (key == taken) return make_error(Errc::usage, "the connection string may not set " + key);
        options.conninfo.emplace_back(key, o->val);
    }
    auto seconds = number_setting(source, "statement-timeout", 600, 1, 24 * 3600);
    if (!seconds) return seconds.error();
    options.statement_seconds = *seconds;
    options.ready_query = setting(source, "ready-query");
    if (!options.ready_query.empty())
        if (auto fine = check_select(options.ready_query, Dialect::postgres); !fine) return fine.error();
    return options;
}

}  // namespace audienced::source::postgres
