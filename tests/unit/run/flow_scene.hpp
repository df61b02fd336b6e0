// What a run of "weekly" with three_rows comes to.
#pragma once

#include <filesystem>

#include "unit/run/run_bench.hpp"

namespace audienced::test {

inline model::Counts counts(std::uint64_t read, std::uint64_t added, std::uint64_t unchanged = 0) {
    model::Counts c;
    c.read = read;
    c.added = added;
    c.unchanged = unchanged;
    return c;
}

/// How a run of three new members ends that nothing disturbs.
inline void check_complete(RunBench& bench, const model::Run& run) {
    CHECK(run.status == model::RunStatus::succeeded);
    CHECK(run.reason == "");
    CHECK(run.counts == counts(3, 3));
    CHECK(bench.service.members_of("Buyers") == three_addresses);
    CHECK(bench.service.account.contacts["cid@example.org"].values[0] == "Cid");
    REQUIRE(bench.ledger("cid@example.org"));
    CHECK(bench.ledger("cid@example.org")->owned == 1);
    CHECK(bench.unsettled(run.id).empty());
    CHECK(std::filesystem::is_empty(bench.env.spool_dir));
}

}  // namespace audienced::test
