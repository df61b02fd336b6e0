// /v1/runs: starting and looking. Approving, cancelling, retrying: run_control.cpp.
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/run_facts.hpp"
#include "control/handlers/run_plan.hpp"
#include "control/handlers/run_stream.hpp"
#include "control/handlers/runnable.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "source/registry.hpp"
#include "store/definitions.hpp"
#include "store/intents.hpp"
#include "store/rejects.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

awaitable<result<Reply>> start(Context& context, Request request) {
    Fields fields(request.body);
    const auto names = fields.names("exports");
    model::Run wanted;
    wanted.options.full = fields.flag_or("full", false);
    wanted.options.dry_run = fields.flag_or("dry_run", false);
    wanted.options.hold = fields.flag_or("hold", false);
    if (auto good = fields.finish(); !good) co_return good.error();
    wanted.trigger = model::Trigger::on_demand;
    wanted.queued_at = context.time->now();
    wanted.requested_by = request.caller.peer.user;
    std::vector<model::RunId> ids;
    // All of them or none: the first that may not run refuses the request.
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        json runs = json::array();
        for (const auto& name : names)
            if (auto good = check_runnable(db, request.caller, name); !good) return good.error();
        for (const auto& name : names) {
            wanted.export_name = name;
            auto id = store::queue_run(db, wanted);
            if (!id) return id.error();
            ids.push_back(*id);
            json one;
            one["id"] = *id;
            one["export"] = name;
            runs.push_back(std::move(one));
        }
        json out;
        out["runs"] = std::move(runs);
        audit.after = print(out);
        return out;
    };
    const std::string object = names.size() == 1 ? names.front() : std::to_string(names.size()) + " exports";
    auto out = co_await change(context, request.caller, "run", object, std::move(write));
    if (!out) co_return out.error();
    for (const auto id : ids) context.live->run_queued(id);
    co_return json_reply(*out, 202);
}

result<void> read_surroundings(store::Database& db, FactsByExport& facts, std::vector<model::Run>& open) {
    auto of_exports = read_export_facts(db);
    if (!of_exports) return of_exports.error();
    facts = std::move(*of_exports);
    auto runs = store::open_runs(db);
    if (!runs) return runs.error();
    open = std::move(*runs);
    return {};
}

awaitable<result<Reply>> list_runs(Context& context, Request request) {
    const auto limit = query_number(request, "limit", 20, 1, 1000);
    if (!limit) co_return limit.error();
    std::optional<std::string> of;
    if (request.has("export")) of = request.query.at("export");
    FactsByExport facts;
    std::vector<model::Run> open;
    auto read = [&](store::Database& db, const vault::Vault&) -> result<std::vector<model::Run>> {
        if (auto got = read_surroundings(db, facts, open); !got) return got.error();
        return visible_runs(db, request.caller, of, *limit);
    };
    auto runs = co_await look_up(context, std::move(read));
    if (!runs) co_return runs.error();
    json out = json::array();
    for (const auto& run : *runs) {
        json one = json_of(as_seen(request.caller, run));
        add_export_facts(one, run, facts);
        add_progress(one, run, open, *context.live, request.caller);
        out.push_back(std::move(one));
    }
    co_return json_reply(out);
}

/// To a viewer the words that may quote a value are those of the code.
json seen_by(const Caller& caller, store::RejectKind kind) {
    json out = seen(caller, Thing::reject_kind, json_of(kind));
    if (out.contains("words")) return out;
    kind.detail.clear();
    out["words"] = json_of(kind)["words"];
    return out;
}

json seen_by(const Caller& caller, const store::Reject& reject, bool by_line) {
    json out = seen(caller, Thing::reject, json_of(reject, by_line));
    if (!out.contains("detail")) out["detail"] = nullptr;
    return out;
}

/// Calls of the run whose outcome is not known, and the members in them.
result<json> open_calls_of(store::Database& db, model::RunId run) {
    auto intents = store::list_all_intents(db);
    if (!intents) return intents.error();
    std::uint64_t calls = 0, jobs = 0, members = 0;
    for (const store::Intent& intent : *intents) {
        if (intent.run != run) continue;
        ++calls;
        jobs += intent.ticket.empty() ? 0 : 1;
        members += intent.rows;
    }
    json out;
    out["calls"] = calls;
    out["jobs"] = jobs;
    out["members"] = members;
    return out;
}

