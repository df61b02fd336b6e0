// Source rows -> plan. Blocking; runs on a reader thread.
#pragma once

#include <deque>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "model/export.hpp"
#include "model/planned_part.hpp"
#include "model/run.hpp"
#include "model/source.hpp"
#include "plan/diff.hpp"
#include "plan/guards.hpp"
#include "plan/put_off.hpp"
#include "provider/provider.hpp"
#include "run/groups.hpp"
#include "run/look/seen_contacts.hpp"
#include "run/planning/plan_writer.hpp"
#include "source/source.hpp"
#include "store/people.hpp"
#include "store/store.hpp"
#include "vault/vault.hpp"

namespace audienced::run {

struct OpenSegment {
    model::Segment segment;
    source::Source* source = nullptr;
};

struct PlanInput {
    model::Export definition;
    model::ExportId export_id;
    model::RunId run = 0;
    model::RunOptions options;
    std::vector<OpenSegment> segments;
    GroupBits groups;
    std::vector<std::string> wire_fields;  // see RunDefinition
    std::vector<std::string> field_ids;    // see RunDefinition
    const provider::ValueRules* rules = nullptr;
    model::DestinationId destination;
    SeenContacts seen;  // beside what is remembered
    model::ExportSlots slots;
    SysTime now;
    store::Store* store = nullptr;
    const vault::Vault* vault = nullptr;  // this thread's own
    std::stop_token stop;
};

/// What a plan shows of persons that have a key, sorted.
struct PeopleMet {
    std::deque<store::Person> seen;   // new ones, and those with an address that was not delivered yet
    std::deque<store::Person> moved;  // whose new address was delivered
};

struct PlanResult {
    model::Counts planned;  // what the plan holds; complete but for what delivery finds
    model::Counts settled;  // the part that needs no call, or had its call before a crash
    plan::Figures figures;
    plan::PutOff put_off;
    std::uint64_t nameless = 0;  // rows that cannot be read and show no address
    PeopleMet people;
    std::string snapshot;  // for the record
    std::string note;      // what a plan that takes back left out as a whole, and why; for the run's reason
    /// What people judge the plan by; `leavers` has the first ones. Empty where a segment was far too large.
    std::vector<model::PlannedPart> parts;
    std::vector<model::PlannedLeaver> leavers;
};

/// Reads every segment once and writes the plan. Errors: those of sources (not_ready, source_changed,
/// not_found ...), too_large while reading past max_profiles, cancelled, store_*.
result<PlanResult> make_plan(const PlanInput& input, PlanWriter& writer);

}  // namespace audienced::run
