#include "run/queue.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <future>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_queue_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using Status = model::RunStatus;

TEST_CASE("the queue takes queued runs as they come, and one after the other works at a destination",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.add_export("daily", "aud1");
    auto& queue = s.serve();
    s.settle_down();
    CHECK(s.log.count(log::Kind::run_started) == 0);

    const auto first = s.queue_run_of("weekly");
    s.service.hanging = CallKind::submit;
    queue.wake();
    s.wait_until([&] { return s.service.waiting() == 1; });
    const auto second = s.queue_run_of("daily");
    queue.wake();
    s.settle_down();
    CHECK(queue.under_way() == 2);
    CHECK(s.service.count(CallKind::check_destination) == 1);
    REQUIRE(queue.events(second));
    CHECK(queue.events(second)->progress().waiting_in_full ==
          "run 1 of weekly, which works at the same destination");
    CHECK(s.row(second).status == Status::queued);
    s.service.release();
    CHECK(s.wait_for(second).status == Status::succeeded);
    CHECK(s.row(first).status == Status::succeeded);
    CHECK(queue.events(first));  // for followers, a while
    CHECK_FALSE(queue.events(999));
    CHECK(queue.under_way() == 0);
}

// A waiting run had been read by then, and stayed the dry run that it was.
TEST_CASE("what a run is asked to do beside, while it waits for its turn, is done", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.add_export("daily", "aud1");
    s.service.hanging = CallKind::submit;
    s.queue_run_of("daily");
    auto& queue = s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    model::RunOptions dry;
    dry.dry_run = true;
    const auto waiting = s.queue_run(dry);
    queue.wake();
    s.settle_down();
    REQUIRE(queue.under_way() == 2);
    REQUIRE(s.queue_run() == waiting);
    s.service.release();
    const model::Run ended = s.wait_for(waiting);
    CHECK_FALSE(ended.options.dry_run);
    CHECK(ended.reason.empty());
    CHECK(s.ledger(three_addresses[0]));
}

TEST_CASE("two destinations are fed at the same time, as far as the queue's limit allows", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.add_export("daily", "aud2");
    const auto first = s.queue_run_of("weekly"), second = s.queue_run_of("daily");
    s.service.hanging = CallKind::check_destination;
    SECTION("both, and each of them is planning from its first call on") {
        s.serve();
        s.wait_until([&] { return s.service.waiting() == 2; });
        for (const auto id : {first, second}) {
            CHECK(s.row(id).status == Status::planning);
            CHECK(s.row(id).started_at.has_value());
        }
    }
    SECTION("one") {
        s.serve(1);
        s.wait_until([&] { return s.service.waiting() == 1; });
        s.settle_down();
        CHECK(s.log.count(log::Kind::run_started) == 1);
    }
    s.service.release();
    CHECK(s.wait_for(second).status == Status::failed);  // there is no aud2
    CHECK(s.wait_for(first).status == Status::succeeded);
}

TEST_CASE("two connections to one account feed one destination one after the other", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.in_store([](store::Database& db, const vault::Vault& vault) -> result<bool> {
        if (!store::add_connection(db, vault, sample_connection("twin"), {})) return false;
        model::Export e = store::get_export(db, "weekly").value();
        e.name = "daily";
        e.connection = "twin";
        return store::add_export(db, e).has_value();
    });
    s.queue_run_of("weekly");
    s.queue_run_of("daily");
    s.service.hanging = CallKind::submit;
    s.serve();
    s.wait_until([&] { return s.service.waiting() == 1; });
    s.settle_down();
    CHECK(s.service.count(CallKind::submit) == 1);
}

