#include "store/runs.hpp"

#include "state.hpp"
#include "store/retries.hpp"

namespace audienced::unit::store_runs_test {

using namespace audienced;
using namespace audienced::test;
using model::RunStatus;

namespace {

void set_status(State& s, model::RunId id, RunStatus status) {
    auto run = store::get_run(s.db, id).value();
    run.status = status;
    REQUIRE(store::update_run(s.db, run));
}

store::BatchRow batch(model::RunId run, std::int64_t seq) {
    store::BatchRow b;
    b.run = run;
    b.seq = seq;
    b.offset = 1ULL << 40;
    b.bytes = 2;
    b.members = 3;
    b.leavers = 4;
    return b;
}

}  // namespace

TEST_CASE("asking for a run that waits already gives that run, with the stronger options", "[unit][store]") {
    State s;
    auto ask = sample_run();
    ask.options = {false, true, false};
    const auto id = store::queue_run(s.db, ask).value();
    ask.options = {true, true, false};
    ask.requested_by = "bob";
    CHECK(store::queue_run(s.db, ask).value() == id);
    CHECK(store::get_run(s.db, id).value().requested_by == "ann");
    ask.options = {false, false, true};
    ask.requested_by = "eve";
    CHECK(store::queue_run(s.db, ask).value() == id);
    auto run = store::get_run(s.db, id).value();
    CHECK(run.options == model::RunOptions{true, false, true});
    CHECK(run.requested_by == "eve");  // who turned a dry run into a real one
    CHECK(store::queue_run(s.db, sample_run("other")).value() != id);
}

TEST_CASE("one run waits behind the one under way, never two", "[unit][store]") {
    State s;
    const auto first = store::queue_run(s.db, sample_run()).value();
    set_status(s, first, RunStatus::delivering);
    const auto second = store::queue_run(s.db, sample_run()).value();
    CHECK(second != first);
    CHECK(store::queue_run(s.db, sample_run()).value() == second);
    REQUIRE(store::request_cancel(s.db, second));
    const auto third = store::queue_run(s.db, sample_run()).value();  // the cancelled one waits for nothing
    CHECK(third != second);
    auto undo = sample_run();
    undo.trigger = model::Trigger::undo;
    const auto undoing = store::queue_run(s.db, undo).value();
    CHECK(undoing != third);
    CHECK(store::queue_run(s.db, undo).error().code == Errc::wrong_state);
    CHECK(store::queue_run(s.db, sample_run()).value() == third);
    auto open = store::open_runs(s.db).value();
    REQUIRE(open.size() == 4);
    CHECK(open.front().id == first);
    set_status(s, first, RunStatus::succeeded);
    CHECK(store::open_runs(s.db).value().size() == 3);
}

TEST_CASE("a run comes back as it was written", "[unit][store]") {
    State s;
    auto asked = sample_run();
    asked.trigger = model::Trigger::schedule;
    asked.reason = "due";
    auto run = store::get_run(s.db, store::queue_run(s.db, asked).value()).value();
    CHECK(run.trigger == model::Trigger::schedule);
    CHECK(run.status == RunStatus::queued);
    CHECK(run.queued_at == from_unix(5000));
    CHECK(!run.started_at);
    run.status = RunStatus::completed_with_rejects;
    run.reason = "r";
    run.error = "e";
    run.started_at = from_unix(5001);
    run.finished_at = from_unix(5002);
    run.counts = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    run.planned = {13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24};
    run.traffic = {21, 22, 23, 1ULL << 40, 25};
    REQUIRE(store::update_run(s.db, run));
    auto back = store::get_run(s.db, run.id).value();
    CHECK(back.status == run.status);
    CHECK(back.reason == "r");
    CHECK(back.error == "e");
    CHECK(back.started_at == run.started_at);
    CHECK(back.finished_at == run.finished_at);
    CHECK(back.counts == run.counts);
    CHECK(back.planned == run.planned);
    CHECK(back.traffic.requests == 21);
    CHECK(back.traffic.writes == 22);
    CHECK(back.traffic.retries == 23);
    CHECK(back.traffic.bytes_sent == 1ULL << 40);
    CHECK(back.traffic.provider_jobs == 25);
    // A job may outlive its run: what was not sent at its end turns out as delivered.
    REQUIRE(store::add_counts(s.db, run.id, {1, 1, 1, 1, -1, -2, 1, 3, -4, 2, 5}, {1, 2, 3, 4, 5}));
    back = store::get_run(s.db, run.id).value();
    CHECK(back.counts == model::Counts{1, 3, 4, 5, 6, 5, 5, 9, 12, 6, 13, 17});
    CHECK(back.traffic.provider_jobs == 30);
    CHECK(back.traffic.requests == 22);
    CHECK(store::get_run(s.db, 99).error().code == Errc::not_found);
    run.id = 99;
    CHECK(store::update_run(s.db, run).error().code == Errc::not_found);
    CHECK(store::add_counts(s.db, 99, {}, {}).error().code == Errc::not_found);
}

TEST_CASE("the revisions that a plan was made with are kept apart from the run's own progress",
          "[unit][store]") {
    State s;
    auto run = store::get_run(s.db, store::queue_run(s.db, sample_run()).value()).value();
    CHECK(!run.plan_export_revision);
    CHECK(!run.plan_connection_revision);
    REQUIRE(store::store_plan_revisions(s.db, run.id, 7, 8));
    REQUIRE(store::update_run(s.db, run));
    run = store::get_run(s.db, run.id).value();
    CHECK(run.plan_export_revision == 7);
    CHECK(run.plan_connection_revision == 8);
    CHECK(store::store_plan_revisions(s.db, 99, 1, 1).error().code == Errc::not_found);
}

TEST_CASE("a run says when it is tried again, as long as that stands", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    const auto next_try = [&] { return store::get_run(s.db, run).value().next_try; };
    const SysTime due = from_unix(1'772'330'400);
    CHECK(!next_try());
    REQUIRE(store::put_retry(s.db, {"weekly", run, 1, due}));
    CHECK(next_try() == due);
    CHECK(store::list_runs(s.db, "weekly", 1).value().front().next_try == due);
    REQUIRE(store::put_retry(s.db, {"weekly", run + 1, 1, due}));  // another run failed
    CHECK(!next_try());
    REQUIRE(store::put_retry(s.db, {"weekly", run, 1, {}}));  // it is the one that tries again
    CHECK(!next_try());
}

TEST_CASE("every status and trigger survives the database", "[unit][store]") {
    State s;
    const auto id = store::queue_run(s.db, sample_run()).value();
    for (int i = 0; i <= static_cast<int>(RunStatus::cancelled); ++i) {
        set_status(s, id, static_cast<RunStatus>(i));
        CHECK(store::get_run(s.db, id).value().status == static_cast<RunStatus>(i));
        CHECK(store::open_runs(s.db).value().empty() == model::is_final(static_cast<RunStatus>(i)));
    }
}

TEST_CASE("runs are listed newest first", "[unit][store]") {
    State s;
    const auto a = store::queue_run(s.db, sample_run("a")).value();
    const auto b = store::queue_run(s.db, sample_run("b")).value();
    auto all = store::list_runs(s.db, std::nullopt, 10).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == b);
    CHECK(store::list_runs(s.db, std::nullopt, 1).value().size() == 1);
    CHECK(store::list_runs(s.db, "a", 10).value().at(0).id == a);
    CHECK(store::list_runs(s.db, "c", 10).value().empty());
    auto dry = sample_run("a");
    dry.options.dry_run = true;
    set_status(s, a, RunStatus::failed);
    for (int i = 0; i < 3; ++i) set_status(s, store::queue_run(s.db, dry).value(), RunStatus::succeeded);
    CHECK(store::list_runs(s.db, "a", 2).value().at(1).options.dry_run);
    REQUIRE(store::list_real_runs(s.db, "a", 2).value().size() == 1);
    CHECK(store::list_real_runs(s.db, "a", 2).value().at(0).id == a);
}

TEST_CASE("a run's own progress does not overwrite what people said meanwhile", "[unit][store]") {
    State s;
    const auto id = store::queue_run(s.db, sample_run()).value();
    CHECK(store::approve(s.db, id).error().code == Errc::wrong_state);
    auto stale = store::get_run(s.db, id).value();
    stale.status = RunStatus::held;
    REQUIRE(store::update_run(s.db, stale));
    REQUIRE(store::approve(s.db, id));
    REQUIRE(store::request_cancel(s.db, id));
    REQUIRE(store::update_run(s.db, stale));
    CHECK(store::get_run(s.db, id).value().approved);
    CHECK(store::get_run(s.db, id).value().cancel_requested);
    // Planned anew: another plan needs another approval.
    stale.status = RunStatus::planning;
    REQUIRE(store::update_run(s.db, stale));
    stale.status = RunStatus::held;
    REQUIRE(store::update_run(s.db, stale));
    CHECK(!store::get_run(s.db, id).value().approved);
    set_status(s, id, RunStatus::cancelled);
    CHECK(store::request_cancel(s.db, id).error().code == Errc::wrong_state);
    CHECK(store::request_cancel(s.db, 99).error().code == Errc::not_found);
    CHECK(store::approve(s.db, 99).error().code == Errc::not_found);
}

TEST_CASE("a batch goes from planned over sending to settled", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    auto membership = batch(run, 2);
    membership.kind = model::BatchKind::membership;
    membership.group = 63;
    membership.leave_offset = 7;
    membership.leave_bytes = 8;
    membership.known = true;
    membership.plan = 0xFEDCBA9876543210;
    membership.checksum = 0xFEDCBA98;
    REQUIRE(store::insert_batches(s.db, {batch(run, 1), membership, batch(run, 3)}));
    CHECK(store::count_batches(s.db, run).value() == 3);
    auto rows = store::unsettled_batches(s.db, run).value();
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].kind == model::BatchKind::upsert);
    CHECK(rows[0].group == -1);
    CHECK(rows[0].offset == 1ULL << 40);
    CHECK(rows[0].bytes == 2);
    CHECK(rows[0].members == 3);
    CHECK(rows[0].leavers == 4);
    CHECK(rows[0].state == store::BatchRow::State::planned);
    CHECK(rows[1].kind == model::BatchKind::membership);
    CHECK(rows[1].group == 63);
    CHECK((rows[1].leave_offset == 7 && rows[1].leave_bytes == 8));
    CHECK((rows[1].known && !rows[0].known));
    CHECK(rows[1].plan == 0xFEDCBA9876543210);
    CHECK(rows[1].checksum == 0xFEDCBA98);

    REQUIRE(store::mark_sending(s.db, run, {1, 2}));
    REQUIRE(store::mark_sending(s.db, run, {1}));
    rows = store::unsettled_batches(s.db, run).value();
    CHECK(rows[0].state == store::BatchRow::State::sending);
    CHECK(rows[0].sends == 2);
    CHECK(rows[1].state == store::BatchRow::State::sending);
    CHECK(rows[1].sends == 1);
    CHECK(rows[2].state == store::BatchRow::State::planned);
    REQUIRE(store::mark_settled(s.db, run, 1));
    CHECK(store::unsettled_batches(s.db, run).value().size() == 2);
    CHECK(store::count_batches(s.db, run).value() == 3);

    CHECK(store::mark_sending(s.db, run, {3, 99}).error().code == Errc::not_found);
    CHECK(store::unsettled_batches(s.db, run).value()[1].sends == 0);  // all or none
    CHECK(store::mark_settled(s.db, run, 99));  // a call that outlived its batch is settled all the same
    CHECK(store::insert_batches(s.db, {batch(run, 4), batch(run, 1)}).error().code == Errc::wrong_state);
    CHECK(store::count_batches(s.db, run).value() == 3);
    REQUIRE(store::remove_batches(s.db, run));
    CHECK(store::count_batches(s.db, run).value() == 0);
}

}  // namespace audienced::unit::store_runs_test
