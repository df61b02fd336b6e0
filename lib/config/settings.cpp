#include "config/settings.hpp"

#include "config/receiver_settings.hpp"
#include "config/value_checks.hpp"

namespace audienced::config {
namespace {

using std::chrono::seconds;
using enum Applied;

const std::string absolute_path = "an absolute path", groups = "a list of names of Unix groups";

std::vector<Setting> of_top_level() {
    return {{"state_dir", Text{[](Draft & d) -> auto& {return d.config.state_dir;
}
, is_path, absolute_path
}  // namespace
, by_restart, "directory of the database, the key file and the spool; 0700"
}  // namespace audienced::config
, {"socket", Text{[](Draft & d) -> auto& {return d.config.socket;
}
, is_socket_path, "an absolute path of at most 107 bytes"
}
, by_restart, "path of the control socket; ignored when systemd passes the socket"
}
, {
    "drain_timeout", Duration{[](Draft & d) -> auto& {return d.config.drain_timeout;
}
, seconds(0), seconds(600)
}
, by_reload,
    "time within which the daemon stops; runs get nine tenths of it to reach a checkpoint. A run that "
    "does not reach one continues at the next start"
}
}
;
}

std::vector<Setting> of_roles() {
    return {{"roles.administrators", Texts{[](Draft & d) -> auto& {return d.config.roles.administrators;
}
, is_group, groups
}
, by_reload, "may do everything; root always may"
}
, {"roles.contributors", Texts{[](Draft & d) -> auto& {return d.config.roles.contributors;
}
, is_group, groups
}
, by_reload, "may manage exports on the connections that allow them"
}
, {
    "roles.viewers", Texts{[](Draft & d) -> auto& {return d.config.roles.viewers;
}
, is_group, groups
}
, by_reload, "may see status, exports, runs, rejects and the schedule"
}
}
;
}

std::vector<Setting> of_log() {
    return {{"log.format", Choice{[](Draft & d) -> auto& {return d.config.log.format;
}
, {
    "auto", "journal", "text", "json"
}
}
, by_restart,
    "`auto`: the journal if standard error is connected to it, otherwise text on standard error; "
    "`journal`: text if there is no journal; `text`, `json`: lines on standard error"
}
, {
    "log.level", Choice{[](Draft & d) -> auto& {return d.config.log.level;
}
, {
    "error", "warning", "notice", "info", "debug"
}
}
, by_reload, "less urgent events are not logged"
}
}
;
}

std::vector<Setting> of_proxy() {
    return {{"proxy.url", Text{[](Draft & d) -> auto& {return d.proxy_url;
}
, is_proxy_url, "a URL of the form \"http://HOST:PORT\" (credentials belong in proxy.credentials_file)"
}
, by_restart,
    "HTTP proxy for all calls to providers; TLS is tunnelled end to end. Proxy environment variables "
    "are ignored"
}
, {
    "proxy.credentials_file", Text{[](Draft & d) -> auto& {return d.proxy_credentials_file;
}
, is_path, absolute_path
}
, by_restart, "file with one line, `user:password`"
}
}
;
}

std::chrono::seconds& overdue(Draft& d) {
    return d.config.limits.overdue;
}

std::uint32_t& reject_tries(Draft& d) {
    return d.config.limits.reject_tries;
}

std::vector<Setting> of_limits() {
    return {{"limits.runs_at_once", Number{[](Draft & d) -> auto& {return d.config.limits.runs_at_once;
}
, 1, 10'000
}
, by_restart, "concurrent runs over all connections; further runs wait in the queue"
}
, {"limits.source_readers", Number{[](Draft & d) -> auto& {return d.config.limits.source_readers;
}
, 1, 64
}
, by_restart, "reads of one source at the same time; one that hangs in the system counts until it ends"
}
, {"limits.control_clients", Number{[](Draft & d) -> auto& {return d.config.limits.control_clients;
}
, 4, 1'000
}
, by_restart, "connections on the control socket"
}
,
    {"limits.reject_tries", Number{reject_tries, 1, 1'000}, by_restart,
     "how often a member is sent that the provider refused for what may pass, before it waits for a person"},
    {"limits.overdue", Duration{overdue, seconds(1), seconds(604'800)}, by_reload,
     "a scheduled run that is not over after this time is told of as overdue"},
{
    "limits.patience", Duration{[](Draft & d) -> auto& {return d.config.limits.patience;
}
, seconds(0), seconds(86'400)
}
, by_restart, "how long a run waits for a network or provider that fails, since the first failure of a call"
}
}
;
}

constexpr seconds day(86'400);

std::vector<Setting> of_retention() {
    const auto runs = [](Draft& d) -> seconds& { return d.config.retention.runs; };
    const auto rejects = [](Draft& d) -> seconds& { return d.config.retention.rejects; };
    return {
        {"retention.runs", Duration{runs, day, 3650 * day}, by_reload,
         "how long finished runs are kept, with what they did: only a run that is kept can be undone. The "
         "newest run of each export stays"},
        {"retention.rejects", Duration{rejects, day, 3650 * day}, by_reload,
         "how long the single rejects of a run are kept; their numbers stay as long as the run"}};
}

Draft draft_of(const Config& config) {
    Draft out;
    out.config = config;
    if (!config.proxy) return out;
    out.proxy_url = "http://" + config.proxy->host + ":" + std::to_string(config.proxy->port);
    out.proxy_credentials_file = config.proxy->credentials_file;
    return out;
}

bool is_same(const Value& value, Draft& a, Draft& b) {
    return std::visit([&](const auto& kept) { return kept.of(a) == kept.of(b); }, value);
}

std::string joined(const std::vector<std::string>& words, const char* before, const char* after) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + (before + word + after);
    return out;
}

std::string from_to(seconds lowest, seconds highest, const char* before) {
    if (lowest.count() > 0 && lowest % day == seconds(0) && highest % day == seconds(0))
        return before + std::to_string(lowest / day) + " d to " + std::to_string(highest / day) + " d";
    return before + std::to_string(lowest.count()) + " s to " + std::to_string(highest.count()) + " s";
}

}  // namespace

const std::vector<Setting>& settings() {
    static const std::vector<Setting> all = [] {
        std::vector<Setting> out;
        for (const auto& part : {of_top_level(), of_roles(), of_log(), of_proxy(), receiver_settings(),
                                 of_limits(), of_retention()})
            out.insert(out.end(), part.begin(), part.end());
        return out;
    }();
    return all;
}

std::string_view table_of(const Setting& setting) {
    const auto dot = setting.name.rfind('.');
    return dot == std::string::npos ? std::string_view() : std::string_view(setting.name).substr(0, dot);
}

std::string_view key_of(const Setting& setting) {
    return std::string_view(setting.name).substr(setting.name.rfind('.') + 1);  // npos + 1 is 0
}

std::vector<std::string> need_restart(const Config& running, const Config& fresh) {
    std::vector<std::string> out;
    Draft before = draft_of(running), after = draft_of(fresh);
    for (const Setting& setting : settings())
        if (setting.applied == by_restart && !is_same(setting.value, before, after))
            out.push_back(setting.name);
    return out;
}

std::string wanted(const Value& value) {
    struct {
        std::string operator()(const Text& v) const { return v.wanted; }
        std::string operator()(const Texts& v) const { return v.wanted; }
        std::string operator()(const Choice& v) const { return "one of " + joined(v.words, "", ""); }
        std::string operator()(const Number& v) const {
            return "a number from " + std::to_string(v.lowest) + " to " + std::to_string(v.highest);
        }
        std::string operator()(const Duration& v) const {
            return "a duration such as \"30s\", \"5m\" or \"1h\", " + from_to(v.lowest, v.highest, "from ");
        }
    } words;
    return std::visit(words, value);
}

std::string allowed(const Value& value) {
    struct {
        std::string operator()(const Text& v) const { return v.wanted; }
        std::string operator()(const Texts& v) const { return v.wanted; }
        std::string operator()(const Choice& v) const { return joined(v.words, "`", "`"); }
        std::string operator()(const Number& v) const {
            return "a number, " + std::to_string(v.lowest) + " to " + std::to_string(v.highest);
        }
        std::string operator()(const Duration& v) const {
            return from_to(v.lowest, v.highest, "a duration, ");
        }
    } words;
    return std::visit(words, value);
}

std::string default_of(const Setting& setting) {
    Draft draft;
    struct {
        Draft& d;
        static std::string quoted(const std::string& s) { return s.empty() ? s : '"' + s + '"'; }
        std::string operator()(const Text& v) const { return quoted(v.of(d)); }
        std::string operator()(const Texts& v) const { return "[" + joined(v.of(d), "\"", "\"") + "]"; }
        std::string operator()(const Choice& v) const { return quoted(v.of(d)); }
        std::string operator()(const Number& v) const { return std::to_string(v.of(d)); }
        std::string operator()(const Duration& v) const { return quoted(print_duration(v.of(d))); }
    } print{draft};
    return std::visit(print, setting.value);
}

}  // namespace audienced::config
