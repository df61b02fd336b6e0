// (What judge_exports.cpp finds.)
#include <catch2/catch.hpp>

#include "inspect/doctor/judge.hpp"

namespace audienced::unit::inspect_doctor_judge_exports_test {

using namespace audienced;
using namespace audienced::inspect::doctor;

namespace {

model::Export an_export(const std::string& schedule) {
    model::Export e;
    e.name = "weekly";
    e.connection = "shop";
    e.schedule = schedule;
    e.enabled = true;
    return e;
}

model::Connection a_connection() {
    model::Connection c;
    c.name = "shop";
    c.consent = model::Consent{"ann", from_unix(1)};
    return c;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an export that nothing ever starts is told with the command that starts it", "[unit][inspect]") {
    struct Row {
        const char* what;
        void (*spoil)(ScheduleFacts&);
        State state;
        const char *check, *remedy;
    };
    const Row rows[] = {
        {"as it should be", [](ScheduleFacts&) {}, State::ok, "schedules", ""},
        {"by hand", [](ScheduleFacts& f) { f.exports[0].schedule = "manual"; }, State::ok, "schedules", ""},
        {"a refresh that is off", [](ScheduleFacts& f) { f.refresh_is_set = false; }, State::warning,
         "export:weekly", "audiencectl schedule set"},
        {"disabled", [](ScheduleFacts& f) { f.exports[0].enabled = false; }, State::warning, "export:weekly",
         "audiencectl export enable weekly"},
        {"detached", [](ScheduleFacts& f) { f.exports[0].connection.clear(); }, State::warning,
         "export:weekly", "audiencectl export attach weekly"},
        {"a calendar without a next start",
         [](ScheduleFacts& f) {
             f.exports[0].schedule = "0 0 30 2 *";
             f.lines = {{"export:weekly", std::nullopt, ""}};
         },
         State::problem, "export:weekly", "audiencectl export edit weekly --schedule"},
        {"a zone that is gone",
         [](ScheduleFacts& f) {
             f.exports[0].schedule = "daily 02:00";
             f.lines = {{"export:weekly", std::nullopt, "there is no zone Mars/Base"}};
         },
         State::problem, "export:weekly", "--timezone"},
        {"a calendar of its own",
         [](ScheduleFacts& f) {
             f.refresh_is_set = false;
             f.exports[0].schedule = "daily 02:00";
             f.lines = {{"export:weekly", from_unix(99), ""}};
         },
         State::ok, "schedules", ""},
        {"a refresh without a next start",
         [](ScheduleFacts& f) {
             f.lines = {{"refresh", std::nullopt, "no zone"}};
         },
         State::problem, "schedules", "audiencectl schedule set"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        ScheduleFacts facts;
        facts.refresh_is_set = true;
        facts.lines = {{"refresh", from_unix(50), ""}};
        facts.exports = {an_export("refresh")};
        row.spoil(facts);
        const auto found = judge_schedules(facts);
        REQUIRE(found.size() == 1);
        CHECK(found[0].state == row.state);
        CHECK(found[0].check == row.check);
        CHECK(contains(found[0].remedy, row.remedy));
    }
}

TEST_CASE("a connection that waits for a person is a problem once exports wait with it", "[unit][inspect]") {
    CHECK(judge_connections({a_connection()}, {})[0].state == State::ok);
    model::Connection signed_out = a_connection();
    signed_out.state = model::ConnectionState::needs_sign_in;
    signed_out.state_reason = "the provider refused the key";
    auto found = judge_connections({signed_out}, {});
    CHECK(found[0].check == "connection:shop");
    CHECK(found[0].state == State::warning);
    CHECK(!found[0].remedy.empty());
    found = judge_connections({signed_out}, {an_export("refresh")});
    CHECK(found[0].state == State::problem);
    CHECK(contains(found[0].message, "; 1 export does not run"));
    model::Connection without = a_connection();
    without.consent.reset();
    CHECK(contains(judge_connections({without}, {})[0].remedy, "consent shop --give"));
}

}  // namespace audienced::unit::inspect_doctor_judge_exports_test
