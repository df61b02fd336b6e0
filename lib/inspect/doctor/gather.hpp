// The facts, read from the machine.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "inspect/doctor/examine.hpp"
#include "inspect/doctor/facts.hpp"

namespace audienced::inspect::doctor {

/// What is defined, in one read of the database.
struct Definitions {
    std::vector<model::Source> sources;
    std::vector<model::Connection> connections;
    std::vector<model::Export> exports;
    std::optional<std::string> refresh_zone;  // none: the refresh schedule is off
};

// These block.
/// `key_id`: of the master key that is in use.
StateFacts gather_state(const std::string& state_dir, const std::string& key_id);
DiskFacts gather_disk(const std::string& state_dir);
CertificateFacts gather_certificates(const Setup&, const Definitions&);
ZoneFacts gather_zones(const Definitions&);
/// Of this process's environment: the name of the first variable that names a proxy.
std::string proxy_in_environment();

// Each at most ten seconds, all at once.
awaitable<std::vector<HostFacts>> gather_hosts(run::Environment&, const std::vector<model::Connection>&);
awaitable<std::vector<SourceFacts>> gather_sources(run::Environment&, const std::vector<model::Source>&);

}  // namespace audienced::inspect::doctor
