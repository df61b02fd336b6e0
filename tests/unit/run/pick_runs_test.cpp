#include "run/pick_runs.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_pick_runs_test {

using namespace audienced;
using model::RunStatus;

namespace {

run::Candidate open_run(model::RunId id, const char* export_name, const char* key,
                        RunStatus status = RunStatus::queued) {
    run::Candidate c;
    c.run.id = id;
    c.run.export_name = export_name;
    c.run.status = status;
    c.destination_key = model::DestinationKey(key);
    return c;
}

using Picked = std::vector<std::size_t>;

}  // namespace

TEST_CASE("runs start in the order of queueing, one for each export", "[unit][run]") {
    const std::vector<run::Candidate> open{open_run(1, "a", "shop/list"), open_run(2, "a", "shop/list"),
                                           open_run(3, "b", "shop/list"), open_run(4, "c", "shop/other")};
    CHECK(run::pick_runs(open, {}) == Picked{0, 2, 3});

    run::UnderWay now;
    now.runs = {1};
    now.exports = {"a"};
    CHECK(run::pick_runs(open, now) == Picked{2, 3});
}

TEST_CASE("no more runs at a time than allowed, counting those under way", "[unit][run]") {
    const std::vector<run::Candidate> open{open_run(1, "a", "p"), open_run(2, "b", "q"),
                                           open_run(3, "c", "r")};
    run::UnderWay now;
    now.most = 2;
    CHECK(run::pick_runs(open, now) == Picked{0, 1});
    now.runs = {1};
    now.exports = {"a"};
    CHECK(run::pick_runs(open, now) == Picked{1});
    now.runs = {1, 9};
    CHECK(run::pick_runs(open, now).empty());
}

TEST_CASE("a held run waits for a person, and keeps no other run from starting", "[unit][run]") {
    std::vector<run::Candidate> open{open_run(1, "a", "p", RunStatus::held), open_run(2, "a", "p"),
                                     open_run(3, "b", "q")};
    CHECK(run::pick_runs(open, {}) == Picked{1, 2});
    open[0].run.approved = true;
    CHECK(run::pick_runs(open, {}) == Picked{0, 2});
    open[0].run.approved = false;
    open[0].run.cancel_requested = true;
    CHECK(run::pick_runs(open, {}) == Picked{0, 2});
}

TEST_CASE("a run that ended and could not be recorded is left alone for a while", "[unit][run]") {
    run::UnderWay now;
    now.cooling = {1};
    CHECK(run::pick_runs({open_run(1, "a", "p"), open_run(2, "b", "q")}, now) == Picked{1});
}

TEST_CASE("a queued run says what keeps it from beginning", "[unit][run]") {
    const auto run = [](model::RunId id, const char* export_name, RunStatus status) {
        return open_run(id, export_name, "p", status).run;
    };
    std::vector<model::Run> open{run(1, "a", RunStatus::delivering), run(2, "b", RunStatus::held),
                                 run(3, "a", RunStatus::queued), run(4, "b", RunStatus::queued)};
    CHECK(run::waits_for(open[0], open, 256).empty());  // it has begun
    CHECK(run::waits_for(open[2], open, 256) == "run 1 of the same export");
    CHECK(run::waits_for(open[3], open, 256).empty());  // it replaces the held one
    CHECK(run::waits_for(open[3], open, 1) == "one of the 1 runs under way to end (limits.runs_at_once = 1)");
    open[1].approved = true;
    CHECK(run::waits_for(open[3], open, 256) == "run 2 of the same export");
}

}  // namespace audienced::unit::run_pick_runs_test
