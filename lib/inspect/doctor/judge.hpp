// What is wrong, and the command that mends it. Pure.
#pragma once

#include <string>
#include <vector>

#include "inspect/doctor/facts.hpp"

namespace audienced::inspect::doctor {

enum class State { problem, warning, not_checked, ok };
const char* to_string(State) noexcept;

struct Finding {
    std::string check;  // "disk_space", "source:crm"; the same in every version
    State state = State::ok;
    std::string message;  // one sentence: what was found
    std::string remedy;   // what to do; empty where nothing is to be done
};
using Findings = std::vector<Finding>;

Findings judge_state(const StateFacts&);
Finding judge_disk(const DiskFacts&);
Findings judge_database(const DatabaseFacts&);
Finding judge_forgets(const ForgetFacts&);
Findings judge_configuration(const ConfigurationFacts&);
Findings judge_zones(const ZoneFacts&, SysTime now, SysTime started_at);
Findings judge_certificates(const CertificateFacts&);
Finding judge_proxy(const ProxyFacts&);
Findings judge_hosts(const std::vector<HostFacts>&, const ProxyFacts&);
/// By the Date of the answers.
Finding judge_clock(const std::vector<HostFacts>&);
Findings judge_sources(const std::vector<SourceFacts>&);
Findings judge_connections(const std::vector<model::Connection>&, const std::vector<model::Export>& exports);
Findings judge_schedules(const ScheduleFacts&);

/// All of them, in the order in which a person reads them.
Findings judge(const Facts&);
/// The names of the checks that need an administrator, for a caller who is none.
const std::vector<std::string>& checks_of_administrators();

}  // namespace audienced::inspect::doctor
