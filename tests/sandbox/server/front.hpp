// Between the wire and the providers: who is calling, may it call now, how long does it take, and which
// service answers.
#pragma once

#include <optional>
#include <string>

#include "world/world.hpp"

namespace audienced::sandbox {

/// One call in flight; counts it in and out.
class InFlight {
public:
    InFlight(World& world, std::string client);
    InFlight(const InFlight&) = delete;
    ~InFlight();
    const std::string& client() const { return client_; }
    int at_once() const { return at_once_; }

private:
    World& world_;
    std::string client_;
    int at_once_;
};

bool is_control_call(const Request&);
/// Under whose limits a call falls.
std::string client_of(World&, const Request&);
/// Over a limit of calls at once, per second or per day: the answer, at once.
std::optional<Reply> over_limit(World&, const Request&, const InFlight&);
double latency_seconds(World&, const Request&);
/// After so long the server gives up; the call may have been applied.
double timeout_seconds(const World&, const Request&);
Reply answer(World&, const Request&);
void record(World&, const Request&, const Reply&, const InFlight&, const std::string& fault,
            std::size_t bytes_out);

}  // namespace audienced::sandbox
