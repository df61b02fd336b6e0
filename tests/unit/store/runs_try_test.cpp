// Tries among the runs of an export.
#include "store/runs.hpp"

#include "state.hpp"

namespace audienced::unit::store_runs_try_test {

using namespace audienced;
using namespace audienced::test;

namespace {

model::Run try_of(State& s, const char* address) {
    model::Run run = sample_run();
    run.options.full = true;
    run.options.only_member = s.member(address);
    return run;
}

}  // namespace

TEST_CASE("a try waits by itself, and one of the same member is one", "[unit][store]") {
    State s;
    define_sample(s);
    const auto whole = store::queue_run(s.db, sample_run()).value();
    const auto ann = store::queue_run(s.db, try_of(s, "ann@example.org")).value();
    CHECK(ann != whole);
    CHECK(store::queue_run(s.db, try_of(s, "ann@example.org")).value() == ann);
    CHECK(store::queue_run(s.db, try_of(s, "bob@example.org")).value() != ann);
    CHECK(store::queue_run(s.db, sample_run()).value() == whole);
    const auto stored = store::get_run(s.db, ann).value();
    CHECK(stored.options == try_of(s, "ann@example.org").options);
    CHECK_FALSE(store::get_run(s.db, whole)->options.only_member);
    CHECK_FALSE(store::get_run(s.db, whole)->options.full);
}

TEST_CASE("a try keeps what became of its member, and is no run of the export as a whole", "[unit][store]") {
    State s;
    define_sample(s);
    const auto whole = store::queue_run(s.db, sample_run()).value();
    auto run = store::get_run(s.db, store::queue_run(s.db, try_of(s, "ann@example.org")).value()).value();
    run.tried = model::TryOutcome::not_in_segments;
    run.status = model::RunStatus::skipped;
    REQUIRE(store::update_run(s.db, run));
    CHECK(store::get_run(s.db, run.id)->tried == model::TryOutcome::not_in_segments);
    const auto real = store::list_real_runs(s.db, "weekly", 10).value();
    REQUIRE(real.size() == 1);
    CHECK(real[0].id == whole);
    CHECK(store::list_runs(s.db, "weekly", 10)->size() == 2);
}

}  // namespace audienced::unit::store_runs_try_test