awaitable<result<Reply>> show_run(Context& context, Request request) {
    const auto id = run_argument(request);
    if (!id) co_return id.error();
    std::vector<store::RejectKind> kinds;
    json plan, undo, open_calls;
    FactsByExport facts;
    std::vector<model::Run> open;
    const SysTime now = context.time->now();
    auto read = [&](store::Database& db, const vault::Vault& vault) -> result<model::Run> {
        auto run = visible_run(db, request.caller, *id);
        if (!run) return run;
        auto listed = store::list_reject_kinds(db, *id);
        if (!listed) return listed.error();
        kinds = std::move(*listed);
        auto planned = plan_of(db, vault, request.caller, *run, now);
        if (!planned) return planned.error();
        plan = std::move(*planned);
        if (auto got = read_surroundings(db, facts, open); !got) return got.error();
        auto known = read_undo_facts(db, *run, now);
        if (!known) return known.error();
        undo = std::move(*known);
        auto calls = open_calls_of(db, *id);
        if (!calls) return calls.error();
        open_calls = std::move(*calls);
        return run;
    };
    auto run = co_await look_up(context, std::move(read));
    if (!run) co_return run.error();
    json out = json_of(as_seen(request.caller, *run));
    out.update(undo);
    out["open_calls"] = std::move(open_calls);
    out["rejects"] = json::array();
    for (const store::RejectKind& kind : kinds) out["rejects"].push_back(seen_by(request.caller, kind));
    out.update(plan);
    add_export_facts(out, *run, facts);
    add_progress(out, *run, open, *context.live, request.caller);
    co_return json_reply(out);
}

/// The segments whose rows are told by their line, of those that are still there.
result<std::set<std::string>> segments_by_line(store::Database& db) {
    std::set<std::string> out;
    auto segments = store::list_segments(db);
    if (!segments) return segments.error();
    for (const auto& segment : *segments) {
        auto source = store::get_source(db, segment.source);
        if (!source) return source.error();
        const source::Kind* kind = source::find_kind(source->kind);
        if (kind && kind->rows_are_lines && kind->rows_are_lines(*source, segment)) out.insert(segment.name);
    }
    return out;
}

awaitable<result<Reply>> rejects(Context& context, Request request) {
    const auto id = run_argument(request);
    if (!id) co_return id.error();
    const auto limit = query_number(request, "limit", 1'000, 1, 10'000);
    if (!limit) co_return limit.error();
    const auto after = query_number(request, "after", 0, 0, std::uint64_t{1} << 62);
    if (!after) co_return after.error();
    std::vector<store::RejectKind> kinds;
    std::set<std::string> by_line;
    auto read = [&](store::Database& db, const vault::Vault&) -> result<std::vector<store::Reject>> {
        if (auto run = visible_run(db, request.caller, *id); !run) return run.error();
        auto listed = store::list_reject_kinds(db, *id);
        if (!listed) return listed.error();
        kinds = std::move(*listed);
        auto numbered = segments_by_line(db);
        if (!numbered) return numbered.error();
        by_line = std::move(*numbered);
        return store::list_rejects(db, *id, *limit, static_cast<std::int64_t>(*after));
    };
    auto found = co_await look_up(context, std::move(read));
    if (!found) co_return found.error();
    json out = json::array();
    for (const auto& reject : *found)
        out.push_back(seen_by(request.caller, reject, by_line.contains(reject.segment)));
    // The last page ends with what has no row of its own.
    if (found->size() < *limit)
        for (const auto& kind : kinds)
            if (kind.count > kind.kept) out.push_back(rest_of(kind, *id));
    co_return json_reply(out);
}

awaitable<result<Reply>> events(Context& context, Request request) {
    const auto id = run_argument(request);
    if (!id) co_return id.error();
    const auto after = query_number(request, "after", 0, 0, std::uint64_t{1} << 62);
    if (!after) co_return after.error();
    auto read = [&](store::Database& db, const vault::Vault&) {
        return visible_run(db, request.caller, *id);
    };
    auto run = co_await look_up(context, std::move(read));
    if (!run) co_return run.error();
    Reply reply;
    reply.content_type = "application/x-ndjson";
    reply.stream = make_run_stream(context, request.caller, *id, *after);
    co_return reply;
}

}  // namespace

std::vector<Route> run_routes() {
    return {{"GET", "/v1/runs", Action::see_runs, list_runs},
            {"POST", "/v1/runs", Action::run_exports, start},
            {"GET", "/v1/runs/{}", Action::see_runs, show_run},
            {"GET", "/v1/runs/{}/rejects", Action::see_rejects, rejects},
            {"GET", "/v1/runs/{}/events", Action::see_runs, events}};
}

}  // namespace audienced::control
