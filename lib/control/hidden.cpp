#include "control/hidden.hpp"

#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
namespace {

constexpr std::string_view a_path = "(a path)", a_host = "(a host)";

/// As it stands between the quotes of a JSON string.
std::string in_json(std::string_view text) {
    const std::string quoted = print(nlohmann::json(text));
    return quoted.substr(1, quoted.size() - 2);
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || (c & 0x80) != 0;
}

/// A longer name that holds this one is another name.
bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
    if (at + size < text.size() && is_word(text[at + size])) return false;
    if (at == 0) return true;
    const bool escape = at > 1 && text[at - 2] == '\\';  // "\n/srv"
    const char before = text[at - 1];
    return escape || !(is_word(before) || before == '.' || before == '/');
}

/// Behind a folder: the names below it, up to where a text ends or goes on.
std::size_t end_of_hidden_path(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] != '/') return at;
    return std::min(text.find_first_of(" \t\n\"'\\`)],;:", at), text.size());
}

void replace(std::string& text, const std::string& needle, std::string_view by, bool path) {
    std::size_t from = text.find(needle);
    if (from == text.npos) return;
    std::string out;
    std::size_t kept = 0;
    for (; from != text.npos; from = text.find(needle, from)) {
        if (!stands_alone(text, from, needle.size())) {
            from += 1;
            continue;
        }
        out.append(text, kept, from - kept).append(by);
        from += needle.size();
        if (path) from = end_of_hidden_path(text, from);
        kept = from;
    }
    text = out.append(text, kept);
}

}  // namespace

void HiddenPlaces::add(std::string_view place) {
    if (place.starts_with('/'))
        add_path(place);
    else if (place.find("://") != place.npos)
        add_address(place);
}

void HiddenPlaces::add_path(std::string_view path) {
    while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
    // "/" alone is no secret, and stands in many texts.
    while (path.size() > 1) {
        if (!paths_.insert(in_json(path)).second) return;
        path = path.substr(0, path.rfind('/'));
    }
}

void HiddenPlaces::add_address(std::string_view address) {
    hosts_.insert(in_json(address));
    std::string_view host = address.substr(address.find("://") + 3);
    host = host.substr(0, host.find('/'));
    if (host.empty()) return;
    hosts_.insert(in_json(host));  // with the port, where it has one
    const auto colon = host.rfind(':');
    const bool port = colon != host.npos && host.find(']', colon) == host.npos;
    const std::string_view name = port ? host.substr(0, colon) : host;
    if (!port) hosts_.insert(in_json(std::string(host) + ":443"));
    // A name of one word may be the name of many things.
    if (name.find_first_of(".:") != name.npos) hosts_.insert(in_json(name));
}

std::string HiddenPlaces::mask(std::string json) const {
    for (const std::string& one : hosts_) replace(json, one, a_host, false);
    for (const std::string& one : paths_) replace(json, one, a_path, true);
    return json;
}

result<HiddenPlaces> load_hidden_places(store::Database& db) {
    HiddenPlaces out;
    auto sources = store::list_sources(db);
    if (!sources) return sources.error();
    for (const model::Source& source : *sources)
        for (const auto& [setting, value] : source.settings) out.add(value);
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    for (const model::Connection& connection : *connections)
        for (const std::string* place : {&connection.api_base, &connection.login_base, &connection.ca_file})
            out.add(*place);
    return out;
}

}  // namespace audienced::control
