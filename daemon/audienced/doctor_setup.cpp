#include "doctor_setup.hpp"

#include "check_config.hpp"
#include "config/findings.hpp"
#include "notifications.hpp"

namespace audienced::daemon {
namespace {

using Finding = inspect::doctor::ConfigurationFacts::Finding;

std::vector<Finding> look_at(const config::Config& config) {
    std::vector<Finding> out;
    for (const config::Finding& one : config::findings(config, this_machine()))
        out.push_back({one.setting, one.text, one.is_fault});
    if (auto files = read_receiver_files(config); !files)
        out.push_back({"notifications", files.error().text(), true});
    return out;
}

}  // namespace

inspect::doctor::Setup doctor_setup(const config::Config& config, const std::string& file,
                                    const schedule::Scheduler& scheduler, SysTime started_at) {
    inspect::doctor::Setup out;
    out.state_dir = config.state_dir;
    out.config_file = file;
    if (config.proxy) out.proxy = config.proxy->host + ":" + std::to_string(config.proxy->port);
    out.ca_files = {{"webhook.ca_file", config.webhook.ca_file},
                    {"slack.ca_file", config.slack.ca_file},
                    {"heartbeat.ca_file", config.heartbeat.ca_file}};
    out.look_at_configuration = [copy = config] { return look_at(copy); };
    out.schedules = [&scheduler] {
        std::vector<inspect::doctor::ScheduleFacts::Line> lines;
        for (const auto& view : scheduler.view()) lines.push_back({view.key, view.next, view.error});
        return lines;
    };
    out.started_at = started_at;
    return out;
}

}  // namespace audienced::daemon
