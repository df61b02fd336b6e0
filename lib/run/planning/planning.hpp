// Source rows -> plan. Blocking; runs on a reader thread.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "model/export.hpp"
#include "model/run.hpp"
#include "model/source.hpp"
#include "plan/diff.hpp"
#include "plan/guards.hpp"
#include "provider/provider.hpp"
#include "run/planning/plan_writer.hpp"
#include "source/source.hpp"
#include "store/store.hpp"
#include "store/suppressions.hpp"
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
    provider::GroupLayout layout;   // bits as the export's ledger uses them
    std::uint64_t lost_groups = 0;  // bits whose group is gone at the provider: it has no members
    model::DestinationKey destination_key;
    SysTime now;
    store::Store* store = nullptr;
    const vault::Vault* vault = nullptr;  // this thread's own
    std::stop_token stop;
};

struct PlanResult {
    model::Counts planned;  // what the plan holds; complete but for what delivery finds
    model::Counts settled;  // the part that needs no call, or had its call before a crash
    plan::Figures figures;
    std::string snapshot;  // for the record
};

/// Reads every segment once and writes the plan. Errors: those of sources (not_ready, source_changed,
/// not_found ...), too_large while reading past max_profiles, cancelled, store_*.
result<PlanResult> make_plan(const PlanInput& input, PlanWriter& writer);

}  // namespace audienced::run
