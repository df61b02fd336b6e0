// What screens say of a run: its state, what it waits for, its figures. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// "completed with rejects" of completed_with_rejects; "held, approved" and "delivering, is being cancelled"
/// where a person decided already.
std::string state_of(const nlohmann::json& run);
/// The same for a column: "with rejects", "held".
std::string short_state_of(const nlohmann::json& run);
Tone tone_of(const nlohmann::json& run);
/// Held, and no person approved or cancelled it yet.
bool waits_for_a_person(const nlohmann::json& run);
bool is_over(const nlohmann::json& run);
/// Failed, skipped or waiting for a person: what must not be missed in a list.
bool needs_attention(const nlohmann::json& run);
/// Why it failed, was skipped, is held: with what to do next, where the daemon says so.
std::string why(const nlohmann::json& run);
/// The same without what to do next, for a column.
std::string reason_of(const nlohmann::json& run);
/// Empty: for nothing.
std::string what_it_waits_for(const nlohmann::json& run);

/// "212 of 1,050 members that were delivered before (20.1 %)"; empty: it removes none.
std::string removal_figure(const nlohmann::json& run);
/// "1,234 read = 10 invalid + 1,000 added + ...", zeros left out.
std::string counts_equation(const nlohmann::json& counts);
/// "run 41 of spring (Spring campaign)": a title that only repeats the name is not shown.
std::string name_of_run(const nlohmann::json& run);
std::string with_title(const std::string& name, const std::string& title);
/// "audiencectl runs show 41"
/// Of `export_next_run`: that it plans from the segments again, when, and what keeps it from that.
std::string what_follows_an_undo(const nlohmann::json& next);
std::string command_of_run(const nlohmann::json& run, const std::string& verb);

/// "CC Newsletter (1111-2222)": an audience or list by the name that the provider told; by its id alone
/// before.
std::string named_destination(const nlohmann::json& part);

}  // namespace audienced::ctl
