#include "verify_screen.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "desk.hpp"
#include "text_cells.hpp"

namespace audienced::unit::daemon_audiencectl_verify_screen_test {

using namespace audienced;
using namespace audienced::ctl;
using Catch::Contains;

namespace {

inspect::Verification with_differences() {
    inspect::Verification v;
    inspect::GroupReport group;
    group.title = "Buyers";
    group.listed = 1'200;
    group.ours = 1'190;
    v.groups.push_back(group);
    v.of(inspect::Drift::missing).count = 12;
    v.of(inspect::Drift::missing)
        .examples.push_back(
            {inspect::Drift::missing, "Buyers", "ann@example.org", {}, "the contact is there without it"});
    v.values.asked = 20;
    v.values.same = 19;
    v.values.fields.emplace_back("FNAME", 1);
    v.values.problem = "cannot open /srv/crm/customers.db";
    v.runs_meanwhile = {7};
    v.delivered = 1'202;
    return v;
}

}  // namespace

TEST_CASE("differences stand first, each kind with its number, examples and what mends it", "[unit][ctl]") {
    View view;
    view.columns = 80;
    const std::string screen = verify_screen(control::json_of(with_differences(), "weekly", true), view);
    CHECK_THAT(screen, Catch::StartsWith("export weekly: 12 differences"));
    for (const std::string& line : visible_lines(screen)) {
        CAPTURE(line);
        CHECK(display_width(line) <= 80);
    }
    const std::string whole = verify_screen(control::json_of(with_differences(), "weekly", true), {});
    for (const char* part :
         {"run 7 changed something", "1,190", "12 missing", "a***@example.org", "there without it",
          "and 11 more", "mend: `audiencectl run weekly --full`", "FNAME differs in 1", "/srv/crm"})
        CHECK_THAT(whole, Contains(part));
    CHECK_THAT(whole, !Contains("ann@example.org"));
    const inspect::Verification none;
    CHECK_THAT(verify_screen(control::json_of(none, "weekly", true), {}),
               Catch::StartsWith("export weekly: the provider holds"));
}

TEST_CASE("verify exits with 7 on differences, and tells others than administrators no path",
          "[unit][control]") {
    test::Desk desk;
    desk.furnish();
    const std::string key = std::string(32, 'a') + "-us6";
    desk.expect(0,
                {"connection", "add", "own", "--provider", "mailchimp", "--consent", "--api-key-file", "-",
                 "--allow-user", "eve"},
                key);
    desk.expect(0, {"export", "add", "mine", "--connection", "own", "--destination", "d", "--segment",
                    "customers", "--email", "email"});
    desk.expect(0, {"export", "verify", "mine"});
    desk.live.verification = with_differences();
    CHECK_THAT(desk.expect(7, {"export", "verify", "mine", "--examples", "3", "--sample", "0"}).out,
               Contains("12 differences"));
    CHECK(desk.live.told.back() == "verify mine 3 0");
    CHECK(desk.expect(7, {"export", "verify", "mine", "--json"}).json().at("ok") == false);
    const auto ask = [&](control::Role role, const char* user) {
        control::Caller caller;
        caller.peer.uid = 1000;
        caller.peer.user = user;
        caller.role = role;
        return desk.ask(caller, "POST", "/v1/exports/mine/verify", "{}");
    };
    CHECK(ask(control::Role::viewer, "eve").status == 403);
    CHECK(ask(control::Role::contributor, "max").status == 403);
    const auto allowed = ask(control::Role::contributor, "eve");
    CHECK(allowed.status == 200);
    CHECK_THAT(allowed.body, !Contains("/srv/crm") && !Contains("ann@example.org"));
    desk.live.cannot_check = make_error(Errc::wrong_state, "the export mine has never run there");
    desk.refused(6, {"export", "verify", "mine"}, "has never run there");
    desk.refused(2, {"export", "verify", "mine", "--sample", "201"}, "--sample must be");
}

}  // namespace audienced::unit::daemon_audiencectl_verify_screen_test
