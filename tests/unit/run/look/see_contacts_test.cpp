#include "run/look/see_contacts.hpp"

#include <catch2/catch.hpp>

#include "run/prepare.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_look_see_contacts_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using State = provider::ContactStatus::State;

namespace {

run::SeenContacts seen_by_preview(RunBench& bench) {
    using Seen = result<run::SeenContacts>;
    const auto see = [&]() -> awaitable<Seen> {
        auto prepared = co_await run::prepare(bench.env, "weekly", nullptr, nullptr);
        if (!prepared) co_return prepared.error();
        co_return co_await run::see_contacts(bench.env, prepared->definition, prepared->groups);
    };
    auto task = see();
    std::optional<Seen> seen;
    aio::TaskGroup group(bench.io.get_executor());
    const auto keep = [&](awaitable<Seen> t) -> awaitable<void> { seen = co_await std::move(t); };
    group.spawn("see", keep(std::move(task)));
    bench.wait_until([&] { return seen.has_value(); });
    REQUIRE(*seen);
    return std::move(**seen);
}

}  // namespace

TEST_CASE("a preview sees who opted out since the last look, and remembers nothing of it", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    const auto before = bench.pull_state();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").state = State::unsubscribed;
    bench.service.contact("cid@example.org").groups.clear();
    const auto seen = seen_by_preview(bench);
    CHECK(seen.opted_out.size() == 1);
    CHECK(seen.existing.empty());
    CHECK(bench.opt_out("bob@example.org") == "");
    CHECK(bench.standing("cid@example.org", "Buyers").state == model::Membership::ours);
    CHECK(bench.pull_state().since == before.since);
}

// A preview before the first run said nothing of contacts that `--existing ask` holds that run for.
TEST_CASE("a preview sees the contacts that may have left a list which had members", "[unit][run]") {
    RunBench bench;
    bench.service.account.list_id = "l1";
    bench.rows(three_rows);
    const bool had_members = GENERATE(true, false);
    bench.service.had_members = had_members;
    bench.service.contact("ann@example.org").groups.insert("l1");
    bench.service.contact("bob@example.org");
    bench.service.contact("cid@example.org").state = State::unsubscribed;
    const auto seen = seen_by_preview(bench);
    CHECK(seen.opted_out.size() == 1);
    CHECK(seen.existing.size() == (had_members ? 1 : 0));
    CHECK_FALSE(bench.pull_state().since);
    if (had_members) return;

    bench.run_once();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").groups.erase("l1");
    const auto later = seen_by_preview(bench);
    CHECK(later.opted_out.size() == 2);  // beside cid: bob has left the list, which no run knows yet
    CHECK(later.existing.empty());
}

}  // namespace audienced::unit::run_look_see_contacts_test
