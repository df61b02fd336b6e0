#include <libpq-fe.h>

#include <algorithm>
#include <array>

#include "source/postgres/postgres.hpp"
#include "source/select_only.hpp"
#include "source/settings.hpp"

namespace audienced::source::postgres {
namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* o) const noexcept { PQconninfoFree(o); }
};

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> parts{""};
    for (const char c : list)
        if (c == ',')
            parts.emplace_back();
        else
            parts.back() += c;
    return parts;
}

std::string* find(ConnInfo& conninfo, std::string_view wanted) {
    for (auto& [key, value] : conninfo)
        if (key == wanted) return &value;
    return nullptr;
}

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
            if (key == taken)
                return make_error(Errc::usage,
                                  "the connection string may not set " + key + ": audienced sets it itself",
                                  "leave it out");
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

bool drop_host(ConnInfo& conninfo, std::string_view host, std::string_view port) {
    std::size_t servers = 1, dropped = 0;
    for (const char* key : {"host", "hostaddr"})
        if (const std::string* list = find(conninfo, key)) servers = std::max(servers, split(*list).size());
    if (servers == 1) return false;
    const auto is_at = [&](std::size_t i) {
        const auto same = [&](const char* key, std::string_view wanted) {
            const std::string* list = find(conninfo, key);
            const auto parts = list ? split(*list) : std::vector<std::string>();
            return parts.size() == 1 ? parts[0] == wanted : i < parts.size() && parts[i] == wanted;
        };
        const bool any_port = !find(conninfo, "port") || find(conninfo, "port")->empty();
        return (same("host", host) || same("hostaddr", host)) && (any_port || same("port", port));
    };
    while (dropped + 1 < servers && !is_at(dropped)) ++dropped;
    for (const char* key : {"host", "hostaddr", "port"}) {
        std::string* list = find(conninfo, key);
        if (!list) continue;
        auto parts = split(*list);
        if (parts.size() != servers) continue;  // one port for all
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(dropped));
        list->clear();
        for (const std::string& part : parts) *list += (&part == &parts.front() ? "" : ",") + part;
    }
    return true;
}

}  // namespace audienced::source::postgres
