#include "config/receiver_settings.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "config/value_checks.hpp"

namespace audienced::config {
namespace {

using std::chrono::seconds;
using enum Applied;

bool is_plain(const std::string& s, const char* refused) {
    const bool control = std::any_of(
        s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x21 || c == 0x7F; });
    return !control && is_ascii(s) && s.find_first_of(refused) == s.npos;
}

bool is_https(const std::string& s) {
    return s.starts_with("https://") && s.size() > 8 && s.size() < 2048 && is_plain(s, "");
}

/// What may stand between the angle brackets of SMTP and in a head: one plain address.
bool is_mail_address(const std::string& s) {
    const auto at = s.find('@');
    return at != s.npos && at > 0 && at + 1 < s.size() && s.size() <= 254 && s.find('@', at + 1) == s.npos &&
           is_plain(s, "<>,;:\"()[]\\");
}

bool is_relay(const std::string& s) {
    return parse_relay(s).has_value();
}

// Where each value is kept.
std::vector<std::string>& hook_command(Draft& d) {
    return d.config.hook.command;
}
seconds& hook_timeout(Draft& d) {
    return d.config.hook.timeout;
}
std::string& webhook_url(Draft& d) {
    return d.config.webhook.url;
}
std::string& webhook_secret_file(Draft& d) {
    return d.config.webhook.secret_file;
}
std::string& webhook_ca_file(Draft& d) {
    return d.config.webhook.ca_file;
}
std::string& slack_url_file(Draft& d) {
    return d.config.slack.url_file;
}
std::string& slack_ca_file(Draft& d) {
    return d.config.slack.ca_file;
}
std::string& email_relay(Draft& d) {
    return d.config.email.relay;
}
std::string& email_from(Draft& d) {
    return d.config.email.from;
}
std::vector<std::string>& email_to(Draft& d) {
    return d.config.email.to;
}
std::string& heartbeat_url_file(Draft& d) {
    return d.config.heartbeat.url_file;
}
std::string& heartbeat_exports_folder(Draft& d) {
    return d.config.heartbeat.exports_folder;
}
std::string& heartbeat_ca_file(Draft& d) {
    return d.config.heartbeat.ca_file;
}

const char* const extra_ca = "a CA that is trusted beside those of the system";

}  // namespace

std::vector<Setting> receiver_settings() {
    const Text path{nullptr, is_path, "an absolute path"};
    const auto file = [&](std::string& (*of)(Draft&)) {
        Text out = path;
        out.of = of;
        return out;
    };
    std::vector<Setting> out;
    const auto add = [&](const char* name, Value value, std::string help) {
        out.push_back(Setting{name, std::move(value), by_reload, std::move(help)});
    };
    add("hook.command", Texts{hook_command, is_argument, "a list of texts, the first being an absolute path"},
        "program that is started once per change of state; for this and the next tables see "
        "docs/NOTIFICATIONS.md");
    add("hook.timeout", Duration{hook_timeout, seconds(1), seconds(600)},
        "the program is killed after this time");
    add("webhook.url", Text{webhook_url, is_https, "an address that begins with https://"},
        "gets a signed POST for each change of state");
    add("webhook.secret_file", file(webhook_secret_file),
        "file with one line of at least 16 characters: what messages are signed with");
    add("webhook.ca_file", file(webhook_ca_file), extra_ca);
    add("slack.url_file", file(slack_url_file),
        "file with one line: the address of a Slack-compatible webhook");
    add("slack.ca_file", file(slack_ca_file), extra_ca);
    add("email.relay", Text{email_relay, is_relay, "a host and a port, as in \"127.0.0.1:25\""},
        "mail relay that takes plain SMTP");
    add("email.from", Text{email_from, is_mail_address, "an e-mail address"}, "sender");
    add("email.to", Texts{email_to, is_mail_address, "a list of e-mail addresses"}, "recipients");
    add("heartbeat.url_file", file(heartbeat_url_file),
        "file with one line: the address that is called after each good refresh");
    add("heartbeat.exports_folder", file(heartbeat_exports_folder),
        "folder with one file for each export that has an address of its own; the file is named after the "
        "export");
    add("heartbeat.ca_file", file(heartbeat_ca_file), extra_ca);
    return out;
}

std::optional<ReceiverFault> receiver_fault(const Config& c) {
    const auto lacks = [](const char* table, const std::string& key) {
        return ReceiverFault{table, "[" + std::string(table) + "] needs " + key};
    };
    if (!c.hook.command.empty() && !is_path(c.hook.command.front()))
        return ReceiverFault{"hook", "hook.command must begin with the absolute path of a program"};
    if (c.webhook.url.empty() && !c.webhook.secret_file.empty()) return lacks("webhook", "url");
    if (!c.webhook.url.empty() && c.webhook.secret_file.empty()) return lacks("webhook", "secret_file");
    if (c.email == Email{}) return std::nullopt;
    if (c.email.relay.empty()) return lacks("email", "relay");
    if (c.email.from.empty()) return lacks("email", "from");
    if (c.email.to.empty()) return lacks("email", "to");
    return std::nullopt;
}

std::optional<Relay> parse_relay(const std::string& s) {
    const std::size_t colon = s.rfind(':');
    if (colon == s.npos || colon == 0 || s.size() > 260 || !is_plain(s, " /@")) return std::nullopt;
    unsigned port = 0;
    const auto [end, ec] = std::from_chars(s.data() + colon + 1, s.data() + s.size(), port);
    if (ec != std::errc{} || end != s.data() + s.size() || port == 0 || port > 65535) return std::nullopt;
    std::string host = s.substr(0, colon);
    const bool literal = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (literal) host = host.substr(1, host.size() - 2);
    if (host.find_first_of(literal ? "[]" : "[]:") != host.npos) return std::nullopt;
    return Relay{std::move(host), static_cast<std::uint16_t>(port)};
}

}  // namespace audienced::config
