// What the suite has to know of one provider: how to play its server. A provider without a fixture does not
// link.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "http/message.hpp"
#include "model/batch.hpp"
#include "model/connection.hpp"

namespace audienced::conformance {

class Fixture {
public:
    virtual ~Fixture() = default;
    virtual model::Connection connection() const = 0;
    /// An upsert of n members whose addresses are address(0) ... address(n - 1).
    virtual model::Batch upsert(std::size_t n) const = 0;
    /// The server when all goes well. It takes every member but those of `refused`, which it refuses by name.
    virtual http::Response serve(const http::Request& request) = 0;
    std::set<std::string> refused;
    /// What the server holds; equal texts mean an equal state.
    virtual std::string state() const = 0;
    /// "Slow down" in every form that this provider has; nothing was executed.
    virtual std::vector<http::Response> throttled() const = 0;
    /// A failing server; the call may have been executed.
    virtual std::vector<http::Response> trouble() const = 0;
    /// The credentials are refused.
    virtual http::Response unauthorised() const = 0;
    /// Permanent: sending it again changes nothing.
    virtual std::vector<http::Response> permanent() const = 0;

    static std::string address(std::size_t i) { return "m" + std::to_string(i) + "@conformance.example.net"; }
};

using FixturePtr = std::unique_ptr<Fixture>;

inline http::Response reply(unsigned status, std::string body = {}, http::Headers headers = {}) {
    http::Response r;
    r.status = status;
    r.body = std::move(body);
    r.headers = std::move(headers);
    return r;
}

}  // namespace audienced::conformance
