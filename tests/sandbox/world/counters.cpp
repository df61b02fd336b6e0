#include "world/counters.hpp"

#include <algorithm>

#include "wire/json.hpp"

namespace audienced::sandbox {

int Counters::begin(const std::string& name, SteadyTime now) {
    Client& client = clients_[name];
    ++client.calls;
    client.peak = std::max(client.peak, ++client.now);
    client.last_second.push_back(now);
    while (now - client.last_second.front() >= std::chrono::seconds(1)) client.last_second.pop_front();
    client.peak_per_second = std::max(client.peak_per_second, static_cast<int>(client.last_second.size()));
    return client.now;
}

void Counters::end(const std::string& name) {
    --clients_[name].now;
}

int Counters::in_flight(const std::string& name) const {
    const auto found = clients_.find(name);
    return found == clients_.end() ? 0 : found->second.now;
}

void Counters::answered(const std::string& kind, bool write, int status, std::size_t in, std::size_t out) {
    Kind& entry = kinds_[kind];
    ++entry.calls;
    ++entry.statuses[status];
    ++statuses_[status];
    ++(write ? writes_ : reads_);
    bytes_in_ += in;
    bytes_out_ += out;
}

void Counters::remember(Incident incident) {
    constexpr std::size_t kept = 1000;
    incidents_.push_back(std::move(incident));
    if (incidents_.size() > kept) incidents_.pop_front();
}

void Counters::reset() {
    zero = MustStayZero{};
    within_window = 0;
    incidents_.clear();
    members_written = 0;
    kinds_.clear();
    statuses_.clear();
    faults_.clear();
    reads_ = writes_ = bytes_in_ = bytes_out_ = connections_opened_ = 0;
    for (auto& [name, client] : clients_) {
        const int now = client.now;
        client = Client{};
        client.now = client.peak = now;
    }
}

json Counters::print() const {
    json out;
    out["must_stay_zero"] = {{"subscribed_again", zero.subscribed_again},
                             {"old_addresses_made_anew", zero.old_addresses_made_anew},
                             {"confirmation_mails", zero.confirmation_mails},
                             {"foreign_members_changed", zero.foreign_members_changed},
                             {"foreign_memberships_removed", zero.foreign_memberships_removed},
                             {"status_on_known", zero.status_on_known},
                             {"sign_up_form_calls", zero.sign_up_form_calls},
                             {"contacts_deleted", zero.contacts_deleted},
                             {"permission_writes", zero.permission_writes}};
    std::uint64_t total = 0;
    for (const auto& [name, value] : out["must_stay_zero"].items()) total += value.get<std::uint64_t>();
    out["must_stay_zero_total"] = total;
    out["within_window"] = within_window;
    json& incidents = out["incidents"] = json::array();
    for (const auto& one : incidents_)
        incidents.push_back({{"what", one.what},
                             {"email", one.email},
                             {"since", one.since},
                             {"asked", one.asked},
                             {"in_window", one.in_window}});
    out["members_written"] = members_written;
    out["reads"] = reads_;
    out["writes"] = writes_;
    out["bytes_in"] = bytes_in_;
    out["bytes_out"] = bytes_out_;
    out["connections_opened"] = connections_opened_;
    json& calls = out["calls"] = json::object();
    for (const auto& [kind, entry] : kinds_) {
        calls[kind]["total"] = entry.calls;
        for (const auto& [status, n] : entry.statuses) calls[kind]["statuses"][std::to_string(status)] = n;
    }
    json& statuses = out["statuses"] = json::object();
    for (const auto& [status, n] : statuses_) statuses[std::to_string(status)] = n;
    json& faults = out["faults"] = json::object();
    for (const auto& [rule, n] : faults_) faults[rule] = n;
    json& clients = out["clients"] = json::object();
    for (const auto& [name, client] : clients_) {
        clients[name] = {{"calls", client.calls},
                         {"in_flight", client.now},
                         {"peak_concurrency", client.peak},
                         {"peak_per_second", client.peak_per_second}};
    }
    return out;
}

}  // namespace audienced::sandbox
