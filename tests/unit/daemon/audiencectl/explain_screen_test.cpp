#include "explain_screen.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "control/json.hpp"
#include "desk.hpp"
#include "text_cells.hpp"

namespace audienced::unit::daemon_audiencectl_explain_screen_test {

using namespace audienced;
using namespace audienced::ctl;
using Catch::Contains;
using nlohmann::json;

namespace {

inspect::Explanation a_member() {
    inspect::Explanation e;
    e.address = "ann@example.org";
    inspect::SegmentLook look;
    look.name = "buyers";
    look.rows = 1'200;
    look.found = 1;
    look.complete = true;
    look.by_line = true;
    inspect::FoundRow row;
    row.number = 17;
    look.first.push_back(row);
    e.segments.push_back(look);
    inspect::SegmentLook broken;
    broken.name = "visitors";
    broken.problem = "cannot open /srv/crm/visitors.db: no such file";
    e.segments.push_back(broken);
    inspect::KnownOptOut o;
    o.opt_out.run = 12;
    o.opt_out.since = from_unix(1'796'000'000);
    o.opt_out.reason = model::OptOutReason::unsubscribed;
    e.memory.opt_outs.push_back(o);
    e.memory.delivered.emplace();
    e.memory.delivered->last_run = 7;
    inspect::HeldIn held;
    held.group = "Buyers";
    held.state = model::Membership::ours;
    held.holders = {"weekly", "secret"};
    e.memory.memberships.push_back(held);
    e.memory.others.push_back({"secret", "shop", {}});
    e.now.not_asked = "the provider did not answer in time";
    e.next.kind = inspect::NextStep::Kind::suppressed;
    e.next.values.emplace_back("FNAME", "Ann");
    e.next.left_out.push_back(
        {"BIRTHDAY", "not_a_birthday", "the field takes 12/24 or dates such as 1990-12-24"});
    return e;
}

json answer_for(const control::ExplanationSight& sight) {
    json out = control::json_of(a_member(), sight);
    out["answer"] =
        "It is not sent because it unsubscribed on 2026-12-01T10:00:00Z (found by run 12); nothing is sent "
        "until the "
        "contact subscribes again at the provider.";
    out["name"] = "weekly";
    for (const char* key : {"next_run", "open_run"}) out[key] = nullptr;
    out["zone"] = "Europe/Berlin";
    return out;
}

}  // namespace

TEST_CASE("the answer stands first, in local time, and every line fits the terminal", "[unit][ctl]") {
    View view;
    view.columns = 80;
    const std::string screen = explain_screen(answer_for({}), view);
    CHECK_THAT(screen, Catch::StartsWith("It is not sent because it unsubscribed on 2026-12-01 11:00 CET"));
    for (const std::string& line : visible_lines(screen)) {
        CAPTURE(line);
        CHECK(display_width(line) <= 80);
    }
    for (const char* part : {"a***@example.org", "line 17", "cannot open /srv/crm/visitors.db", "run 12",
                             "what lifts it", "run 7", "not asked: the provider did not answer in time",
                             "FNAME", "left out", "wanted by weekly, secret", "secret (never sent it)"})
        CHECK_THAT(explain_screen(answer_for({}), {}), Contains(part));
    CHECK_THAT(screen, !Contains("ann@example.org"));
}

TEST_CASE("a value that was refused in every run is one line", "[unit][ctl]") {
    json answer = answer_for({});
    answer["rejects"]["of_runs"] = json::array();
    const auto refused = [&](std::int64_t run, const char* field, const char* detail) {
        json one;
        one["run"] = run;
        one["field"] = field;
        one["detail"] = detail;
        one["code"] = "not_a_birthday";
        one["counted_in"] = "values_dropped";
        answer["rejects"]["of_runs"].push_back(one);
    };
    for (std::int64_t run = 21; run >= 3; --run) refused(run, "BIRTHDAY", "no date");
    for (const std::int64_t run : {9, 5, 3}) refused(run, "ZIP", "five digits");
    refused(8, "CITY", "too long");
    for (const std::int64_t run : {1, 3, 5, 7, 9}) refused(run, "FAX", "no number");
    const std::string screen = explain_screen(answer, {});
    CHECK_THAT(screen, Contains("in each of runs 3 to 21: the value of BIRTHDAY: no date"));
    CHECK_THAT(screen, Contains("in runs 3, 5 and 9: the value of ZIP"));
    CHECK_THAT(screen, Contains("in run 8: the value of CITY"));
    CHECK_THAT(screen, Contains("in 5 runs from 1 to 9: the value of FAX"));
}

TEST_CASE("the provider's side speaks of a list where there is one, and a reason is said once",
          "[unit][ctl]") {
    json answer = answer_for({});
    answer["answer"] = "No run begins now: the provider did not answer in time.";
    CHECK_THAT(explain_screen(answer, {}), Contains("not asked: see above"));
    json& now = answer["provider"];
    now["asked"] = now["found"] = now["on_list"] = true;
    now["state"] = "implicit";
    CHECK_THAT(explain_screen(answer, {}), Contains("implicit, not on the list"));
    now["on_list"] = nullptr;
    CHECK_THAT(explain_screen(answer, {}), Contains("implicit, with none of the tags that audienced knows"));
}

TEST_CASE("others than administrators see neither why a source fails nor exports on other connections",
          "[unit][ctl]") {
    const std::set<std::string> exports{"weekly"};
    control::ExplanationSight sight;
    sight.exports = &exports;
    sight.sources = false;
    const std::string text = answer_for(sight).dump();
    CHECK_THAT(text, !Contains("/srv/crm") && !Contains("secret") && Contains("another export"));
}

TEST_CASE("explain is for those who may use the connection; a viewer is told who may", "[unit][control]") {
    test::Desk desk;
    desk.furnish();
    desk.live.explanation = a_member();
    const std::string key = std::string(32, 'a') + "-us6";
    desk.expect(0,
                {"connection", "add", "own", "--provider", "mailchimp", "--consent", "--api-key-file", "-",
                 "--allow-user", "eve"},
                key);
    desk.expect(0, {"export", "add", "mine", "--connection", "own", "--destination", "d", "--segment",
                    "customers", "--email", "email"});
    const auto ask = [&](control::Role role, const char* user) {
        control::Caller caller;
        caller.peer.uid = 1000;
        caller.peer.user = user;
        caller.role = role;
        return desk.ask(caller, "POST", "/v1/exports/mine/explain", R"({"address":"ann@example.org"})");
    };
    CHECK(ask(control::Role::viewer, "eve").status == 403);
    CHECK_THAT(ask(control::Role::viewer, "eve").body, Contains("ask about members of exports"));
    CHECK(ask(control::Role::contributor, "max").status == 403);
    CHECK(desk.live.told.back() != "explain mine ann@example.org");
    const auto allowed = ask(control::Role::contributor, "eve");
    CHECK(allowed.status == 200);
    CHECK_THAT(allowed.body, !Contains("ann@example.org") && !Contains("/srv/crm"));
    CHECK(desk.live.told.back() == "explain mine ann@example.org");
    CHECK_THAT(desk.expect(0, {"export", "explain", "mine", "-"}, "ann@example.org\n").out,
               Contains("/srv/crm"));
    desk.refused(2, {"export", "explain", "mine", "-"}, "standard input has no address", "\n");
    desk.refused(5, {"export", "explain", "nosuch", "ann@example.org"}, "nosuch");
}

}  // namespace audienced::unit::daemon_audiencectl_explain_screen_test
