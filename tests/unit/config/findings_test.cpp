#include "config/findings.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

namespace audienced::unit::config_findings_test {

using namespace audienced;
using namespace audienced::config;
using Is = Machine::Is;

namespace {

struct Machine1 final : Machine {
    std::map<std::string, Path> paths{{"/var/lib", {Is::folder}}, {"/opt/notify", {Is::file, true}}};
    std::set<std::string> groups{"audienced-admin", "audienced-contributor", "audienced-viewer"};
    std::map<std::string, std::string> bad_secrets;
    Path look_at(const std::string& path) const override {
        const auto it = paths.find(path);
        return it == paths.end() ? Path() : it->second;
    }
    bool has_group(const std::string& name) const override { return groups.contains(name); }
    std::string fault_of_secret(const std::string& path) const override {
        const auto it = bad_secrets.find(path);
        return it == bad_secrets.end() ? "" : it->second;
    }
};

std::vector<std::string> told(const Config& config, const Machine& machine) {
    std::vector<std::string> out;
    for (const auto& f : findings(config, machine))
        out.push_back((f.is_fault ? "" : "note ") + f.setting + ": " + f.text);
    return out;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("the defaults fit a machine on which audienced is installed", "[unit][config]") {
    Machine1 machine;
    CHECK(told(Config(), machine).empty());
    machine.groups.erase("audienced-viewer");
    // Nothing that the file says: a note, and no fault.
    const auto notes = told(Config(), machine);
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].starts_with("note roles.viewers: there is no group audienced-viewer"));
}

TEST_CASE("everything that a configuration names and the machine lacks is told at once", "[unit][config]") {
    // A hook program and role groups that were not there passed the check.
    Machine1 machine;
    Config config;
    config.state_dir = "/nowhere/state";
    config.socket = "/nowhere/socket";
    config.roles.viewers = {"audienced-viewer", "readers"};
    config.proxy = Proxy{"proxy", 3128, "/etc/proxy"};
    machine.bad_secrets["/etc/proxy"] = "the file /etc/proxy is empty";
    config.hook.command = {"/opt/missing"};
    CHECK(
        told(config, machine) ==
        Told{
            "state_dir: there is no folder /nowhere in which /nowhere/state could be made; make it",
            "socket: there is no folder /nowhere; make it",
            "roles.viewers: there is no group readers; make it with groupadd -r readers, or name another one",
            "proxy.credentials_file: the file /etc/proxy is empty",
            "hook.command: the program /opt/missing cannot be run: there is no such file; check the path"});
}

TEST_CASE("what is there has to be of the right kind", "[unit][config]") {
    Machine1 machine;
    Config config;
    machine.paths["/var/lib/audienced"] = {Is::file};
    machine.paths["/run/audienced/control.sock"] = {Is::file};
    config.hook.command = {"/opt/notify", "--loud"};
    CHECK(told(config, machine) ==
          Told{"state_dir: /var/lib/audienced is not a folder; name a folder of its own",
               "socket: /run/audienced/control.sock is there and is no socket; name another path"});
    machine.paths["/var/lib/audienced"] = {Is::folder};
    machine.paths["/run/audienced/control.sock"] = {Is::socket};
    machine.paths["/opt/notify"] = {Is::file, false};
    CHECK(told(config, machine) ==
          Told{"hook.command: the program /opt/notify is not executable; chmod 755 /opt/notify"});
    machine.paths["/opt/notify"] = {Is::file, true, {}, "its interpreter /no/perl cannot be run"};
    CHECK(told(config, machine) == Told{"hook.command: the program /opt/notify cannot be started: its "
                                        "interpreter /no/perl cannot be run"});
    machine.paths["/opt/notify"] = {Is::folder};
    CHECK(told(config, machine) == Told{"hook.command: /opt/notify is not a program; name one"});
    machine.paths["/opt/notify"] = {Is::missing, false, "Permission denied"};
    CHECK(told(config, machine)[0].find("cannot be run: Permission denied") != std::string::npos);
}

}  // namespace audienced::unit::config_findings_test
