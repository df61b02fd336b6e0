// What runs say of members that the provider refused.
#include "run/flow.hpp"

#include <catch2/catch.hpp>

#include "unit/run/flow_scene.hpp"

namespace audienced::unit::run_flow_rejects_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;
using model::RejectClass;
using Status = model::RunStatus;

namespace {

model::Outcome refused(RejectClass reject_class) {
    model::Outcome out;
    out.kind = model::Outcome::Kind::rejected;
    out.reject_class = reject_class;
    out.code = "merge_field";
    out.field = "FNAME";
    out.detail = "Please enter a name";
    return out;
}

void check_words(const store::Reject& r) {
    CHECK(r.row == 2);
    CHECK(r.segment == "buyers");
    CHECK(r.code == "merge_field");
    CHECK(r.field == "FNAME");
    CHECK(r.detail == "Please enter a name");
}

}  // namespace

TEST_CASE(
    "each run says of a refused member what the provider said, which row it is and when it is tried next",
    "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    const auto reject_class = GENERATE(RejectClass::fix_data, RejectClass::retry_later);
    bench.service.outcomes["bob@example.org"] = refused(reject_class);
    std::optional<SysTime> next_try;
    if (reject_class == RejectClass::retry_later) next_try = bench.time.now() + 24h;
    for (int nth = 1; nth <= 3; ++nth) {
        INFO(nth);
        const auto run = bench.run_once();
        CHECK(run.status == Status::completed_with_rejects);
        CHECK(run.counts.rejected == 1);
        CHECK(run.counts.add_up());
        const auto rejects = bench.rejects(run.id);
        REQUIRE(rejects.size() == 1);
        check_words(rejects[0]);
        CHECK(rejects[0].reject_class == reject_class);
        CHECK(rejects[0].attempts == 1);
        CHECK(rejects[0].next_try == next_try);
    }
}

TEST_CASE("a member that is tried again and refused again counts its attempts, until its values change",
          "[unit][run]") {
    RunBench bench;
    bench.rows(three_rows);
    bench.service.outcomes["bob@example.org"] = refused(RejectClass::retry_later);
    for (int nth = 1; nth <= 3; ++nth) {
        const auto rejects = bench.rejects(bench.run_once().id);
        REQUIRE(rejects.size() == 1);
        CHECK(rejects[0].attempts == nth);
        CHECK(rejects[0].next_try == bench.time.now() + 24h);
        bench.time.advance(25h);
    }
    auto changed = three_rows;
    changed[1][1] = "Robert";
    bench.rows(changed);
    CHECK(bench.rejects(bench.run_once().id)[0].attempts == 1);
}

}  // namespace audienced::unit::run_flow_rejects_test
