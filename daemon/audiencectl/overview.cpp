#include "overview.hpp"

#include <nlohmann/json.hpp>

namespace audienced::ctl {
using nlohmann::json;

std::string next_step(const json& status) {
    const auto number = [&](const char* key) { return status.value(key, std::uint64_t{0}); };
    const auto is_empty = [&](const char* key) { return !status.contains(key) || status[key].empty(); };
    const bool administrator = status.value("role", "") == "administrator";
    if (status.value("role", "") == "contributor" && is_empty("connections"))
        return "No connection is open to you: ask an administrator to allow you one.";
    if (administrator && number("sources") == 0)
        return "Next: say where the customers are: audiencectl source add --help";
    if (number("segments") == 0 && !administrator)
        return "There is no segment that you may use: ask an administrator for one.";
    if (number("segments") == 0) return "Next: say which customers: audiencectl segment add --help";
    if (administrator && is_empty("connections"))
        return "Next: connect an account: audiencectl connection add --help";
    if (is_empty("exports")) return "Next: say what goes where: audiencectl export add --help";
    const auto schedule = status.find("schedule");
    const bool off =
        schedule != status.end() && schedule->is_object() && schedule->value("calendar", json()).is_null();
    for (const auto& one : status["exports"])
        if (administrator && off && one.value("schedule", "") == "refresh")
            return "Next: let it run by itself: audiencectl schedule set \"daily 02:00\" --timezone "
                   "Europe/Berlin";
    return "Next: audiencectl status";
}

std::string ask_next_step(const Shell& shell) {
    const auto got = control::Client(shell.socket, control::Patience{.limit = std::chrono::seconds(1)})
                         .send("GET", "/v1/status");
    if (!got) return "The daemon does not answer at " + shell.socket + ": systemctl status audienced";
    const auto status = json::parse(got->body, nullptr, false);
    if (!got->good() || !status.is_object()) return "Next: audiencectl status";
    return next_step(status);
}

}  // namespace audienced::ctl
