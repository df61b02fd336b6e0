#include "control/sight.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/json.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

constexpr Role viewer = Role::viewer, contributor = Role::contributor;

constexpr FieldRule fields_by_role[] = {
    // Not the query, table, file or entity: those are SQL and paths.
    {Thing::segment, "name", contributor},
    {Thing::segment, "title", contributor},
    {Thing::segment, "source", contributor},
    {Thing::segment, "created_at", contributor},
    {Thing::segment, "exports", contributor},
    {Thing::segment, "columns", contributor},
    {Thing::segment, "rows", contributor},
    {Thing::segment, "rows_unknown", contributor},
    {Thing::segment, "unreadable", contributor},
    {Thing::segment, "guess", contributor},
    {Thing::segment, "mapping", contributor},
    {Thing::segment, "problem", contributor},
    // Not its settings, not why it needs a person, not who may use it.
    {Thing::connection, "name", viewer},
    {Thing::connection, "title", viewer},
    {Thing::connection, "provider", viewer},
    {Thing::connection, "state", viewer},
    {Thing::connection, "consent", viewer},
    // The words of a provider or a source may quote the value that was refused.
    {Thing::reject, "id", viewer},
    {Thing::reject, "run", viewer},
    {Thing::reject, "segment", viewer},
    {Thing::reject, "row", viewer},
    {Thing::reject, "line", viewer},
    {Thing::reject, "member", viewer},
    {Thing::reject, "field", viewer},
    {Thing::reject, "code", viewer},
    {Thing::reject, "class", viewer},
    {Thing::reject, "attempts", viewer},
    {Thing::reject, "next_try", viewer},
    {Thing::reject, "counted_in", viewer},
    {Thing::reject, "quarantined", viewer},
    {Thing::reject, "count", viewer},
    {Thing::reject, "detail", contributor},
    {Thing::reject_kind, "counted_in", viewer},
    {Thing::reject_kind, "code", viewer},
    {Thing::reject_kind, "field", viewer},
    {Thing::reject_kind, "class", viewer},
    {Thing::reject_kind, "count", viewer},
    {Thing::reject_kind, "words", contributor},
};

bool sees_field(const Caller& caller, Thing thing, const std::string& field) {
    return std::any_of(std::begin(fields_by_role), std::end(fields_by_role), [&](const FieldRule& rule) {
        return rule.thing == thing && rule.field == field && caller.role >= rule.least;
    });
}

constexpr std::string_view path_for_others = "(a path)";
constexpr const char* connection_unusable = "the connection of the export cannot be used as it is";

bool begins_path(std::string_view text, std::size_t at) {
    if (text[at] != '/' || at + 1 == text.size()) return false;
    const auto next = static_cast<unsigned char>(text[at + 1]);
    const bool named = std::isalnum(next) || next == '.' || next == '_' || next >= 0x80;
    return named && (at == 0 || std::string_view(" \t\n\"'`(=[<,;:").find(text[at - 1]) != text.npos);
}

/// Where a path without quotes ends: a name may have blanks, so at what no sentence has inside a name. Of the
/// words that follow rather too much is taken than too little.
std::size_t end_of_path(std::string_view text, std::size_t at) {
    std::size_t end = at;
    for (; end < text.size(); ++end) {
        const char c = text[end];
        const char next = end + 1 < text.size() ? text[end + 1] : ' ';
        if (std::string_view("\n\"'`)];").find(c) != text.npos) break;
        if ((c == ':' || c == ',' || c == '.') && std::string_view(" \t\n").find(next) != text.npos) break;
        if (c == ' ' && next == '(') break;
    }
    return end;
}

/// Every absolute path.
std::string without_paths(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (!begins_path(text, i)) {
            out += text[i++];
            continue;
        }
        const char before = i == 0 ? ' ' : text[i - 1];
        const bool quoted = before == '"' || before == '\'' || before == '`';
        const auto end = quoted ? std::min(text.find(before, i), text.size()) : end_of_path(text, i);
        out += path_for_others;
        i = std::max(end, i + 1);
    }
    return out;
}

constexpr std::string_view host_for_others = "(a host)";

/// "127.0.0.1:4433", "api.example.com:443", "localhost:80", "[::1]:443": of a connection as it was, too.
bool is_host(std::string_view word) {
    const auto colon = word.rfind(':');
    const std::string_view port = colon == word.npos ? "" : word.substr(colon + 1);
    const std::string_view name = word.substr(0, colon);
    const auto digits = [](std::string_view some) {
        return !some.empty() && some.find_first_not_of("0123456789") == some.npos;
    };
    if (!digits(port)) return false;
    const bool v6 = name.size() > 2 && name.front() == '[' && name.back() == ']';
    return v6 || name == "localhost" || (name.find('.') != name.npos && name.find('/') == name.npos);
}

std::string without_hosts(std::string_view text) {
    constexpr std::string_view ends = " \t\n\"'`(),;";
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = std::min(text.find_first_of(ends, i), text.size());
        std::string_view word = text.substr(i, end - i);
        std::string_view tail = word;
        while (!word.empty() && (word.back() == ':' || word.back() == '.')) word.remove_suffix(1);
        tail.remove_prefix(word.size());
        out.append(is_host(word) ? host_for_others : word).append(tail);
        if (end < text.size()) out += text[end];
        i = end + 1;
    }
    return out;
}

}  // namespace

std::span<const FieldRule> field_rules() noexcept {
    return fields_by_role;
}

json seen(const Caller& caller, Thing thing, json whole) {
    if (caller.role == Role::administrator) return whole;
    json out = json::object();
    for (auto& [field, value] : whole.items())
        if (sees_field(caller, thing, field)) out[field] = std::move(value);
    return out;
}

bool reads_everything(const Caller& caller) noexcept {
    return caller.role == Role::administrator;
}

std::string as_seen(const Caller& caller, std::string text) {
    if (reads_everything(caller)) return text;
    return mask_addresses(without_hosts(without_paths(text)));
}

Error as_seen(const Caller& caller, Error error) {
    if (reads_everything(caller)) return error;
    if (error.quotes == Quotes::source) {
        error.message = "the source of the segment cannot be read as it is";
        error.hint = "ask an administrator, who sees why with audiencectl doctor or audiencectl source test";
        return error;
    }
    if (error.quotes == Quotes::connection || error.code == Errc::auth) {
        error.message = connection_unusable;
        error.hint = "ask an administrator, who sees why with audiencectl status";
        return error;
    }
    error.message = as_seen(caller, std::move(error.message));
    error.hint = as_seen(caller, std::move(error.hint));
    return error;
}

model::Run as_seen(const Caller& caller, model::Run run) {
    if (reads_everything(caller)) return run;
    if (run.reason_quotes != Quotes::nothing) {
        const bool of_source = run.reason_quotes == Quotes::source;
        const std::string why =
            std::string(of_source ? "the source cannot be read as it is" : connection_unusable) +
            "; ask an administrator, who sees why with audiencectl runs show " + std::to_string(run.id);
        if (!run.reason.empty()) run.reason = why;
        if (!run.error.empty()) run.error = why;
        return run;
    }
    // It quotes what the provider said of single profiles.
    if (caller.role == Role::viewer && run.status == model::RunStatus::completed_with_rejects)
        run.reason =
            "not everything was delivered: audiencectl runs rejects " + std::to_string(run.id) + " lists it";
    run.reason = as_seen(caller, std::move(run.reason));
    run.error = as_seen(caller, std::move(run.error));
    return run;
}

}  // namespace audienced::control
