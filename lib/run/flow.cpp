// The whole flow on one screen: prepare, pull, plan, guards, deliver, settle, record.
#include "run/flow.hpp"

#include <algorithm>

#include <boost/system/system_error.hpp>

#include "run/delivery/deliver.hpp"
#include "run/delivery/open_intents.hpp"
#include "run/ending.hpp"
#include "run/look/look.hpp"
#include "run/make_missing.hpp"
#include "run/planning/plan_step.hpp"
#include "run/record.hpp"
#include "run/scan_groups.hpp"
#include "run/try_again.hpp"
#include "run/try_ending.hpp"
#include "run/turns.hpp"
#include "run/wait_for_source.hpp"
#include "store/runs.hpp"

namespace audienced::run {
namespace {

using Status = model::RunStatus;
using Batches = std::vector<store::BatchRow>;

/// `delivering`: the plan is stored and its batches may go out; the reason is for the end. Any other status
/// is how the run ends.
awaitable<result<Ending>> plan_and_guard(RunUnderWay& run, Batches& batches) {
    std::string doing = "reads the source";
    if (run.progress.run.options.takes_back()) doing = "reads what is to be taken back";
    auto set = co_await set_status(run.env, run.progress, Status::planning, std::move(doing));
    if (!set) co_return set.error();
    auto plan = co_await make_and_store_plan(run.env, run.prepared->definition, run.prepared->groups,
                                             run.progress, run.control.stop_reading.get_token());
    if (!plan) co_return plan.error();
    using Kind = plan::GuardVerdict::Kind;
    const model::RunOptions& options = run.progress.run.options;
    if (options.dry_run) {
        Ending dry = ending_of_dry_run(plan->verdict);
        if (!plan->note.empty()) dry.reason += "; " + plan->note;
        co_return dry;
    }
    if (plan->verdict.kind == Kind::skip) {
        Ending skipped = ending(Status::skipped, plan->verdict.reason);
        skipped.tried = plan->verdict.tried;
        co_return skipped;
    }
    if (!plan->note.empty() && plan->batches.empty()) co_return ending(Status::succeeded, plan->note);
    if (plan->verdict.kind == Kind::hold) co_return ending(Status::held, plan->verdict.reason);
    batches = std::move(plan->batches);
    co_return ending(Status::delivering, std::move(plan->note));
}

/// A plan that a crash or a hold left is good as long as what it was made with is stored as it was, and every
/// group of it is there.
bool is_good(const RunUnderWay& run) {
    const Prepared& prepared = *run.prepared;
    const model::Run& row = run.progress.run;
    return row.plan_export_revision == prepared.definition.permission.export_revision &&
           row.plan_connection_revision == prepared.definition.permission.connection_revision &&
           prepared.groups.gone.empty();
}

/// Gives the batches of the run's plan that are still open; none when it has none, or when that is dropped.
awaitable<result<Batches>> keep_or_drop_plan(RunUnderWay& run) {
    RunProgress& progress = run.progress;
    if (!has_plan(progress.run)) co_return Batches();
    if (!is_good(run)) {
        if (progress.run.approved)
            co_return make_error(Errc::plan_expired,
                                 "the approved plan expired: the export, its connection or a tag of it was "
                                 "changed since it was shown",
                                 "start another run of " + progress.run.export_name);
        auto dropped = co_await drop_plan(run.env, progress);
        if (!dropped) co_return dropped.error();
        co_return Batches();
    }
    const auto members = [](const model::Counts& c) { return c.added + c.updated + c.removed; };
    progress.events.plan(members(progress.run.planned), members(progress.run.counts));
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::unsettled_batches(db, progress.run.id);
    };
    co_return co_await run.env.store->run(load);
}

/// What is known of the destination before something is sent.
struct Learned {
    SteadyTime looked;           // when the last look began
    bool plan_is_older = false;  // see Delivery
    std::string note;            // StoredPlan::note
};

/// The first calls that write, then the batches.
awaitable<result<void>> deliver_plan(RunUnderWay& run, Batches batches, Learned learned) {
    if (batches.empty()) co_return result<void>{};
    Prepared& prepared = *run.prepared;
    GroupBits known = prepared.groups;
    if (!run.progress.run.options.takes_back()) {  // which neither sends values nor fills what is not there
        auto fields = co_await make_fields(prepared.definition, prepared.missing_fields);
        if (!fields) co_return fields.error();
        auto made = co_await make_groups(run.env, prepared.definition, std::move(known), run.control);
        if (!made) co_return made.error();
        known = std::move(*made);
    }
    auto groups = co_await scan_groups(run.env, prepared.definition, std::move(known));
    if (!groups) co_return groups.error();
    Delivery delivery{run.env,      prepared.definition, *groups,
                      run.progress, run.control,         learned.plan_is_older};
    auto delivered = co_await deliver(delivery, std::move(batches), learned.looked);
    if (!delivered) co_return delivered;
    co_return co_await last_look(delivery);
}

/// What is open at the destination is settled, then it is looked at: only then something is decided. Days may
/// lie between a plan and its delivery, so this comes before either.
awaitable<result<SteadyTime>> learn_destination(RunUnderWay& run) {
    const Prepared& prepared = *run.prepared;
    Delivery delivery{run.env, prepared.definition, prepared.groups, run.progress, run.control};
    auto settled = co_await settle_open_intents(delivery);
    if (!settled) co_return settled.error();
    co_return co_await look(run.env, prepared.definition, run.progress.run.id, LookKind::everything);
}

/// Waits until no other run works at the destination.
awaitable<result<Turns::Turn>> take_turn(RunUnderWay& run) {
    Turns* const turns = run.env.turns;
    if (!turns) co_return Turns::Turn();
    const model::Run& row = run.progress.run;
    RunEventLog& events = run.progress.events;
    const Turns::WaitsFor say = [&events](const std::string& name) {
        const std::string works = ", which works at the same destination";
        if (name.empty())
            events.waiting({});
        else
            events.waiting("another run" + works, name + works);
    };
    const std::string name = "run " + std::to_string(row.id) + " of " + row.export_name;
    auto turn = co_await turns->take(run.destination_key, name, say);
    if (!turn) co_return turn.error();
    if (auto allowed = run.control.may_go_on(); !allowed) co_return allowed.error();
    co_return std::move(turn);
}

/// Reads the source while other runs may work at the destination, and learns what they changed there. As
/// plan_and_guard().
awaitable<result<Ending>> plan_between_turns(RunUnderWay& run, Turns::Turn& turn, Batches& batches,
                                             Learned& learned) {
    // What was done is read in moments, and nothing else may be done meanwhile.
    if (run.progress.run.options.takes_back()) co_return co_await plan_and_guard(run, batches);
    const std::uint64_t before = turn.number();
    turn.give_back();
    auto planned = co_await plan_and_guard(run, batches);
    if (!planned || planned->status != Status::delivering) co_return planned;
    auto next = co_await take_turn(run);
    if (!next) co_return next.error();
    turn = std::move(*next);
    learned.plan_is_older = run.env.turns && turn.number() != before + 1;
    if (!learned.plan_is_older) co_return planned;
    auto looked = co_await learn_destination(run);
    if (!looked) co_return looked.error();
    learned.looked = *looked;
    co_return planned;
}

/// To look at the destination takes minutes where much changed there: people see that the run works.
awaitable<result<void>> begin(RunUnderWay& run) {
    if (run.progress.run.status != Status::queued) co_return result<void>{};
    co_return co_await set_status(run.env, run.progress, Status::planning,
                                  "looks at what changed at the destination");
}

awaitable<result<Ending>> flow(RunUnderWay& run) {
    RunProgress& progress = run.progress;
    if (auto allowed = run.control.may_go_on(); !allowed) co_return allowed.error();
    auto turn = co_await take_turn(run);
    if (!turn) co_return turn.error();
    if (auto begun = co_await begin(run); !begun) co_return begun.error();
    auto prepared = co_await prepare(run.env, progress.run.export_name, &progress, &run.control);
    if (!prepared) co_return prepared.error();
    run.prepared = std::move(*prepared);
    auto looked = co_await learn_destination(run);
    if (!looked) co_return looked.error();
    auto batches = co_await keep_or_drop_plan(run);
    if (!batches) co_return batches.error();
    Learned learned{*looked, has_plan(progress.run), {}};
    if (!has_plan(progress.run)) {
        auto planned = co_await plan_between_turns(run, *turn, *batches, learned);
        if (!planned) co_return planned.error();
        if (planned->status != Status::delivering) co_return planned;
        learned.note = std::move(planned->reason);
    }
    auto set = co_await set_status(run.env, progress, Status::delivering, "delivering");
    if (!set) co_return set.error();
    auto delivered = co_await deliver_plan(run, std::move(*batches), learned);
    if (!delivered) co_return delivered.error();
    set = co_await set_status(run.env, progress, Status::settling, "settling");
    if (!set) co_return set.error();
    if (auto counts = co_await final_counts(run.env, progress); !counts) co_return counts.error();
    Ending ended = ending_of(progress.run);
    if (!learned.note.empty()) ended.reason += (ended.reason.empty() ? "" : "; ") + learned.note;
    if (!progress.run.options.only_member) co_return ended;
    co_return co_await ending_of_try(run.env, run.prepared->definition, progress.run, std::move(ended));
}

Error bug(RunUnderWay& run, const std::exception& e) {
    run.env.log->write(log::internal_error("run " + std::to_string(run.progress.run.id), e.what()));
    return make_error(Errc::bug, std::string("a bug: ") + e.what(),
                      "please report it; the next run goes on from the ledger");
}

constexpr int most_edits = 3;  // during one run

/// The spool is a cache: when it is lost, the rest is planned anew under the same run. So it is when the
/// export was edited meanwhile, unless a person approved the plan that is none any more.
awaitable<result<Ending>> flow_with_replan(RunUnderWay& run) {
    for (int losses = 0, edits = 0;;) {
        auto ended = co_await flow(run);
        if (ended) co_return ended;
        const Errc why = ended.error().code;
        const bool lost = why == Errc::not_ready && has_plan(run.progress.run);
        const bool expired = (why == Errc::plan_expired || run.control.must_plan_anew()) &&
                             run.control.stop_reason != StopReason::cancelled && !run.progress.run.approved;
        if (!(lost && ++losses == 1) && !(expired && ++edits <= most_edits + run.control.forgets))
            co_return ended;
        run.control.begin_anew();
        if (auto dropped = co_await drop_plan(run.env, run.progress); !dropped) co_return dropped.error();
    }
}

/// A scheduled run may come before its data: then all of it begins again, since opt-outs may have changed
/// while it waited.
awaitable<result<Ending>> flow_when_ready(RunUnderWay& run) {
    for (;;) {
        auto ended = co_await flow_with_replan(run);
        if (ended || ended.error().code != Errc::not_ready || has_plan(run.progress.run)) co_return ended;
        Error why = ended.error();
        std::vector<std::string> segments;
        if (run.prepared) segments = run.prepared->definition.settings.segments;
        auto waited = co_await wait_for_source(run.env, run.progress, std::move(segments), std::move(why));
        if (!waited) co_return waited.error();
    }
}

}  // namespace

awaitable<void> carry_out(RunUnderWay& run) {
    result<Ending> end = make_error(Errc::cancelled, "cancelled");
    try {
        end = co_await flow_when_ready(run);
    } catch (const boost::system::system_error& e) {
        // A cancelled coroutine is told so by this exception at its next step.
        if (e.code() != boost::asio::error::operation_aborted) end = bug(run, e);
    } catch (const std::exception& e) {
        end = bug(run, e);
    }
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    // What took the permission back says more than that the run was cut off by it.
    if (!end && run.control.stop_reason == StopReason::revoked)
        if (auto allowed = run.control.may_go_on(); !allowed) end = allowed.error();
    RunProgress& progress = run.progress;
    Ending last = end ? std::move(*end) : ending_of(run.control.stop_reason, end.error());
    if (end && last.status == Status::held) {
        auto held = co_await set_held(run.env, progress, std::move(last.reason));
        progress.recorded = held.has_value();
    } else if (run.control.stop_reason != StopReason::shutdown) {
        co_await record(run.env, progress, std::move(last));
    }
    progress.events.end();
}

}  // namespace audienced::run
