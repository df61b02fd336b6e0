// Which call goes where, and what every handler gets.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "constant_contact/answers.hpp"
#include "constant_contact/model.hpp"
#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::constant_contact {

struct Call {
    World& world;
    Account& account;
    const Request& request;
    std::vector<std::string> params;
};

/// Answers a call whose path begins with /v3.
Reply answer(World&, const Request&);
/// "constant_contact:<client id>", under which the limits are shared by all its accounts.
std::string client_of(World&, const Request&);
/// Whose contacts the call is about; empty without a valid token.
std::string account_of(World&, const Request&);
/// Token, calls per second, calls per day: the gateway's refusal, before anything else is looked at.
std::optional<Reply> gate(World&, const Request&);
/// Brings every activity of the account to the state that the clock says. Every read calls it first.
void run_activities(World&, Account&);

Step<nlohmann::json> read_body(Call&);
std::string normalise_address(std::string_view);
bool is_uuid(std::string_view);

// contacts_read.cpp
Reply get_contacts(Call&);
Reply get_contact(Call&);
Reply count_contacts(Call&);
// contacts_write.cpp
Reply post_contact(Call&);
Reply put_contact(Call&);
Reply remove_contact(Call&);
Reply sign_up_form(Call&);
Reply resubscribe(Call&);
// lists.cpp
Reply get_lists(Call&);
Reply get_list(Call&);
Reply post_list(Call&);
Reply put_list(Call&);
Reply remove_list(Call&);
// fields.cpp
Reply get_fields(Call&);
Reply post_field(Call&);
Reply remove_field(Call&);
Reply get_tags(Call&);
Reply post_tag(Call&);
Reply get_summary(Call&);
Reply get_privileges(Call&);
// import.cpp
Reply import_json(Call&);
Reply import_file(Call&);
// activities.cpp
Reply post_list_activity(Call&);
Reply get_activities(Call&);
Reply get_activity(Call&);
/// Queues an activity and answers 201, or 429 when the account's queue is full.
Reply queue_activity(Call&, Activity);
nlohmann::json print_activity(const Activity&);

}  // namespace audienced::sandbox::constant_contact
