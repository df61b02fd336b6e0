// The configuration, zone data, certificates and proxy.
#include <array>
#include <charconv>

#include "inspect/doctor/judge.hpp"

namespace audienced::inspect::doctor {
namespace {

constexpr const char* renew_zones =
    "apt-get update && apt-get install tzdata; then systemctl restart audienced";

/// 2025 of "2025b"; 0: no year.
int year_of_release(const std::string& version) {
    int year = 0;
    const char* const end = version.data() + version.size();
    return std::from_chars(version.data(), end, year).ec == std::errc() ? year : 0;
}

int year_of(SysTime t) {
    return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(t)).year());
}

std::string first_of(const std::vector<std::string>& names) {
    if (names.empty()) return {};
    return names.size() == 1 ? names[0] : names[0] + " and " + std::to_string(names.size() - 1) + " more";
}

/// "what is wrong; what to do", as the sentences about the configuration are.
Finding split(std::string check, State state, const std::string& text) {
    const std::size_t at = text.find("; ");
    if (at == text.npos) return {std::move(check), state, text, ""};
    return {std::move(check), state, text.substr(0, at), text.substr(at + 2)};
}

}  // namespace

Findings judge_configuration(const ConfigurationFacts& facts) {
    const std::string check = "configuration";
    Findings out;
    for (const auto& one : facts.findings)
        out.push_back(
            split(check, one.is_fault ? State::problem : State::warning, one.setting + ": " + one.text));
    if (out.empty()) out.push_back({check, State::ok, "all that " + facts.file + " names is there", ""});
    return out;
}

Findings judge_zones(const ZoneFacts& facts, SysTime now, SysTime started_at) {
    const std::string check = "time_zones";
    Findings out;
    for (const auto& zone : facts.zones)
        if (zone.unknown)
            out.push_back(
                {check, State::problem,
                 "the time zone " + zone.name + " of " + first_of(zone.used_by) +
                     " cannot be used: " + zone.unknown->message,
                 "apt-get install tzdata, then systemctl restart audienced; or set another --timezone"});
    const int released = year_of_release(facts.version);
    if (released != 0 && year_of(now) - released >= 2)
        out.push_back({check, State::warning,
                       "the zone data of this machine is of " + facts.version +
                           ": countries have changed their clocks since",
                       renew_zones});
    if (facts.since && *facts.since > started_at)
        out.push_back({check, State::warning,
                       "the zone data of this machine was renewed after audienced read it",
                       "systemctl restart audienced"});
    if (out.empty())
        out.push_back({check, State::ok,
                       facts.version.empty()
                           ? "the zones of all schedules are known"
                           : "the zones of all schedules are known; zone data of " + facts.version,
                       ""});
    return out;
}

Findings judge_certificates(const CertificateFacts& facts) {
    const std::string check = "certificates";
    Findings out;
    if (!facts.has_store)
        out.push_back({check, State::problem,
                       "this machine has no store of certificate authorities, so no provider can be trusted",
                       "apt-get install ca-certificates"});
    for (const auto& file : facts.files) {
        if (file.closed)
            out.push_back({check, State::problem, file.closed->message + " (" + file.named_by + " names it)",
                           file.closed->hint});
        else if (file.certificates == 0)
            out.push_back({check, State::problem,
                           "the CA file " + file.path + " of " + file.named_by + " holds no certificate",
                           "put the certificate of the CA into it, in PEM (-----BEGIN CERTIFICATE-----)"});
    }
    if (out.empty())
        out.push_back({check, State::ok, "the store of certificate authorities can be read", ""});
    return out;
}

Finding judge_proxy(const ProxyFacts& facts) {
    const std::string check = "proxy";
    if (!facts.used.empty())
        return {check, State::ok, "calls go through the proxy " + facts.used + " of the configuration", ""};
    if (!facts.in_environment.empty())
        return {
            check, State::warning,
            facts.in_environment + " is set in the environment of audienced, which does not read it",
            "if calls have to go through it, name it in the table [proxy] of the configuration and restart"};
    return {check, State::ok, "no proxy is configured", ""};
}

}  // namespace audienced::inspect::doctor
