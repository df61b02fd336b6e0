// What the provider holds against what is remembered: the answer of `export verify`.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "model/provider_time.hpp"
#include "model/run.hpp"

namespace audienced::inspect {

/// How the provider and the memory differ about one member.
enum class Drift {
    missing,          // remembered as put into the group by audienced; not in it there
    extra,            // in the group there; nothing is known of that here
    extra_former,     // in the group there; remembered as taken out or never put in
    opted_out_there,  // must not be mailed there; no opt-out is known here
    mailable_there,   // may be mailed there, or is on the list; an opt-out is known here
    address_changed,  // the contact has another address there than is known here
    group_gone,       // the tag or list is not there any more
    value,            // a value there is not the one that was sent
    forgotten,        // in the group there, and erased here on request: told, and no difference
};
constexpr int drift_kinds = 9;
const char* to_string(Drift) noexcept;
/// "not in the tag or list there, though audienced put them in"
std::string words_of(Drift);

struct Difference {
    Drift kind = Drift::missing;
    std::string group;    // title; empty for values
    std::string address;  // in clear: what shows it masks it; may be empty
    MemberHash member;
    std::string detail;  // a sentence; may be empty
};

struct GroupReport {
    std::string title;
    bool is_list = false, is_made = true, is_gone = false;
    std::uint64_t listed = 0;  // contacts that the provider shows in it
    std::uint64_t ours = 0;    // of them those that audienced put there
    std::uint64_t others = 0;  // of them those that are known to be there by others
    std::uint64_t away = 0;  // put there by audienced, not shown, and known to have opted out: no difference
    std::uint64_t unclear = 0;  // a call had no known outcome
};

struct ValueReport {
    std::uint64_t asked = 0;  // contacts that were read
    std::uint64_t same = 0;
    std::uint64_t not_compared =
        0;  // since the source has other values by now, or the contact could not be read
    std::vector<std::pair<std::string, std::uint64_t>> fields;  // that differ, and in how many
    std::string problem;                                        // why no more could be compared
};

struct DriftReport {
    std::uint64_t count = 0;
    std::vector<Difference> examples;
};

struct Verification {
    std::vector<GroupReport> groups;
    DriftReport drifts[drift_kinds];  // by kind
    ValueReport values;
    /// Runs that changed something at the destination meanwhile, or were about to: what they did may show as
    /// a difference.
    std::vector<model::RunId> runs_meanwhile;
    std::uint64_t delivered = 0;  // members that the export delivered

    const DriftReport& of(Drift kind) const { return drifts[static_cast<int>(kind)]; }
    DriftReport& of(Drift kind) { return drifts[static_cast<int>(kind)]; }
    std::uint64_t total() const;  // differences
    bool has_list() const;
};

/// What mends it: a command, or why none is needed. `export_name` for the command.
std::string mend_for(Drift, bool is_list, const std::string& export_name);

}  // namespace audienced::inspect
