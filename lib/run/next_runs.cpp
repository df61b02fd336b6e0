#include "run/next_runs.hpp"

#include <algorithm>

#include "model/destination_key.hpp"
#include "store/audit.hpp"
#include "store/definitions.hpp"
#include "store/held_runs.hpp"
#include "store/runs.hpp"

namespace audienced::run {
namespace {

Candidate candidate_of(store::Database& db, model::Run run) {
    Candidate c;
    auto definition = store::get_export(db, run.export_name);
    if (definition) {
        c.connection = definition->connection;
        // By account, not by connection: two connections to one account share its destinations.
        auto connection = store::get_connection(db, definition->connection);
        c.destination_key =
            connection && !connection->account_id.empty()
                ? model::destination_key(*connection, *definition)
                : model::DestinationKey(definition->connection + "/" + definition->destination);
    }
    c.run = std::move(run);
    return c;
}

void take_out(std::vector<model::Run>& open, const std::vector<model::Run>& ended) {
    std::erase_if(open, [&](const model::Run& run) {
        return std::any_of(ended.begin(), ended.end(), [&](const model::Run& e) { return e.id == run.id; });
    });
}

std::vector<model::Run> held_and_idle(const std::vector<model::Run>& open, const UnderWay& now) {
    std::vector<model::Run> held;
    for (const model::Run& run : open)
        if (run.status == model::RunStatus::held && !run.cancel_requested && !now.runs.contains(run.id))
            held.push_back(run);
    return held;
}

bool replaces_a_held_run(const model::Run& run) {
    return run.status == model::RunStatus::queued && !run.cancel_requested && model::is_whole(run.options);
}

result<void> expire_replaced(store::Database& db, NextRuns& out, SysTime at) {
    for (const Candidate& c : out.start) {
        if (!replaces_a_held_run(c.run)) continue;
        const std::string id = std::to_string(c.run.id);
        const std::string why =
            "run " + id + " of the export began, and plans anew; look at it: audiencectl runs show " + id;
        auto ended = store::expire_held_runs(db, c.run.export_name, why, at);
        if (!ended) return ended.error();
        out.expired.insert(out.expired.end(), ended->begin(), ended->end());
    }
    return {};
}

void pick(store::Database& db, std::vector<model::Run> open, const UnderWay& now, NextRuns& out) {
    std::vector<Candidate> candidates;
    for (model::Run& run : open) candidates.push_back(candidate_of(db, std::move(run)));
    for (const std::size_t i : pick_runs(candidates, now)) out.start.push_back(std::move(candidates[i]));
}

}  // namespace

result<NextRuns> find_next_runs(store::Database& db, const vault::Vault& vault, const UnderWay& now,
                                bool may_start, SysTime at) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto open = store::open_runs(db);
    if (!open) return open.error();
    NextRuns out;
    for (const model::Run& run : *open) out.open.push_back(run.id);
    auto ended = store::expire_stale_runs(db, held_and_idle(*open, now), at);
    if (!ended) return ended.error();
    out.expired = std::move(*ended);
    take_out(*open, out.expired);
    if (may_start) {
        pick(db, std::move(*open), now, out);
        if (auto done = expire_replaced(db, out, at); !done) return done.error();
    }
    for (const model::Run& run : out.expired) {
        std::erase(out.open, run.id);
        auto noted = store::add_own_audit(
            db, vault, at, "held plan expired", "run " + std::to_string(run.id), "{\"status\":\"held\"}",
            store::audit_json(
                {{"status", "cancelled"}, {"export", run.export_name}, {"reason", run.reason}}));
        if (!noted) return noted.error();
    }
    if (auto committed = transaction->commit(); !committed) return committed.error();
    return out;
}

}  // namespace audienced::run
