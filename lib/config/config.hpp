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

struct Limits {
    std::uint32_t runs_at_once = 256;    // over all connections
    std::uint32_t source_readers = 4;    // reads of one source at the same time
    std::uint32_t control_clients = 64;  // connections on the control socket
    std::chrono::seconds patience{900};  // of a run with a network or provider that fails
    bool operator==(const Limits&) const = default;
};

struct Config {
    std::string state_dir = "/var/lib/audienced";
    std::string socket = "/run/audienced/control.sock";
    std::chrono::seconds drain_timeout{30};  // for a stop; runs get nine tenths to reach a checkpoint
    Roles roles;
    Logging log;
    std::optional<Proxy> proxy;
    Hook hook;
    Limits limits;
    bool operator==(const Config&) const = default;
};

/// An empty text gives the defaults. Errors: bad_config, "line 7: ..." with what is allowed there: not TOML,
/// an unknown key or table, a wrong type, a value out of its bounds.
result<Config> parse_config(std::string_view text);

}  // namespace audienced::config
