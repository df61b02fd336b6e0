#include "run_screen.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "control/json.hpp"

namespace audienced::unit::daemon_audiencectl_run_screen_test {

using namespace audienced;
using namespace audienced::ctl;
using Catch::Contains;
using nlohmann::json;

namespace {

json run_of(model::RunStatus status, const char* reason, const model::Counts& counts = {}) {
    model::Run run;
    run.id = 41;
    run.export_name = "spring";
    run.status = status;
    run.reason = reason;
    run.counts = counts;
    json out = control::json_of(run);
    for (const char* key : {"progress", "waits_for", "zone", "export_title", "leavers", "compared_with",
                            "replaced_at", "undone_by", "destination", "destination_name"})
        out[key] = nullptr;
    out["rejects"] = out["segments"] = json::array();
    out["open_calls"] = {{"calls", 0u}, {"jobs", 0u}, {"members", 0u}};
    return out;
}

json with_progress(json run, const char* waiting_for) {
    run["progress"] = {{"status", run["status"]}, {"done", 0u},
                       {"total", 1940u},          {"rate", 0.0},
                       {"seconds_left", nullptr}, {"waiting_for", waiting_for},
                       {"waiting_since", nullptr}};
    return run;
}

void add_kinds(json& run, int kinds) {
    for (int i = 0; i < kinds; ++i)
        run["rejects"].push_back({{"words", std::to_string(10 - i) + " rows: kind " + std::to_string(i)}});
}

std::size_t place(const std::string& screen, const std::string& words) {
    INFO("looking for " << words << " in:\n" << screen);
    REQUIRE(screen.find(words) != std::string::npos);
    return screen.find(words);
}

}  // namespace

TEST_CASE("a list of runs says why a run is held or was cancelled, not how far it was", "[unit][ctl]") {
    const auto listed = [](const json& run) { return runs_screen(json::array({run}), {}); };
    for (const auto status : {model::RunStatus::held, model::RunStatus::cancelled}) {
        const std::string row = listed(with_progress(run_of(status, "held as asked"), ""));
        CHECK_THAT(row, Contains("held as asked") && !Contains("0 of 1,940"));
    }
    CHECK_THAT(listed(with_progress(run_of(model::RunStatus::delivering, ""), "")), Contains("0 of 1,940"));
    model::Counts counts;
    counts.removed = 45;
    CHECK_THAT(listed(run_of(model::RunStatus::succeeded, "", counts)), Contains("45 removed"));
}

TEST_CASE("state and reason come before the rejects, of which three kinds are named", "[unit][ctl]") {
    json held = run_of(model::RunStatus::held, "held as asked");
    add_kinds(held, 7);
    const std::string screen = run_screen(held, {});
    CHECK(place(screen, "held as asked") < place(screen, "runs approve 41"));
    CHECK(place(screen, "runs approve 41") < place(screen, "10 rows: kind 0"));
    CHECK_THAT(screen, Contains("8 rows: kind 2") && !Contains("kind 3") &&
                           Contains("and 4 more kinds: audiencectl runs rejects 41"));
    json ended = run_of(model::RunStatus::completed_with_rejects, "10 rows: kind 0; 9 rows: kind 1");
    add_kinds(ended, 4);
    CHECK_THAT(run_screen(ended, {}), Contains("and 1 more kind: audiencectl runs rejects 41"));
}

TEST_CASE("what a run waits for is said once", "[unit][ctl]") {
    json run = with_progress(run_of(model::RunStatus::delivering, ""), "the provider's job");
    run["waits_for"] = "the provider's job";
    add_kinds(run, 9);
    const std::string screen = run_screen(run, {});
    CHECK(screen.find("waits for the provider's job") == screen.rfind("waits for the provider's job"));
    CHECK(place(screen, "waits for the provider's job") < place(screen, "10 rows: kind 0"));
}

TEST_CASE("a run that ended says who joined and left each segment; the single leavers are of a plan",
          "[unit][ctl]") {
    json run = run_of(model::RunStatus::succeeded, "");
    run["segments"] = json::parse(
        R"([{"segment":"buyers","title":"Buyers","list":false,"profiles":9,"members":1208,"members_before":1000,
             "joins":210,"leaves":2},
            {"segment":null,"title":"1111-2222","list":true,"profiles":null,"members":1208,"members_before":null,
             "joins":210,"leaves":2}])");
    run["leavers"] = json::parse(R"([{"member":"a1b2","address":"a***@example.org","leaves":["Buyers"]}])");
    run["destination"] = "1111-2222";
    run["destination_name"] = "CC Newsletter";
    CHECK_THAT(run_screen(run, {}), Contains("JOINED") && Contains("LEFT") && Contains("Buyers") &&
                                        Contains("CC Newsletter (1111-2222)") && !Contains("a***@"));
    run["status"] = "cancelled";
    CHECK_THAT(run_screen(run, {}), Contains("TO JOIN") && Contains("as planned"));
    run["status"] = "held";
    CHECK_THAT(run_screen(run, {}), Contains("a1b2") && Contains("a***@example.org"));
    run["status"] = "succeeded";
    for (json& part : run["segments"]) part["joins"] = part["leaves"] = 0u;
    CHECK_THAT(run_screen(run, {}), !Contains("JOINED"));
}

TEST_CASE("a job that a cancelled run left with the provider is no member that was not sent", "[unit][ctl]") {
    model::Counts counts;
    counts.read = counts.not_sent = 45;
    json run = run_of(model::RunStatus::cancelled, "cancelled; what was delivered stays delivered", counts);
    CHECK_THAT(run_screen(run, {}), !Contains("under way"));
    run["open_calls"] = {{"calls", 1u}, {"jobs", 1u}, {"members", 45u}};
    CHECK_THAT(run_screen(run, {}), Contains("1 job of the provider with 45 members") &&
                                        Contains("before the next run there decides anything") &&
                                        Contains("but for those that are under way"));
}

}  // namespace audienced::unit::daemon_audiencectl_run_screen_test
