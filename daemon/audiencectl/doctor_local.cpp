#include "doctor_local.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/ownership.hpp"
#include "control/client.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr const char* service_group = "audienced";

bool session_is_in(gid_t group) {
    if (::getegid() == group) return true;
    std::vector<gid_t> groups(1);  // GCC takes a null pointer for a fault where the thread sanitizer is on
    const int count = ::getgroups(0, groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    if (count > 0 && ::getgroups(count, groups.data()) < 0) return false;
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

void look_at_socket(LocalFacts& facts) {
    struct stat s {};
    std::optional<gid_t> group;
    if (::stat(facts.socket.c_str(), &s) == 0) {
        facts.socket_is_there = S_ISSOCK(s.st_mode);
        facts.may_connect = may_access(facts.socket, R_OK | W_OK);
        group = s.st_gid;
    } else {
        facts.folder_is_closed = errno == EACCES;
        if (const auto* known = ::getgrnam(service_group)) group = known->gr_gid;
    }
    if (!group) return;
    facts.group = group_name(*group);
    facts.session_has_group = session_is_in(*group);
    facts.user_has_group = is_member(::geteuid(), *group);
}

/// "Key=Value" lines of `systemctl show`.
void ask_systemd(LocalFacts& facts) {
    if (facts.socket != control::default_socket || ::access("/run/systemd/system", F_OK) != 0) return;
    const std::unique_ptr<FILE, int (*)(FILE*)> out(
        ::popen("systemctl show audienced.service -p LoadState -p ActiveState -p Result 2>/dev/null", "re"),
        ::pclose);
    if (!out) return;
    std::array<char, 256> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), out.get())) {
        std::string line = buffer.data();
        while (!line.empty() && line.back() == '\n') line.pop_back();
        const auto equals = line.find('=');
        if (equals == line.npos) continue;
        const std::string key = line.substr(0, equals), value = line.substr(equals + 1);
        if (key == "LoadState") facts.load_state = value;
        if (key == "ActiveState") facts.active_state = value;
        if (key == "Result") facts.service_result = value;
    }
}

/// The kernel tells it to every user; the service's own unit keeps it from asking.
std::optional<bool> clock_is_synchronised() {
    timex clock{};
    const int state = ::adjtimex(&clock);
    if (state < 0) return std::nullopt;
    return state != TIME_ERROR && (clock.status & STA_UNSYNC) == 0;
}

json check(const char* name, const char* state, const std::string& message, const std::string& remedy = {}) {
    json out;
    out["name"] = name;
    out["state"] = state;
    out["message"] = message;
    out["remedy"] = remedy.empty() ? json(nullptr) : json(remedy);
    return out;
}

json judge_daemon(const LocalFacts& f, const std::optional<Error>& unreached) {
    const char* const name = "daemon";
    if (!unreached) return check(name, "ok", "audienced answers at " + f.socket);
    if (unreached->code == Errc::timeout) return check(name, "problem", unreached->message, unreached->hint);
    if (f.load_state == "not-found")
        return check(name, "problem", "audienced is not installed as a service of this machine",
                     "install the package, or name the socket of a daemon of your own with --socket");
    if (f.active_state == "failed")
        return check(
            name, "problem", "the service audienced has failed (" + f.service_result + ")",
            "journalctl -u audienced -n 20 says why; after the mend: systemctl reset-failed audienced "
            "&& systemctl start audienced");
    if (f.active_state == "activating")
        return check(name, "problem", "the service audienced is starting",
                     "journalctl -u audienced -n 20 shows how far it is");
    if (!f.active_state.empty() && f.active_state != "active")
        return check(name, "problem", "the service audienced does not run",
                     "systemctl enable audienced.socket audienced.service && systemctl start audienced");
    if (f.folder_is_closed || (f.socket_is_there && !f.may_connect))
        return check(name, "not_checked", "this user may not reach the socket " + f.socket,
                     "see the check group");
    if (!f.socket_is_there)
        return check(name, "problem", "audienced does not run: there is no socket " + f.socket,
                     "systemctl start audienced; --socket names another socket");
    return check(name, "problem", "no program answers at " + f.socket + ": audienced has stopped",
                 "systemctl start audienced; journalctl -u audienced -n 20 says why it stopped");
}

json judge_group(const LocalFacts& f, const std::optional<Error>& unreached) {
    const char* const name = "group";
    if (f.is_root) return check(name, "ok", "root may do everything");
    if (!unreached || (f.socket_is_there && f.may_connect))
        return check(name, "ok", "the socket is open to the user " + f.user);
    if (f.folder_is_closed)
        return check(name, "problem", "the user " + f.user + " may not enter the folder of " + f.socket,
                     "give the folder mode 0755, or ask its owner for another socket");
    if (f.group.empty())
        return check(name, "not_checked", "there is no group audienced on this machine",
                     "systemd-sysusers makes it where audienced is installed");
    if (f.session_has_group && f.socket_is_there)
        return check(name, "problem", "the socket " + f.socket + " is closed to its group " + f.group,
                     "systemctl restart audienced.socket, which makes it with mode 0660");
    if (f.session_has_group) return check(name, "ok", "this session is in the group " + f.group);
    if (f.user_has_group)
        return check(name, "problem",
                     "the user " + f.user + " is in the group " + f.group + ", but this session began before",
                     "log out and in again");
    return check(name, "problem",
                 "the user " + f.user + " is not in the group " + f.group + ", to which the socket is open",
                 "root adds the user with usermod -aG " + f.group + " " + f.user +
                     ", which counts from the next login on");
}

json judge_synchronised(const LocalFacts& f) {
    const char* const name = "clock_synchronised";
    if (!f.clock_is_synchronised)
        return check(name, "not_checked", "the kernel does not tell whether the clock is synchronised",
                     "timedatectl shows it");
    if (*f.clock_is_synchronised) return check(name, "ok", "the clock is synchronised");
    return check(
        name, "warning", "the clock of this machine is not synchronised",
        "timedatectl set-ntp true (package systemd-timesyncd or chrony); in a container, on its host");
}

}  // namespace

LocalFacts gather_local(const std::string& socket) {
    LocalFacts out;
    out.socket = socket;
    out.user = user_name(::geteuid());
    out.is_root = ::geteuid() == 0;
    look_at_socket(out);
    ask_systemd(out);
    out.clock_is_synchronised = clock_is_synchronised();
    return out;
}

json judge_local(const LocalFacts& facts, const std::optional<Error>& unreached) {
    json out = json::array();
    out.push_back(judge_daemon(facts, unreached));
    out.push_back(judge_group(facts, unreached));
    out.push_back(judge_synchronised(facts));
    return out;
}

}  // namespace audienced::ctl
