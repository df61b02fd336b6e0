// What the sandbox saw: how many calls of which kind, how many at once, how many a second, and the figures
// that must stay zero. Tests read them at GET /sandbox/counters.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/clock.hpp"

namespace audienced::sandbox {

/// Each of these is a promise that an exporter breaks.
struct MustStayZero {
    std::uint64_t subscribed_again =
        0;  // by a call: unsubscribed, cleaned, pending, archived, deleted, left -> mailed
    std::uint64_t old_addresses_made_anew = 0;      // by a call: an address that a contact gave up
    std::uint64_t confirmation_mails = 0;           // people were asked to confirm
    std::uint64_t foreign_members_changed = 0;      // contacts marked foreign at seeding
    std::uint64_t foreign_memberships_removed = 0;  // tags or list memberships that were there before
    std::uint64_t status_on_known = 0;              // rows of a bulk call that carried `status`
    std::uint64_t sign_up_form_calls = 0;
    std::uint64_t contacts_deleted = 0;   // archived, deleted or deleted for good by a call
    std::uint64_t permission_writes = 0;  // permission_to_send was sent with a contact
};

/// One count of the above, for the one who looks for its cause.
struct Incident {
    std::string what, email;
    double since = 0, asked = 0;  // when people acted, and when the call arrived
    bool in_window = false;
};

class Counters {
public:
    /// A call by this client (account, key) begins; gives how many of its calls are now in flight.
    int begin(const std::string& client, SteadyTime now);
    void end(const std::string& client);
    int in_flight(const std::string& client) const;
    void answered(const std::string& kind, bool write, int status, std::size_t bytes_in,
                  std::size_t bytes_out);
    void faulted(const std::string& rule) { ++faults_[rule]; }
    void connected() { ++connections_opened_; }
    void remember(Incident);
    void reset();  // calls in flight stay counted

    nlohmann::json print() const;

    MustStayZero zero;
    std::uint64_t within_window = 0;    // as above, by calls that arrived before it could be known
    std::uint64_t members_written = 0;  // rows of upserts that were applied

private:
    struct Client {
        int now = 0, peak = 0, peak_per_second = 0;
        std::uint64_t calls = 0;
        std::deque<SteadyTime> last_second;
    };
    struct Kind {
        std::uint64_t calls = 0;
        std::map<int, std::uint64_t> statuses;
    };
    std::deque<Incident> incidents_;
    std::map<std::string, Client> clients_;
    std::map<std::string, Kind> kinds_;
    std::map<int, std::uint64_t> statuses_;
    std::map<std::string, std::uint64_t> faults_;
    std::uint64_t reads_ = 0, writes_ = 0, bytes_in_ = 0, bytes_out_ = 0, connections_opened_ = 0;
};

}  // namespace audienced::sandbox
