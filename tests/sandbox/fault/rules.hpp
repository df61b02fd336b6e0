// What goes wrong, and when: a list of rules, each with what it matches, how often it strikes, and the
// action.
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <random>
#include <regex>
#include <string>

#include "wire/reply.hpp"

namespace audienced::sandbox {

enum class FaultKind {
    reply,           // this answer instead, nothing applied
    reset_before,    // the connection is reset, nothing applied
    lost_reply,      // applied, then the connection is reset
    reset_mid_body,  // applied, half of the answer, then reset
    close_mid_body,  // applied, half of the answer, then a FIN without TLS close_notify
    stall,           // silence for `seconds`, then reset; `apply` says whether the call is applied before
    delay,           // `seconds` later, otherwise normal
    slow,            // the answer dribbles at `bytes_per_second`
    truncated_gzip,  // applied; the answer is gzip that ends early
    gzip_bomb,       // `bytes` of blanks, as gzip
    huge_body,       // `bytes` of JSON string
    hold,            // waits until POST /sandbox/release; `apply` says whether before or after applying
};

struct Fault {
    std::string rule;
    FaultKind kind = FaultKind::reply;
    Reply reply;
    double seconds = 0;
    double bytes = 0;
    bool apply = false;
};

class FaultRules {
public:
    /// Takes {"seed", "append", "rules":[…]} (README.md); gives what is wrong with it, or empty.
    std::string set(const nlohmann::json&);
    void clear() { rules_.clear(); }
    /// Asks each rule in order; the first that strikes wins.
    std::optional<Fault> strike(const Request&, const std::string& client);
    nlohmann::json print() const;

private:
    struct Rule {
        std::string name, method, client, body_contains;
        std::regex path;
        std::uint64_t skip = 0, every = 0;
        std::optional<std::uint64_t> next;
        double probability = 1;
        std::uint64_t matched = 0, struck = 0;
        Fault fault;
    };
    std::deque<Rule> rules_;
    std::mt19937_64 random_{1};
};

/// The answers with a name: 429_json, 429_bare, 403_html, 500_about_blank, 502_html, 503_html, 504_html,
/// akamai_503, wrong_json, not_json, empty_200, redirect …; nullopt for another name.
std::optional<Reply> fault_reply(const std::string& name);

}  // namespace audienced::sandbox
