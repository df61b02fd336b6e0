// How the queue stops what is under way: one run, or all of them.
#include "run/queue.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <future>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_queue_stop_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;

TEST_CASE("a queued run that is cancelled ends without a call", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto id = s.queue_run();
    s.request_cancel(id);
    s.serve();
    CHECK(s.wait_for(id).status == Status::cancelled);
    CHECK(s.service.calls.empty());
    CHECK(s.row(id).counts.add_up());
}

TEST_CASE("a held run that is cancelled ends, and what it had planned is gone", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.edit_export([](model::Export& e) { e.hold = true; });
    const auto id = s.queue_run();
    auto& queue = s.serve();
    CHECK(s.wait_for(id).status == Status::held);
    s.request_cancel(id);
    queue.cancel(id);
    s.wait_until([&] { return s.log.has(log::Kind::run_cancelled); });
    s.settle_down();
    const auto run = s.row(id);
    CHECK(run.status == Status::cancelled);
    CHECK(run.counts.read == 3);
    CHECK(run.counts.not_sent == 3);
    CHECK(run.counts.add_up());
    CHECK(s.service.count(CallKind::submit) == 0);
    CHECK(std::filesystem::is_empty(s.env.spool_dir));
}

TEST_CASE("a run that is cancelled before it delivers ends at once, also in the middle of a call",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto id = s.queue_run();
    s.service.hanging = CallKind::pull;
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    s.request_cancel(id);
    queue.cancel(id);
    CHECK(s.wait_for(id).status == Status::cancelled);
    CHECK(s.service.count(CallKind::submit) == 0);
}

TEST_CASE("a run that is cancelled while it reads its source stops reading", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto id = s.queue_run();
    auto& queue = s.serve();
    std::promise<void> reading, cancelled;
    std::uint64_t last_row = 0;
    s.segments.at_row = [&](std::uint64_t row) {
        last_row = row;
        if (row != 2) return;
        reading.set_value();
        cancelled.get_future().wait();
    };
    auto begun = reading.get_future();
    while (begun.wait_for(0s) != std::future_status::ready) s.io.restart(), s.io.poll();
    queue.cancel(id);
    cancelled.set_value();
    CHECK(s.wait_for(id).status == Status::cancelled);
    CHECK(last_row == 2);
    CHECK(s.rejects(id).empty());
    CHECK(s.service.count(CallKind::submit) == 0);
}

TEST_CASE("a cancelled delivery ends with the batch under way settled, unless that waits for long",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto id = s.queue_run();
    s.service.hanging = CallKind::submit;
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    SECTION("its answer is waited for") {
        queue.cancel(id);
        s.settle_down();
        CHECK(queue.under_way() == 1);
        s.service.release();
        const auto run = s.wait_for(id);
        CHECK(run.status == Status::cancelled);
        CHECK(run.counts.added == 2);
        CHECK(s.ledger("ann@example.org"));
    }
    SECTION("the day's budget of calls is not") {
        s.service.observer->waiting_for_quota(s.time.now() + 9h);
        queue.cancel(id);
        const auto run = s.wait_for(id);
        CHECK(run.status == Status::cancelled);
        CHECK(run.counts.added == 0);
        CHECK(run.counts.add_up());
    }
    CHECK(s.service.count(CallKind::submit) == 1);
}

TEST_CASE("the last batch of a run, cut off in a long wait, is not taken for delivered", "[unit][run]") {
    RunBench s;
    s.service.account.list_id = "l1";  // no tag comes after it
    s.rows({three_rows[0], three_rows[1]});
    const auto id = s.queue_run();
    s.service.hanging = CallKind::submit;
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    s.service.observer->waiting_for_quota(s.time.now() + 9h);
    SECTION("cancelled, the run ends so, and says what was not sent") {
        queue.cancel(id);
        const auto run = s.wait_for(id);
        CHECK(run.status == Status::cancelled);
        CHECK(run.counts.not_sent == 2);
        CHECK(run.counts.add_up());
    }
    SECTION("drained, the run goes on at the next start") {
        queue.drain();
        s.stop_serving();
        CHECK(s.row(id).status == Status::delivering);
        s.service.release();
        s.serve();
        const auto run = s.wait_for(id);
        CHECK(run.status == Status::succeeded);
        CHECK(run.counts.added == 2);
    }
}

TEST_CASE("a drained queue starts nothing more, settles the batch under way, and goes on at the next start",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.add_export("daily", "aud2");
    const auto id = s.queue_run();
    s.service.hanging = CallKind::submit;
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    queue.drain();
    const auto later = s.queue_run_of("daily");
    queue.wake();
    s.settle_down();
    CHECK(queue.under_way() == 1);
    s.service.release();
    s.stop_serving();
    CHECK(s.row(id).status == Status::delivering);
    CHECK(s.row(id).counts.added == 2);
    CHECK(s.row(later).status == Status::queued);
    CHECK(s.ledger("ann@example.org"));
    CHECK(s.service.count(CallKind::submit) == 1);

    s.serve();
    const auto run = s.wait_for(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 3);
    CHECK(run.counts.add_up());
    CHECK(s.log.count(log::Kind::run_resumed) == 1);
    CHECK(s.service.of(CallKind::submit)[1].members() == std::vector<std::string>{"cid@example.org"});
    CHECK(s.service.members_of("Buyers").size() == 3);
}

TEST_CASE("a run that is drained before it delivers keeps its row and goes on at the next start",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto id = s.queue_run();
    s.service.hanging = CallKind::pull;
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    queue.drain();
    s.stop_serving();
    CHECK(s.row(id).status == Status::planning);
    CHECK(s.log.count(log::Kind::run_cancelled) == 0);
    s.service.release();
    s.serve();
    CHECK(s.wait_for(id).status == Status::succeeded);
}

TEST_CASE("a drain does not resume a cancelled run", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto id = s.queue_run();
    s.service.hanging = CallKind::submit;
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    s.request_cancel(id);
    queue.cancel(id);
    queue.drain();
    s.service.release();
    s.stop_serving();
    CHECK(s.row(id).status == Status::cancelled);
}

TEST_CASE("abort ends a run in the middle of a batch, and the batch is sent again after the next start",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    const auto id = s.queue_run();
    s.service.hanging = CallKind::submit;
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    queue.drain();
    queue.abort();
    s.stop_serving();
    CHECK(s.row(id).status == Status::delivering);
    REQUIRE(s.unsettled(id).size() == 4);
    CHECK(s.unsettled(id)[0].sends == 1);
    s.service.release();
    s.serve();
    CHECK(s.wait_for(id).status == Status::succeeded);
    CHECK(s.row(id).counts.added == 3);
    CHECK(s.service.of(CallKind::submit)[1].batch.resent);
    CHECK_FALSE(s.service.of(CallKind::submit)[2].batch.resent);
}

TEST_CASE("a call asks its run if it may begin another wait", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.service.hanging = CallKind::submit;
    const auto id = s.queue_run();
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    REQUIRE(s.service.observer);
    CHECK(!s.service.observer->is_stopping());
    s.request_cancel(id);
    queue.cancel(id);  // the batch under way is waited for, but not for another attempt of its call
    CHECK(s.service.observer->is_stopping());
    s.service.hanging.reset();
    s.service.release();
    CHECK(s.wait_for(id).status == Status::cancelled);
}

}  // namespace audienced::unit::run_queue_stop_test
