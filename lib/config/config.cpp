#include "config/config.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace audienced::config {
namespace {

using std::chrono::seconds;

Error refused(const toml::source_region& where, std::string message, std::string hint = {}) {
    return make_error(Errc::bad_config,
                      "line " + std::to_string(where.begin.line) + ": " + std::move(message),
                      std::move(hint));
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

/// A table whose values are taken out one by one; the first error stays, and every key not asked for is one.
class Reader {
public:
    Reader(const toml::table& table, std::string path) : table_(table), path_(std::move(path)) {}

    /// "log.level", for messages.
    std::string name(std::string_view key) const {
        return (path_.empty() ? "" : path_ + ".") + std::string(key);
    }

    const toml::node* take(const char* key) {
        known_.emplace_back(key);
        return table_.get(key);
    }
    void fail(const toml::node& node, const char* key, const std::string& wanted) {
        if (!error_) error_ = refused(node.source(), name(key) + " must be " + wanted);
    }
    void fail_here(const std::string& message) {
        if (!error_) error_ = refused(table_.source(), message);
    }

    void text(const char* key, std::string& out, const std::string& wanted,
              bool (*fits)(const std::string&)) {
        const toml::node* node = take(key);
        if (!node) return;
        const auto value = node->value_exact<std::string>();
        if (!value || !fits(*value)) return fail(*node, key, wanted);
        out = *value;
    }
    void choice(const char* key, std::string& out, const std::vector<std::string>& allowed) {
        const toml::node* node = take(key);
        if (!node) return;
        const auto value = node->value_exact<std::string>();
        if (!value || std::find(allowed.begin(), allowed.end(), *value) == allowed.end())
            return fail(*node, key, "one of " + joined(allowed));
        out = *value;
    }
    void texts(const char* key, std::vector<std::string>& out, const std::string& wanted,
               bool (*fits)(const std::string&)) {
        const toml::node* node = take(key);
        if (!node) return;
        const toml::array* list = node->as_array();
        if (!list || list->size() > 100) return fail(*node, key, wanted);
        std::vector<std::string> values;
        for (const toml::node& item : *list) {
            const auto value = item.value_exact<std::string>();
            if (!value || !fits(*value)) return fail(item, key, wanted);
            values.push_back(*value);
        }
        out = std::move(values);
    }
    void number(const char* key, std::uint32_t& out, std::uint32_t lowest, std::uint32_t highest) {
        const toml::node* node = take(key);
        if (!node) return;
        const auto value = node->value_exact<std::int64_t>();
        if (!value || *value < lowest || *value > highest)
            return fail(*node, key,
                        "a number from " + std::to_string(lowest) + " to " + std::to_string(highest));
        out = static_cast<std::uint32_t>(*value);
    }
    void duration(const char* key, seconds& out, seconds lowest, seconds highest);

    std::optional<Error> finish();

private:
    const toml::table& table_;
    std::string path_;
    std::vector<std::string> known_;
    std::optional<Error> error_;
};

std::optional<seconds> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (ec != std::errc{} || count < 0 || count > 1'000'000) return std::nullopt;
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    if (unit == "s") return seconds(count);
    if (unit == "m" || unit == "min") return seconds(count * 60);
    if (unit == "h") return seconds(count * 3600);
    return std::nullopt;
}

void Reader::duration(const char* key, seconds& out, seconds lowest, seconds highest) {
    const toml::node* node = take(key);
    if (!node) return;
    const auto value = node->value_exact<std::string>();
    const auto parsed = value ? parse_duration(*value) : std::nullopt;
    if (!parsed || *parsed < lowest || *parsed > highest)
        return fail(*node, key,
                    "a duration such as \"30s\", \"5m\" or \"1h\", from " + std::to_string(lowest.count()) +
                        " s to " + std::to_string(highest.count()) + " s");
    out = *parsed;
}

std::optional<Error> Reader::finish() {
    if (error_) return error_;
    for (const auto& [key, node] : table_) {
        if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
        const std::string where = path_.empty() ? "the top level" : "[" + path_ + "]";
        return refused(node.source(), "there is no setting " + name(truncate_utf8(key.str(), 60)),
                       where + " takes " + joined(known_));
    }
    return std::nullopt;
}

bool has_control(const std::string& s) {
    return std::any_of(s.begin(), s.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}
bool is_path(const std::string& s) {
    return s.size() > 1 && s.size() < 4096 && s[0] == '/' && !has_control(s);
}
bool is_socket_path(const std::string& s) {
    return is_path(s) && s.size() <= 107;
}  // sun_path
bool is_argument(const std::string& s) {
    return s.size() < 4096 && s.find('\0') == std::string::npos;
}
bool is_group(const std::string& s) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    if (s.empty() || s.size() > 32 || !plain(s[0])) return false;
    return std::all_of(s.begin(), s.end(),
                       [&](char c) { return plain(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

/// "http://proxy.example:3128"
bool is_proxy_url(const std::string& s) {
    if (!s.starts_with("http://")) return false;
    const std::string rest = s.substr(7);
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string::npos || colon == 0 || rest.size() > 260) return false;
    unsigned port = 0;
    const auto [end, ec] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), port);
    if (ec != std::errc{} || end != rest.data() + rest.size() || port == 0 || port > 65535) return false;
    const std::string host = rest.substr(0, colon);
    const bool literal = host.front() == '[' && host.back() == ']' && host.size() > 2;
    const std::string inner = literal ? host.substr(1, host.size() - 2) : host;
    return std::all_of(inner.begin(), inner.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || (literal && c == ':');
    });
}

std::optional<Error> read_roles(const toml::table& table, Roles& out) {
    Reader reader(table, "roles");
    const std::string wanted = "a list of names of Unix groups";
    reader.texts("administrators", out.administrators, wanted, is_group);
    reader.texts("contributors", out.contributors, wanted, is_group);
    reader.texts("viewers", out.viewers, wanted, is_group);
    return reader.finish();
}

std::optional<Error> read_log(const toml::table& table, Logging& out) {
    Reader reader(table, "log");
    reader.choice("format", out.format, {"auto", "journal", "text", "json"});
    reader.choice("level", out.level, {"error", "warning", "notice", "info", "debug"});
    return reader.finish();
}

std::optional<Error> read_proxy(const toml::table& table, Proxy& out) {
    Reader reader(table, "proxy");
    std::string url;
    reader.text("url", url,
                "a URL of the form \"http://HOST:PORT\" (credentials belong in proxy.credentials_file)",
                is_proxy_url);
    reader.text("credentials_file", out.credentials_file, "an absolute path", is_path);
    if (auto error = reader.finish()) return error;
    if (url.empty()) {
        reader.fail_here("[proxy] needs url, as in url = \"http://proxy.example:3128\"");
        return reader.finish();
    }
    const std::size_t colon = url.rfind(':');
    out.host = url.substr(7, colon - 7);
    out.port = static_cast<std::uint16_t>(std::stoul(url.substr(colon + 1)));
    return std::nullopt;
}

std::optional<Error> read_hook(const toml::table& table, Hook& out) {
    Reader reader(table, "hook");
    reader.texts("command", out.command, "a list of texts, the first being an absolute path", is_argument);
    reader.duration("timeout", out.timeout, seconds(1), seconds(600));
    if (auto error = reader.finish()) return error;
    if (!out.command.empty() && !is_path(out.command.front()))
        reader.fail_here("hook.command must begin with the absolute path of a program");
    return reader.finish();
}

std::optional<Error> read_limits(const toml::table& table, Limits& out) {
    Reader reader(table, "limits");
    reader.number("runs_at_once", out.runs_at_once, 1, 10'000);
    reader.number("source_readers", out.source_readers, 1, 64);
    reader.number("control_clients", out.control_clients, 4, 1'000);
    reader.duration("patience", out.patience, seconds(0), seconds(86'400));
    return reader.finish();
}

template <class T>
std::optional<Error> section(Reader& top, const char* key, T& out,
                             std::optional<Error> (*read)(const toml::table&, T&)) {
    const toml::node* node = top.take(key);
    if (!node) return std::nullopt;
    const toml::table* table = node->as_table();
    if (!table) {
        top.fail(*node, key, "a table, written as [" + std::string(key) + "]");
        return std::nullopt;
    }
    return read(*table, out);
}

result<Config> read(const toml::table& table) {
    Config out;
    Reader top(table, "");
    top.text("state_dir", out.state_dir, "an absolute path", is_path);
    top.text("socket", out.socket, "an absolute path of at most 107 bytes", is_socket_path);
    top.duration("drain_timeout", out.drain_timeout, seconds(0), seconds(600));
    if (auto error = section<Roles>(top, "roles", out.roles, read_roles)) return *error;
    if (auto error = section<Logging>(top, "log", out.log, read_log)) return *error;
    Proxy proxy;
    const bool has_proxy = table.contains("proxy");
    if (auto error = section<Proxy>(top, "proxy", proxy, read_proxy)) return *error;
    if (has_proxy) out.proxy = std::move(proxy);
    if (auto error = section<Hook>(top, "hook", out.hook, read_hook)) return *error;
    if (auto error = section<Limits>(top, "limits", out.limits, read_limits)) return *error;
    if (auto error = top.finish()) return *error;
    return out;
}

}  // namespace

result<Config> parse_config(std::string_view text) {
    if (text.size() > 1024 * 1024)
        return make_error(Errc::bad_config, "the configuration is larger than 1 MiB");
    try {
        return read(toml::parse(text));
    } catch (const toml::parse_error& e) {
        return refused(e.source(), "not TOML: " + std::string(truncate_utf8(e.description(), 200)));
    }
}

}  // namespace audienced::config
