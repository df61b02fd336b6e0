#include "run/look/see_opt_outs.hpp"

#include <catch2/catch.hpp>

#include "run/prepare.hpp"
#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_look_see_opt_outs_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("a preview sees who opted out since the last look, and remembers nothing of it", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.run_once();
    const auto before = bench.pull_state();
    bench.time.advance(1h);
    bench.service.contact("bob@example.org").state = provider::ContactStatus::State::unsubscribed;
    bench.service.contact("cid@example.org").groups.clear();
    auto seen = [&]() -> awaitable<result<std::vector<MemberHash>>> {
        auto prepared = co_await run::prepare(bench.env, "weekly", nullptr, nullptr);
        if (!prepared) co_return prepared.error();
        co_return co_await run::see_opt_outs(bench.env, prepared->definition);
    };
    auto task = seen();
    std::optional<result<std::vector<MemberHash>>> members;
    aio::TaskGroup group(bench.io.get_executor());
    auto keep = [&](awaitable<result<std::vector<MemberHash>>> t) -> awaitable<void> {
        members = co_await std::move(t);
    };
    group.spawn("see", keep(std::move(task)));
    bench.wait_until([&] { return members.has_value(); });
    REQUIRE(*members);
    CHECK((*members)->size() == 1);
    CHECK(bench.opt_out("bob@example.org") == "");
    CHECK(bench.standing("cid@example.org", "Buyers").state == model::Membership::ours);
    CHECK(bench.pull_state().since == before.since);
}

}  // namespace audienced::unit::run_look_see_opt_outs_test
