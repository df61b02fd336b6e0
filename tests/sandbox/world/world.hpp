// Everything the sandbox knows, in one place. One thread owns it: the io thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <typeindex>

#include "aio/event.hpp"
#include "fault/rules.hpp"
#include "wire/reply.hpp"
#include "world/counters.hpp"
#include "world/knobs.hpp"

namespace audienced::sandbox {

namespace login {
class Desk;
}

struct LogLine {
    std::uint64_t number = 0;
    // When it came, and when it was answered: seconds since the epoch, on the sandbox's clock.
    double came = 0, at = 0;
    std::string method, target, client, account, kind, fault;
    int status = 0;
    std::size_t bytes_in = 0, bytes_out = 0;
    int in_flight = 0;
};

struct World {
    explicit World(boost::asio::any_io_executor);
    ~World();

    /// The sandbox's clock: the machine's plus what tests have advanced it by. Seconds since the epoch.
    double now() const;
    std::int64_t now_seconds() const { return static_cast<std::int64_t>(now()); }
    /// Uniform in [low, high).
    double between(double low, double high);
    /// The call that takes effect now does what no call may do to this contact, because of what people did
    /// at `since`. It is no mistake, but within the window, if the call arrived before it could be known.
    void forbid(std::uint64_t MustStayZero::*figure, const char* what, const std::string& email,
                double since = 0);
    std::string uuid();
    std::string token(std::size_t characters);

    std::string base_url;  // https://127.0.0.1:PORT
    double clock_offset = 0;
    double asked_at = 0;  // when the call arrived that takes effect now
    Knobs knobs;
    Counters counters;
    FaultRules faults;
    std::deque<LogLine> log;
    std::uint64_t calls_seen = 0;
    std::mt19937_64 random{20240501};
    std::map<std::string, int> held;                // rule name -> calls held now
    std::map<std::string, std::uint64_t> releases;  // rule name -> how often released
    aio::Event changed;                             // something above may have changed

    std::unique_ptr<login::Desk> login;

    /// What one service keeps, a type of its own folder; made when it is first asked for.
    template <class State>
    State& of() {
        auto& kept = states_[std::type_index(typeid(State))];
        if (!kept) kept = std::make_shared<State>();
        return *static_cast<State*>(kept.get());
    }

private:
    std::map<std::type_index, std::shared_ptr<void>> states_;
};

/// 2024-05-02T09:00:00 followed by `suffix` ("+00:00" or "Z").
std::string print_time(std::int64_t seconds, std::string_view suffix);
/// As in a Date field: "Sun, 22 Nov 2026 21:52:44 GMT"
std::string print_http_date(std::int64_t seconds);
/// ISO 8601 with Z or an offset; nullopt when it is not one. Fractions count: "strictly later than" can tell.
std::optional<double> parse_time(std::string_view);

}  // namespace audienced::sandbox
