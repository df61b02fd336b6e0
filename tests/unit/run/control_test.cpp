#include "run/control.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "support/fake_time.hpp"

#include "support/print_result.hpp"

namespace audienced::unit::run_control_test {

using namespace audienced;
using run::StopReason;

namespace {

const Error withdrawn = make_error(Errc::wrong_state, "the consent was withdrawn", "give it");
const Error edited = make_error(Errc::plan_expired, "the export was edited");

struct Scene {
    boost::asio::io_context io;
    test::FakeTime time;
    run::RunControl control{io.get_executor(), time, {}};
    Errc why() {
        const auto allowed = control.may_go_on();
        return allowed ? Errc::bug : allowed.error().code;
    }
};

}  // namespace

TEST_CASE("a revoked run may not go on, and says why", "[unit][run]") {
    Scene s;
    CHECK(s.control.may_go_on());
    s.control.revoke(withdrawn, false);
    CHECK(s.control.stop_reason == StopReason::revoked);
    const auto allowed = s.control.may_go_on();
    REQUIRE(!allowed);
    CHECK(allowed.error().code == Errc::wrong_state);
    CHECK(allowed.error().text() == "the consent was withdrawn; give it");
    CHECK(s.control.stop_reading.stop_requested());
    CHECK_FALSE(s.control.must_plan_anew());
    s.control.begin_anew();
    CHECK(s.why() == Errc::wrong_state);  // only an edit lets it plan anew
}

TEST_CASE("a run whose plan has expired goes on once it begins anew", "[unit][run]") {
    Scene s;
    s.control.revoke(edited, false);
    CHECK(s.why() == Errc::plan_expired);
    CHECK(s.control.must_plan_anew());
    CHECK(s.control.stop_reading.stop_requested());
    s.control.begin_anew();
    CHECK(s.control.may_go_on());
    CHECK_FALSE(s.control.stop_reading.stop_requested());
    CHECK_FALSE(s.control.must_plan_anew());
}

TEST_CASE("what ends a run stands above a new plan, and the first that ends it stays", "[unit][run]") {
    Scene s;
    SECTION("an edit, then a withdrawal") {
        s.control.revoke(edited, false);
        s.control.revoke(withdrawn, false);
        CHECK(s.why() == Errc::wrong_state);
    }
    SECTION("a withdrawal, then an edit") {
        s.control.revoke(withdrawn, false);
        s.control.revoke(edited, false);
        CHECK(s.why() == Errc::wrong_state);
    }
    SECTION("cancelled, or the daemon stops") {
        const auto why = GENERATE(StopReason::cancelled, StopReason::shutdown);
        s.control.stop(why, false);
        s.control.revoke(GENERATE(withdrawn, edited), false);
        CHECK(s.control.stop_reason == why);
        CHECK(s.why() == Errc::cancelled);
    }
}

}  // namespace audienced::unit::run_control_test
