#include "doctor_local.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_doctor_local_test {

using namespace audienced;
using namespace audienced::ctl;

namespace {

LocalFacts ann() {
    LocalFacts f;
    f.socket = "/run/audienced/control.sock";
    f.user = "ann";
    f.socket_is_there = true;
    f.may_connect = true;
    f.group = "audienced";
    f.session_has_group = f.user_has_group = true;
    f.clock_is_synchronised = true;
    return f;
}

const Error refused = make_error(Errc::network, "connection refused");

}  // namespace

TEST_CASE("a user who reaches the daemon has nothing to mend", "[unit][audiencectl]") {
    for (const auto& check : judge_local(ann(), std::nullopt)) CHECK(check.at("state") == "ok");
}

TEST_CASE("why the daemon is not reached, and the command for it", "[unit][audiencectl]") {
    struct Row {
        const char* what;
        void (*spoil)(LocalFacts&);
        const char *check, *state, *message, *remedy;
    };
    const Row rows[] = {
        {"stopped", [](LocalFacts&) {}, "daemon", "problem", "no program answers",
         "systemctl start audienced"},
        {"no socket", [](LocalFacts& f) { f.socket_is_there = f.may_connect = false; }, "daemon", "problem",
         "there is no socket", "systemctl start audienced"},
        {"not installed", [](LocalFacts& f) { f.load_state = "not-found"; }, "daemon", "problem",
         "not installed", "--socket"},
        {"failed",
         [](LocalFacts& f) {
             f.active_state = "failed";
             f.service_result = "exit-code";
         },
         "daemon", "problem", "failed (exit-code)", "journalctl -u audienced"},
        {"off", [](LocalFacts& f) { f.active_state = "inactive"; }, "daemon", "problem", "does not run",
         "systemctl enable"},
        {"starting", [](LocalFacts& f) { f.active_state = "activating"; }, "daemon", "problem", "is starting",
         "journalctl"},
        {"no member", [](LocalFacts& f) { f.may_connect = f.session_has_group = f.user_has_group = false; },
         "group", "problem", "ann is not in the group audienced", "usermod -aG audienced ann"},
        {"no member, and no socket",
         [](LocalFacts& f) {
             f.socket_is_there = f.may_connect = f.session_has_group = f.user_has_group = false;
         },
         "group", "problem", "ann is not in the group audienced", "usermod -aG audienced ann"},
        {"a member since this login", [](LocalFacts& f) { f.may_connect = f.session_has_group = false; },
         "group", "problem", "this session began before", "log out and in again"},
        {"closed to its group", [](LocalFacts& f) { f.may_connect = false; }, "group", "problem",
         "closed to its group", "systemctl restart audienced.socket"},
        {"a closed folder",
         [](LocalFacts& f) {
             f.socket_is_there = f.may_connect = false;
             f.folder_is_closed = true;
         },
         "group", "problem", "may not enter the folder", "0755"},
        {"no group",
         [](LocalFacts& f) {
             f.socket_is_there = f.may_connect = f.session_has_group = f.user_has_group = false;
             f.group.clear();
         },
         "group", "not_checked", "there is no group audienced", "systemd-sysusers"},
        {"root",
         [](LocalFacts& f) {
             f.is_root = true;
             f.session_has_group = f.user_has_group = false;
         },
         "group", "ok", "root", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        LocalFacts facts = ann();
        row.spoil(facts);
        bool found = false;
        for (const auto& check : judge_local(facts, refused)) {
            if (check.at("name") != row.check) continue;
            found = true;
            CHECK(check.at("state") == row.state);
            CHECK(check.at("message").get<std::string>().find(row.message) != std::string::npos);
            const std::string remedy =
                check.at("remedy").is_null() ? "" : check.at("remedy").get<std::string>();
            CHECK(remedy.find(row.remedy) != std::string::npos);
        }
        CHECK(found);
    }
}

TEST_CASE("a clock that is not synchronised is a warning, one that does not tell is not checked",
          "[unit][audiencectl]") {
    LocalFacts facts = ann();
    facts.clock_is_synchronised = false;
    CHECK(judge_local(facts, std::nullopt)[2].at("state") == "warning");
    facts.clock_is_synchronised.reset();
    CHECK(judge_local(facts, std::nullopt)[2].at("state") == "not_checked");
}

TEST_CASE("a daemon that does not answer in time is told as that", "[unit][audiencectl]") {
    const auto checks = judge_local(ann(), make_error(Errc::timeout, "did not answer within 20 s", "look"));
    CHECK(checks[0].at("message") == "did not answer within 20 s");
    CHECK(checks[0].at("remedy") == "look");
}

}  // namespace audienced::unit::daemon_audiencectl_doctor_local_test
