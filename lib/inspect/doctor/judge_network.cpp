// Who can be reached, and what time it is there.
#include <algorithm>
#include <chrono>

#include "inspect/doctor/judge.hpp"

namespace audienced::inspect::doctor {
namespace {

using std::chrono::seconds;

/// How far the own clock is ahead of the host's, at least. Its Date may be a second old.
seconds clock_ahead(const HostFacts& host) {
    const auto early = std::chrono::floor<seconds>(host.asked - *host.date) - seconds{1};
    const auto late = std::chrono::ceil<seconds>(host.answered - *host.date);
    if (early > seconds{0}) return early;
    return late < seconds{0} ? late : seconds{0};
}

std::string names_of(const std::vector<std::string>& names) {
    std::string out = names.size() == 1 ? "connection " : "connections ";
    for (std::size_t i = 0; i < names.size() && i < 3; ++i) out += (i == 0 ? "" : ", ") + names[i];
    return names.size() > 3 ? out + " ..." : out;
}

std::string span_words(seconds span) {
    const auto n = std::chrono::abs(span).count();
    if (n < 120) return std::to_string(n) + " seconds";
    if (n < 2 * 3600) return std::to_string(n / 60) + " minutes";
    if (n < 2 * 86'400) return std::to_string(n / 3600) + " hours";
    return std::to_string(n / 86'400) + " days";
}

}  // namespace

Findings judge_hosts(const std::vector<HostFacts>& hosts, const ProxyFacts& proxy) {
    Findings out;
    const std::string way = proxy.used.empty() ? std::string() : ", through the proxy " + proxy.used;
    for (const HostFacts& host : hosts) {
        const std::string check = "host:" + host.host, who = " (" + names_of(host.connections) + ")";
        if (host.failed)
            out.push_back(
                {check, State::problem, host.failed->message + way + who,
                 host.failed->hint.empty() ? "check network, firewall and proxy" : host.failed->hint});
        else if (host.status >= 500)
            out.push_back({check, State::warning,
                           host.host + " answers with status " + std::to_string(host.status) + way + who,
                           "wait, and look at the status page of the provider"});
        else
            out.push_back({check, State::ok, host.host + " answers" + way + who, ""});
    }
    return out;
}

Finding judge_clock(const std::vector<HostFacts>& hosts) {
    const std::string check = "clock";
    const HostFacts* nearest = nullptr;
    for (const HostFacts& host : hosts) {
        if (host.failed || !host.date) continue;
        if (!nearest || std::chrono::abs(clock_ahead(host)) < std::chrono::abs(clock_ahead(*nearest)))
            nearest = &host;
    }
    if (!nearest)
        return {check, State::not_checked,
                hosts.empty() ? "there is no connection yet whose provider tells the time"
                              : "no provider told the time",
                "timedatectl shows whether the clock is synchronised"};
    const seconds ahead = clock_ahead(*nearest);
    if (std::chrono::abs(ahead) < seconds{60})
        return {check, State::ok, "the clock agrees with that of " + nearest->host, ""};
    return {check, std::chrono::abs(ahead) < seconds{300} ? State::warning : State::problem,
            "the clock of this machine is " + span_words(ahead) +
                (ahead.count() > 0 ? " ahead of" : " behind") +
                (ahead.count() > 0 ? " that of " : " that of ") + nearest->host +
                ": schedules start at the wrong time, and certificates may be refused",
            "timedatectl set-ntp true (package systemd-timesyncd or chrony); timedatectl shows the result"};
}

Findings judge_sources(const std::vector<SourceFacts>& sources) {
    Findings out;
    for (const SourceFacts& source : sources) {
        const std::string check = "source:" + source.name;
        if (source.answer)
            out.push_back({check, State::ok, *source.answer, ""});
        else
            out.push_back({check, State::problem, source.answer.error().message, source.answer.error().hint});
    }
    return out;
}

}  // namespace audienced::inspect::doctor
