// What is asked of the toy's API, and what its answers mean. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/batch.hpp"
#include "model/provider_time.hpp"
#include "provider/call.hpp"
#include "provider/types.hpp"

namespace audienced::provider::toy {

constexpr std::size_t max_members = 100;  // of one call
constexpr unsigned calls_per_window = 20;
constexpr std::chrono::seconds window{10};
constexpr std::chrono::minutes pull_overlap{1};

Call ask_account();
Call ask_boxes();
Call ask_box(std::string_view box);
Call ask_groups(std::string_view box);
Call make_group(std::string_view box, std::string_view title);
Call ask_group_members(std::string_view box, std::string_view group);
Call ask_member(std::string_view box, std::string_view address);
/// Members whose state changed after `since`; all who must not be mailed without it.
Call ask_states(std::string_view box, std::optional<model::ProviderTime> since);
Call upsert(const model::Batch& batch);
Call change_group(const model::Batch& batch);

Verdict classify_response(const http::Response& response);
Error refusal(const http::Response& response, const std::string& what);

// Errors of all: bad_answer.
result<Account> read_account(const std::string& body);
result<std::vector<Destination>> read_boxes(const std::string& body);
result<Destination> read_box(const std::string& body);
result<std::vector<model::Group>> read_groups(const std::string& body);
result<model::Group> read_group(const std::string& body);
struct States {
    std::vector<ContactStatus> members;
    model::ProviderTime now;  // the service's clock
};
result<States> read_states(const std::string& body);
result<ContactNow> read_member(const std::string& body, const std::vector<Field>& fields);
/// One outcome per member, then one per leaver; who is not mentioned is unknown.
result<std::vector<model::Outcome>> read_results(const std::string& body, const model::Batch& batch,
                                                 bool resent);

}  // namespace audienced::provider::toy
