#include "run/delivery/load_batch.hpp"

#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_delivery_load_batch_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("what changed since the plan decides what of a batch is sent", "[unit][run]") {
    RunBench bench;
    bench.service.limits.members_per_upsert = 10;
    bench.service.limits.members_per_membership = 10;
    bench.rows(three_rows);
    bench.run_once();
    bench.time.advance(1h);
    bench.rows({three_rows[0]});
    const std::string since = GENERATE("nothing", "opted out", "archived", "others gave it");
    // The removal of bob and cid is planned; what happens meanwhile to bob is known before it goes out.
    bench.segments.before_read = [&](const std::string&) -> result<void> {
        bench.segments.before_read = {};
        if (since == "opted out") bench.put_opt_out("bob@example.org", "unsubscribed");
        return {};
    };
    model::RunOptions hold;
    hold.hold = true;
    const auto id = bench.queue_run(hold);
    REQUIRE(bench.carry_out(id).status == model::RunStatus::held);
    bench.time.advance(1h);
    if (since == "archived")
        bench.service.contact("bob@example.org").state = provider::ContactStatus::State::archived;
    if (since == "others gave it") bench.execute("UPDATE memberships SET state = 3, holders = 0");
    bench.approve(id);
    const auto run = bench.carry_out(id);
    const auto leavers = bench.service.of(CallKind::submit).back().leavers();
    CAPTURE(since);
    if (since == "nothing" || since == "opted out")
        CHECK(leavers == std::vector<std::string>{"bob@example.org", "cid@example.org"});
    if (since == "archived") CHECK(leavers == std::vector<std::string>{"cid@example.org"});
    if (since == "others gave it") CHECK(bench.service.members_of("Buyers") == three_addresses);
    CHECK(run.counts.add_up());
}

TEST_CASE("a newcomer who turns out to be a contact that moved here is left to the next run", "[unit][run]") {
    RunBench bench;
    bench.service.limits.members_per_upsert = 10;
    bench.service.account.list_id = "l1";
    bench.rows(three_rows);
    bench.run_once();
    bench.time.advance(1h);
    // The source has bob's new address before the provider shows it; or it is planned so.
    bench.rows({three_rows[0], {"robert@example.org", "Robert"}, three_rows[2]});
    model::RunOptions hold;
    hold.hold = true;
    const auto id = bench.queue_run(hold);
    REQUIRE(bench.carry_out(id).status == model::RunStatus::held);
    bench.service.rename("bob@example.org", "robert@example.org");
    const bool left = GENERATE(true, false);
    if (left) bench.service.contact("robert@example.org").groups.erase("l1");
    bench.time.advance(1h);
    bench.approve(id);
    const auto run = bench.carry_out(id);
    CHECK(run.counts.suppressed == 1);
    CHECK(run.counts.add_up());
    // Were it sent as a newcomer, a contact that left would be put back.
    CHECK(bench.service.account.contacts["robert@example.org"].values[0] == "Bob");
    bench.time.advance(1h);
    const auto next = bench.run_once();
    CHECK(next.counts.add_up());
    CHECK(bench.service.members_of("l1").size() == (left ? 2 : 3));
    CHECK(next.counts.suppressed == (left ? 1 : 0));
}

}  // namespace audienced::unit::run_delivery_load_batch_test
