#include "config/findings.hpp"

namespace audienced::config {
namespace {

using Is = Machine::Is;
using Found = std::vector<Finding>;

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == 0 ? "/" : path.substr(0, slash);
}

void check_state_dir(const Config& config, const Machine& machine, Found& out) {
    const auto there = machine.look_at(config.state_dir);
    if (there.is == Is::folder) return;
    if (there.is != Is::missing) {
        out.push_back({"state_dir", config.state_dir + " is not a folder; name a folder of its own"});
    } else if (machine.look_at(folder_of(config.state_dir)).is != Is::folder) {
        out.push_back({"state_dir", "there is no folder " + folder_of(config.state_dir) + " in which " +
                                        config.state_dir + " could be made; make it"});
    }
}

void check_socket(const Config& config, const Machine& machine, Found& out) {
    const auto there = machine.look_at(config.socket);
    if (there.is != Is::missing && there.is != Is::socket)
        out.push_back({"socket", config.socket + " is there and is no socket; name another path"});
    // The service's own folder comes and goes with it.
    if (config.socket == Config().socket) return;
    if (machine.look_at(folder_of(config.socket)).is != Is::folder)
        out.push_back({"socket", "there is no folder " + folder_of(config.socket) + "; make it"});
}

void check_role(const std::string& setting, const std::vector<std::string>& groups,
                const std::vector<std::string>& by_default, const Machine& machine, Found& out) {
    for (const std::string& group : groups) {
        if (machine.has_group(group)) continue;
        const bool is_default = groups == by_default;
        out.push_back(
            {setting,
             "there is no group " + group +
                 (is_default ? " (the default); systemd-sysusers makes it where audienced is installed"
                             : "; make it with groupadd -r " + group + ", or name another one"),
             !is_default});
    }
}

void check_hook(const Config& config, const Machine& machine, Found& out) {
    if (config.hook.command.empty()) return;
    const std::string& program = config.hook.command.front();
    const auto there = machine.look_at(program);
    if (there.is == Is::missing)
        out.push_back(
            {"hook.command", "the program " + program + " cannot be run: " +
                                 (there.why.empty() ? "there is no such file; check the path" : there.why)});
    else if (there.is != Is::file)
        out.push_back({"hook.command", program + " is not a program; name one"});
    else if (!there.runs)
        out.push_back(
            {"hook.command", "the program " + program + " is not executable; chmod 755 " + program});
    else if (!there.fault.empty())
        out.push_back({"hook.command", "the program " + program + " cannot be started: " + there.fault});
}

}  // namespace

std::vector<Finding> findings(const Config& config, const Machine& machine) {
    Found out;
    const Roles standard;
    check_state_dir(config, machine, out);
    check_socket(config, machine, out);
    check_role("roles.administrators", config.roles.administrators, standard.administrators, machine, out);
    check_role("roles.contributors", config.roles.contributors, standard.contributors, machine, out);
    check_role("roles.viewers", config.roles.viewers, standard.viewers, machine, out);
    if (config.proxy && !config.proxy->credentials_file.empty())
        if (auto fault = machine.fault_of_secret(config.proxy->credentials_file); !fault.empty())
            out.push_back({"proxy.credentials_file", std::move(fault)});
    check_hook(config, machine, out);
    return out;
}

}  // namespace audienced::config
