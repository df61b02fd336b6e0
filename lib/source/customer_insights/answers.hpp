// What the API answers, taken apart. Pure.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "http/message.hpp"

namespace audienced::source::customer_insights {

/// The string under `key`; empty if there is none.
std::string text_at(const nlohmann::json& object, const char* key);

struct Token {
    std::string text;
    std::chrono::seconds lives{0};
};
/// Errors: not_ready.
result<Token> parse_token(std::string_view body);

/// Is a refusal of the login service one that time mends? Else a person must: a secret expired, a wrong
/// tenant ...
bool passes_by_itself(unsigned status, std::string_view body);

/// What the instance says of a segment.
struct Segment {
    std::string name, state, job_status, evaluated, last_run;
    std::optional<std::uint64_t> members;
    /// Equal: nothing was evaluated anew in between.
    std::string version() const;
};
/// Errors: not_ready.
result<std::vector<Segment>> parse_segments(std::string_view body);
/// Errors: not_ready, with why it cannot be read now: not active, being evaluated, last evaluation failed.
result<void> check_ready(const Segment&);

/// The names of a table's attributes. Errors: not_ready.
result<std::vector<std::string>> parse_attributes(std::string_view body);

/// One profile: its id (empty if it has none) and the values of the columns asked for, nothing for null.
struct Row {
    std::string id;
    std::vector<std::optional<std::string>> values;
};
/// Errors: not_ready (not what was asked for).
result<std::vector<Row>> parse_page(std::string_view body, const std::vector<std::string>& columns);

/// Where a partition lies, and with what headers it is fetched. Errors: not_ready.
result<std::vector<http::Request>> parse_partitions(std::string_view body);

}  // namespace audienced::source::customer_insights
