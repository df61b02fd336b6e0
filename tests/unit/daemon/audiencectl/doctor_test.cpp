// The command and its route, with a daemon whose machine is scripted.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/definitions.hpp"

namespace audienced::unit::daemon_audiencectl_doctor_test {

using namespace audienced;
using namespace audienced::test;
using inspect::doctor::State;
using nlohmann::json;

namespace {

json checks_of(const control::Reply& reply) {
    REQUIRE(reply.status == 200);
    json out;
    const json answer = json::parse(reply.body);
    for (const auto& one : answer["checks"]) out[one["name"].get<std::string>()] = one;
    return out;
}

control::Caller with_role(control::Role role, const std::string& user) {
    control::Caller out;
    out.peer.uid = 1000;
    out.peer.user = user;
    out.role = role;
    return out;
}

}  // namespace

TEST_CASE("doctor exits by the worst that it found, and prints each with its remedy", "[unit][audiencectl]") {
    Desk desk;
    struct Row {
        State state;
        int code;
        const char* words;
    };
    for (const Row& row : {Row{State::ok, 0, "0 problems"}, Row{State::warning, 0, "warning: disk_space"},
                           Row{State::not_checked, 0, "not checked: disk_space"},
                           Row{State::problem, 1, "problem: disk_space"}}) {
        desk.live.doctor = {
            {"disk_space", row.state, "it is full", row.state == State::ok ? "" : "free some"}};
        const auto said = desk.expect(row.code, {"doctor"});
        CHECK(said.out.find(row.words) != std::string::npos);
        CHECK((said.out.find("free some") != std::string::npos) == (row.state != State::ok));
        const auto examined = desk.expect(row.code, {"doctor", "--json"}).json();
        CHECK(examined["ok"] == (row.code == 0));
        CHECK(examined["reached"] == true);
    }
    CHECK(!desk.live.doctor_was_full);
    desk.expect(1, {"doctor", "--full"});
    CHECK(desk.live.doctor_was_full);
    desk.expect(2, {"doctor", "--full", "--hooks"});
    const auto away = desk.bare({"doctor", "--json", "--socket", (desk.dir / "none").string()});
    CHECK(away.code == 3);
    CHECK(away.json()["reached"] == false);
}

TEST_CASE("others than administrators are told their role and the connections that they may use",
          "[unit][audiencectl]") {
    Desk desk;
    desk.furnish();
    desk.live.doctor = {{"source:crm", State::problem, "/srv/secret/crm.db is not there", ""}};
    const auto viewer = checks_of(desk.ask(with_role(control::Role::viewer, "max"), "GET", "/v1/doctor"));
    CHECK(viewer["role"]["message"] == "the user max has the role viewer");
    CHECK(viewer["disk_space"]["state"] == "not_checked");
    CHECK(viewer.dump().find("shop") == std::string::npos);
    CHECK(viewer.dump().find("/srv") == std::string::npos);
    const auto eve = with_role(control::Role::contributor, "eve");
    CHECK(checks_of(desk.ask(eve, "GET", "/v1/doctor")).dump().find("shop") == std::string::npos);
    desk.expect(0, {"connection", "edit", "shop", "--allow-user", "eve"});
    desk.in_store(
        [](store::Database& db, const vault::Vault&) { return store::withdraw_consent(db, "shop"); });
    const auto contributor = checks_of(desk.ask(eve, "GET", "/v1/doctor"));
    CHECK(contributor["connection:shop"]["state"] == "problem");
    CHECK(contributor["sources"]["state"] == "not_checked");
    const auto administrator = with_role(control::Role::administrator, "root");
    CHECK(checks_of(desk.ask(administrator, "GET", "/v1/doctor"))["source:crm"]["state"] == "problem");
}

}  // namespace audienced::unit::daemon_audiencectl_doctor_test
