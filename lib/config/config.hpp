// What an administrator writes into audienced.toml. Pure: text in, values out.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace audienced::config {

struct Roles {  // Unix groups
    std::vector<std::string> administrators{"audienced-admin"};
    std::vector<std::string> contributors{"audienced-contributor"};
    std::vector<std::string> viewers{"audienced-viewer"};
    bool operator==(const Roles&) const = default;
};

struct Logging {
    std::string format = "auto";  // auto, journal, text, json
    std::string level = "info";   // error, warning, notice, info, debug
    bool operator==(const Logging&) const = default;
};

struct Proxy {
    std::string host;
    std::uint16_t port = 0;
    std::string credentials_file;  // one line, user:password; may be empty
    bool operator==(const Proxy&) const = default;
};

struct Hook {
    std::vector<std::string> command;  // absolute path, then arguments; empty: no hook
    std::chrono::seconds timeout{30};
    bool operator==(const Hook&) const = default;
};

struct Webhook {
    std::string url;          // https; empty: none
    std::string secret_file;  // one line: what messages are signed with
    std::string ca_file;      // adds a CA; may be empty
    bool operator==(const Webhook&) const = default;
};

struct Slack {
    std::string url_file;  // one line: the address, which is a secret; empty: none
    std::string ca_file;
    bool operator==(const Slack&) const = default;
};

struct Email {
    std::string relay;  // HOST:PORT; empty: none
    std::string from;
    std::vector<std::string> to;
    bool operator==(const Email&) const = default;
};

struct Heartbeat {
    std::string url_file;        // of the whole refresh; may be empty
    std::string exports_folder;  // a file for each export that has an address of its own; may be empty
    std::string ca_file;
    bool operator==(const Heartbeat&) const = default;
};

struct Limits {
    std::uint32_t runs_at_once = 256;    // over all connections
    std::uint32_t source_readers = 4;    // reads of one source at the same time
    std::uint32_t control_clients = 64;  // connections on the control socket
    std::uint32_t reject_tries = 5;      // how often a member is sent that was refused for what may pass
    std::chrono::seconds patience{900};  // of a run with a network or provider that fails
    std::chrono::seconds overdue{7200};  // a scheduled run that is not over by then is told of
    bool operator==(const Limits&) const = default;
};

/// What a finished run says is removed then; opt-outs, who gave which membership, and the audit never are.
struct Retention {
    std::chrono::seconds runs{400 * 86'400}, rejects{90 * 86'400};
    bool operator==(const Retention&) const = default;
};

struct Config {
    std::string state_dir = "/var/lib/audienced";
    std::string socket = "/run/audienced/control.sock";
    std::chrono::seconds drain_timeout{30};  // for a stop; runs get nine tenths to reach a checkpoint
    Roles roles;
    Logging log;
    std::optional<Proxy> proxy;
    Hook hook;
    Webhook webhook;
    Slack slack;
    Email email;
    Heartbeat heartbeat;
    Limits limits;
    Retention retention;
    bool operator==(const Config&) const = default;
};

/// An empty text gives the defaults. Errors: bad_config, "line 7: ..." with what is allowed there: not TOML,
/// an unknown key or table, a wrong type, a value out of its bounds.
result<Config> parse_config(std::string_view text);
/// The same; puts all that is wrong with the text into `mistakes`, not the first alone.
result<Config> parse_config(std::string_view text, std::vector<Error>& mistakes);

}  // namespace audienced::config
