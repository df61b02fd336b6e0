#include "config/config.hpp"

#include <toml++/toml.h>

#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "base/toml_depth.hpp"
#include "config/receiver_settings.hpp"
#include "config/settings.hpp"
#include "config/value_checks.hpp"

namespace audienced::config {
namespace {

Error refused(const toml::source_region& where, std::string message, std::string hint = {}) {
    return make_error(Errc::bad_config,
                      "line " + std::to_string(where.begin.line) + ": " + std::move(message),
                      std::move(hint));
}

/// Takes the value of one setting; what does not fit is left where it stands, so that its line can be named.
struct Taker {
    const toml::node& node;
    Draft& draft;

    /// Null where it fits.
    const toml::node* operator()(const Text& v) const {
        const auto value = node.value_exact<std::string>();
        if (!value || !v.fits(*value)) return &node;
        v.of(draft) = *value;
        return nullptr;
    }
    const toml::node* operator()(const Choice& v) const {
        const auto value = node.value_exact<std::string>();
        if (!value || std::find(v.words.begin(), v.words.end(), *value) == v.words.end()) return &node;
        v.of(draft) = *value;
        return nullptr;
    }
    const toml::node* operator()(const Texts& v) const {
        const toml::array* list = node.as_array();
        if (!list || list->size() > 100) return &node;
        std::vector<std::string> values;
        for (const toml::node& item : *list) {
            const auto value = item.value_exact<std::string>();
            if (!value || !v.fits(*value)) return &item;
            values.push_back(*value);
        }
        v.of(draft) = std::move(values);
        return nullptr;
    }
    const toml::node* operator()(const Number& v) const {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < v.lowest || *value > v.highest) return &node;
        v.of(draft) = static_cast<std::uint32_t>(*value);
        return nullptr;
    }
    const toml::node* operator()(const Duration& v) const {
        const auto value = node.value_exact<std::string>();
        const auto parsed = value ? parse_duration(*value) : std::nullopt;
        if (!parsed || *parsed < v.lowest || *parsed > v.highest) return &node;
        v.of(draft) = *parsed;
        return nullptr;
    }
};

using Keys = std::vector<std::string>;

bool holds(const Keys& keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// The tables right below `path`, "" being the top level.
Keys tables_below(const std::string& path) {
    Keys out;
    const std::string before = path.empty() ? "" : path + ".";
    for (const Setting& setting : settings()) {
        const std::string_view table = table_of(setting);
        if (!table.starts_with(before) || table.size() <= before.size()) continue;
        const std::string key(table.substr(before.size(), table.find('.', before.size()) - before.size()));
        if (!holds(out, key)) out.push_back(key);
    }
    return out;
}

using Mistakes = std::vector<Error>;

void find_unknown(const toml::table& table, const std::string& path, const Keys& known, Mistakes& mistakes) {
    for (const auto& [key, node] : table) {
        if (holds(known, key.str())) continue;
        std::string all;
        for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
        const std::string before = path.empty() ? "" : path + ".";
        const std::string meant = nearest(key.str(), known);
        mistakes.push_back(refused(
            node.source(), "there is no setting " + before + std::string(truncate_utf8(key.str(), 60)),
            (meant.empty() ? "" : "did you mean " + before + meant + "? ") +
                (path.empty() ? "the top level" : "[" + path + "]") + " takes " + all));
    }
}

void read_table(const toml::table& table, const std::string& path, Draft& out, Mistakes& mistakes) {
    Keys known;
    for (const Setting& setting : settings()) {
        if (table_of(setting) != path) continue;
        known.emplace_back(key_of(setting));
        const toml::node* node = table.get(known.back());
        if (!node) continue;
        if (const toml::node* bad = std::visit(Taker{*node, out}, setting.value))
            mistakes.push_back(refused(bad->source(), setting.name + " must be " + wanted(setting.value)));
    }
    for (const std::string& key : tables_below(path)) {
        known.push_back(key);
        const toml::node* node = table.get(key);
        if (!node) continue;
        const std::string name = path.empty() ? key : path + "." + key;
        const toml::table* below = node->as_table();
        if (below)
            read_table(*below, name, out, mistakes);
        else
            mistakes.push_back(refused(node->source(), name + " must be a table, written as [" + name + "]"));
    }
    find_unknown(table, path, known, mistakes);
}

/// What one setting alone does not show.
std::optional<Error> check_proxy(const toml::table& file, Draft& out) {
    const toml::table* table = file["proxy"].as_table();
    if (!table) return std::nullopt;
    if (out.proxy_url.empty())
        return refused(table->source(), "[proxy] needs url, as in url = \"http://proxy.example:3128\"");
    const std::size_t colon = out.proxy_url.rfind(':');
    Proxy proxy;
    proxy.host = out.proxy_url.substr(7, colon - 7);
    proxy.port = static_cast<std::uint16_t>(std::stoul(out.proxy_url.substr(colon + 1)));
    proxy.credentials_file = out.proxy_credentials_file;
    out.config.proxy = std::move(proxy);
    return std::nullopt;
}

std::optional<Error> check_receivers(const toml::table& file, const Config& config) {
    const auto fault = receiver_fault(config);
    if (!fault) return std::nullopt;
    return refused(file[fault->table].as_table()->source(), fault->message);
}

Config read(const toml::table& file, Mistakes& mistakes) {
    Draft out;
    read_table(file, "", out, mistakes);
    if (!mistakes.empty()) return out.config;  // what follows builds on sound values
    if (auto error = check_proxy(file, out)) mistakes.push_back(std::move(*error));
    if (auto error = check_receivers(file, out.config)) mistakes.push_back(std::move(*error));
    return std::move(out.config);
}

}  // namespace

result<Config> parse_config(std::string_view text, std::vector<Error>& mistakes) {
    mistakes.clear();
    Config config;
    if (text.size() > 1024 * 1024)
        mistakes.push_back(make_error(Errc::bad_config, "the configuration is larger than 1 MiB"));
    else if (const auto deep = line_of_deep_key(text))
        mistakes.push_back(make_error(Errc::bad_config,
                                      "line " + std::to_string(*deep) + ": a key of more than 100 parts",
                                      "no setting has one"));
    try {
        if (mistakes.empty()) config = read(toml::parse(text), mistakes);
    } catch (const toml::parse_error& e) {
        mistakes.push_back(
            refused(e.source(), "not TOML: " + std::string(truncate_utf8(e.description(), 200))));
    }
    if (mistakes.empty()) return config;
    Error first = mistakes.front();
    if (mistakes.size() > 1)
        first.hint += (first.hint.empty() ? "" : "; ") + std::string("audienced --check-config lists ") +
                      std::to_string(mistakes.size() - 1) + " more";
    return first;
}

result<Config> parse_config(std::string_view text) {
    std::vector<Error> mistakes;
    return parse_config(text, mistakes);
}

}  // namespace audienced::config
