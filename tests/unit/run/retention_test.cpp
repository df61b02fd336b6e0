#include "run/retention.hpp"

#include <catch2/catch.hpp>

#include "store/audit.hpp"
#include "unit/run/flow_scene.hpp"

namespace audienced::unit::run_retention_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

TEST_CASE("old runs go, and what is remembered of members stays", "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto first = bench.run_once();
    bench.time.advance(24h * 300);
    const auto second = bench.run_once();
    bench.time.advance(24h * 150);
    const run::Retention retention{24h * 400, 24h * 90};
    REQUIRE(run_coro(bench.io, bench.time, run::prune_old(bench.env, retention)));
    const auto runs = bench.in_store(
        [](store::Database& db, const vault::Vault&) { return store::list_runs(db, std::nullopt, 9); });
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].id == second.id);
    CHECK(first.id != second.id);
    const auto audit = [&] {
        return bench.in_store(
            [](store::Database& db, const vault::Vault&) { return store::list_audit(db, 9); });
    };
    REQUIRE(!audit().empty());
    CHECK(audit()[0].action == "old runs and rejects removed");
    CHECK(audit()[0].before == "{\"oldest_run\":" + std::to_string(first.id) + "}");
    CHECK(audit()[0].after == "{\"oldest_run\":" + std::to_string(second.id) + "}");
    const auto rows = audit().size();
    REQUIRE(run_coro(bench.io, bench.time, run::prune_old(bench.env, retention)));
    CHECK(audit().size() == rows);  // there was nothing to remove
    CHECK(bench.ledger("ann@example.org")->owned == 1);
    CHECK(bench.run_once().counts.unchanged == 3);
}

}  // namespace audienced::unit::run_retention_test
