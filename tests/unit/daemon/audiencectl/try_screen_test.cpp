#include "try_screen.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_try_screen_test {

using namespace audienced;
using nlohmann::json;

namespace {

json told(const char* tried, const char* status) {
    json out = json::parse(
        R"({"run": {"id": 7, "export": "vip", "export_title": "VIP", "zone": null, "reason": "why",
        "error": null, "counts": {"added": 1}}, "rejects": [], "contact": null})");
    out["run"]["tried"] = *tried ? json(tried) : json(nullptr);
    out["run"]["status"] = status;
    return out;
}

}  // namespace

TEST_CASE("each outcome of a try has an exit code", "[unit][ctl]") {
    struct Row {
        const char *tried, *status;
        int code;
    };
    for (const Row& row :
         {Row{"delivered", "succeeded", 0}, Row{"delivered", "completed_with_rejects", 0},
          Row{"rejected", "completed_with_rejects", 1}, Row{"", "failed", 1}, Row{"", "cancelled", 1},
          Row{"not_in_segments", "skipped", 5}, Row{"opted_out", "skipped", 6},
          Row{"undecided", "skipped", 7}, Row{"", "skipped", 7}}) {
        CAPTURE(row.tried, row.status);
        CHECK(ctl::exit_code_of_try(told(row.tried, row.status)["run"]) == row.code);
    }
}

TEST_CASE("a try shows the provider's words, and the contact as it is then", "[unit][ctl]") {
    json one = told("delivered", "completed_with_rejects");
    one["rejects"] = json::parse(R"([{"field": "CITY", "detail": "no such city", "code": "merge_field"}])");
    one["contact"] = json::parse(
        R"({"provider": "mailchimp", "contact": true, "state": "subscribed",
            "values": {"FNAME": "Ann", "CITY": "", "ADDRESS": null}})");
    CHECK(ctl::try_screen(one, {}) ==
          "run 7 of vip (VIP): the member was added\n"
          "  CITY: no such city (merge_field)\n"
          "\n"
          "  mailchimp shows the contact now as: subscribed\n"
          "  ADDRESS  unknown\n"
          "  CITY     empty\n"
          "  FNAME    Ann\n");
    json none = told("not_in_segments", "skipped");
    CHECK(ctl::try_screen(none, {}) == "run 7 of vip (VIP): nothing was sent\n  why\n");
    json refused = told("rejected", "completed_with_rejects");
    refused["contact"] = json::parse(R"({"provider": "mailchimp", "contact": false})");
    CHECK(ctl::try_screen(refused, {}) ==
          "run 7 of vip (VIP): the member was rejected\n  why\n\n  mailchimp shows no contact with this "
          "address\n");
    CHECK(ctl::try_screen(told("", "failed"), {}).find("run 7 of vip (VIP): failed\n") == 0);
}

}  // namespace audienced::unit::daemon_audiencectl_try_screen_test
