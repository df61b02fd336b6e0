// What audiencectl itself can judge, whether the daemon runs or not: can this user reach it?
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace audienced::ctl {

struct LocalFacts {
    std::string socket, user;
    bool is_root = false;
    bool socket_is_there = false;   // it, and not another kind of file
    bool folder_is_closed = false;  // the user may not enter the folder of the socket
    bool may_connect = false;       // by owner, group and mode
    std::string group;  // of the socket, else of the service where there is no socket; empty: none
    bool session_has_group = false, user_has_group = false;
    std::optional<bool> clock_is_synchronised;
    // As systemctl tells; empty where there is no systemd, or --socket names a daemon of one's own.
    std::string load_state, active_state, service_result;
};

/// Blocks: the user database, and systemctl.
LocalFacts gather_local(const std::string& socket);

/// The checks "daemon", "group" and "clock_synchronised" as JSON, as the daemon's own come. `unreached`: why
/// the daemon gave no answer.
nlohmann::json judge_local(const LocalFacts&, const std::optional<Error>& unreached);

}  // namespace audienced::ctl
