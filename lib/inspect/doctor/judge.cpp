#include "inspect/doctor/judge.hpp"

namespace audienced::inspect::doctor {
namespace {

void append(Findings& to, Findings more) {
    for (Finding& one : more) to.push_back(std::move(one));
}

}  // namespace

const char* to_string(State state) noexcept {
    switch (state) {
        case State::problem:
            return "problem";
        case State::warning:
            return "warning";
        case State::not_checked:
            return "not_checked";
        case State::ok:
            break;
    }
    return "ok";
}

Findings judge(const Facts& facts) {
    Findings out = judge_state(facts.state);
    out.push_back(judge_disk(facts.disk));
    append(out, judge_database(facts.database));
    out.push_back(judge_forgets(facts.forgets));
    append(out, judge_configuration(facts.configuration));
    append(out, judge_zones(facts.zones, facts.now, facts.started_at));
    out.push_back(judge_clock(facts.hosts));
    append(out, judge_certificates(facts.certificates));
    out.push_back(judge_proxy(facts.proxy));
    append(out, judge_hosts(facts.hosts, facts.proxy));
    append(out, judge_sources(facts.sources));
    append(out, judge_connections(facts.connections, facts.schedules.exports));
    append(out, judge_schedules(facts.schedules));
    return out;
}

const std::vector<std::string>& checks_of_administrators() {
    static const std::vector<std::string> names{
        "state_directory", "disk_space",   "database", "audit", "forgets", "configuration", "time_zones",
        "clock",           "certificates", "proxy",    "hosts", "sources", "schedules"};
    return names;
}

}  // namespace audienced::inspect::doctor