TEST_CASE(
    "a run whose source hangs keeps no other run of its destination waiting, and then learns what that "
    "changed",
    "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.add_export("daily", "aud1");
    std::promise<void> reading, go_on;
    auto begun = reading.get_future();
    std::atomic<int> reads = 0;
    s.segments.before_read = [&](const std::string&) -> result<void> {
        if (++reads == 1) {
            reading.set_value();
            go_on.get_future().wait();
        }
        return {};
    };
    const auto slow = s.queue_run_of("weekly");
    auto& queue = s.serve();
    while (begun.wait_for(0s) != std::future_status::ready) s.io.restart(), s.io.poll();
    const auto quick = s.queue_run_of("daily");
    queue.wake();
    s.wait_until([&] { return model::is_final(s.row(quick).status); });  // wait_for() waits for readers too
    CHECK(s.row(quick).status == Status::succeeded);
    CHECK(s.row(slow).status == Status::planning);
    // Planned as a newcomer; a contact now that unsubscribes before the slow run delivers.
    const std::string leaver = three_rows[0][0];
    REQUIRE(s.service.has(leaver));
    s.service.contact(leaver).state = provider::ContactStatus::State::unsubscribed;
    const std::size_t pulls = s.service.count(CallKind::pull);
    go_on.set_value();
    const model::Run ended = s.wait_for(slow);
    CHECK(ended.status == Status::succeeded);
    CHECK(ended.counts.suppressed == 1);
    CHECK(ended.counts.added == three_rows.size() - 1);
    CHECK(s.service.count(CallKind::pull) > pulls);
    CHECK(s.service.contact(leaver).state == provider::ContactStatus::State::unsubscribed);
}

TEST_CASE("a run whose end could not be stored is left alone for half a minute, then taken up again",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    s.refuse_writes("BEFORE UPDATE ON runs WHEN NEW.finished_at IS NOT NULL");
    const auto id = s.queue_run();
    s.serve();
    s.wait_until([&] { return s.log.has(log::Kind::store_trouble); });
    s.settle_down();
    CHECK(s.row(id).status == Status::settling);
    CHECK(s.log.count(log::Kind::run_resumed) == 0);
    s.allow_writes();
    const SysTime failed = s.time.now();
    const auto run = s.wait_for(id);
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.added == 3);
    CHECK(s.time.now() - failed == 30s);
    CHECK(s.log.count(log::Kind::run_resumed) == 1);
}

TEST_CASE("spools of runs that are over are removed at the first look, those of open runs are kept",
          "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    model::RunOptions hold;
    hold.hold = true;
    const auto id = s.queue_run(hold);
    REQUIRE(s.carry_out(id).status == Status::held);
    REQUIRE(std::filesystem::exists(s.spool_file(id, "upsert")));
    s.dir->write("state/spool/run-777.upsert", "stray");
    s.serve();
    s.settle_down();
    CHECK(std::filesystem::exists(s.spool_file(id, "upsert")));
    CHECK_FALSE(std::filesystem::exists(s.spool_file(777, "upsert")));
}

TEST_CASE("a store that cannot be read is reported, and the queue goes on when it can", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    auto& queue = s.serve();
    s.settle_down();
    s.execute("ALTER TABLE runs RENAME TO lost");
    queue.wake();
    s.settle_down();
    CHECK(s.log.count(log::Kind::store_trouble) == 1);
    s.execute("ALTER TABLE lost RENAME TO runs");
    const auto id = s.queue_run();
    queue.wake();
    CHECK(s.wait_for(id).status == Status::succeeded);
}

TEST_CASE("followers find the last runs that ended, and no older ones", "[unit][run]") {
    RunBench s;
    s.rows(three_rows);
    auto& queue = s.serve();
    std::vector<model::RunId> ids;
    for (int i = 0; i < 17; ++i) {
        ids.push_back(s.queue_run());
        queue.wake();
        REQUIRE(s.wait_for(ids.back()).status == Status::succeeded);
    }
    CHECK_FALSE(queue.events(ids.front()));
    CHECK(queue.events(ids[1]));
    CHECK(queue.events(ids.back())->progress().status == Status::succeeded);
}

}  // namespace audienced::unit::run_queue_test
