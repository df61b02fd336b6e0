// audiencectl check against a real database.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/definitions.hpp"
#include "store/runs.hpp"
#include "store/schedules.hpp"

namespace audienced::unit::daemon_audiencectl_check_test {

using namespace audienced;
using model::RunStatus;
using nlohmann::json;
using test::Desk;

namespace {

void end_run(Desk& desk, RunStatus status, const std::string& reason) {
    const auto done = desk.in_store([&](store::Database& db, const vault::Vault&) -> result<void> {
        model::Run run;
        run.export_name = "spring";
        run.queued_at = from_unix(1'772'359'200);
        auto id = store::queue_run(db, run);
        if (!id) return id.error();
        run.id = *id;
        run.status = status;
        run.reason = reason;
        run.started_at = run.queued_at;
        if (model::is_final(status)) run.finished_at = run.queued_at;
        return store::update_run(db, run);
    });
    REQUIRE(done.has_value());
}

/// As if the export had been there since 2001, with a start that was due twelve hours ago.
void make_old(Desk& desk) {
    const auto hour = std::to_string((to_unix(std::chrono::system_clock::now()) / 3600 + 12) % 24);
    const std::string daily = "0 " + hour + " * * *";
    desk.in_store([&](store::Database& db, const vault::Vault&) -> result<void> {
        auto e = store::get_export(db, "spring");
        e->updated_at = from_unix(1'000'000'000);
        if (auto kept = store::update_export(db, *e); !kept) return kept;
        auto& query = db.prepare("UPDATE exports SET created_at = updated_at");
        (void)query.step();
        return store::set_refresh_schedule(db, store::RefreshSchedule{daily, "UTC"});
    });
}

}  // namespace

TEST_CASE("check is one line and 0 when all is well, else one line for each export and 1",
          "[unit][control]") {
    Desk desk;
    CHECK(desk.expect(0, {"check"}).out == "all exports are up to date: 0\n");
    desk.furnish();
    CHECK(desk.expect(0, {"check"}).out == "all exports are up to date: 1\n");
    const auto fine = desk.expect(0, {"check", "--json"}).json();
    CHECK(fine["ok"] == true);
    CHECK(fine["findings"].empty());

    const auto finds = [&](const std::string& state, const std::string& words) {
        const auto said = desk.ctl({"check"});
        INFO(said.out << said.err);
        CHECK(said.code == 1);
        CHECK(said.out.find("spring: " + state) == 0);
        CHECK(said.out.find(words) != std::string::npos);
        CHECK(std::count(said.out.begin(), said.out.end(), '\n') == 1);
        const auto found = desk.ctl({"check", "--json"}).json();
        CHECK(found["ok"] == false);
        REQUIRE(found["findings"].size() == 1);
        CHECK(found["findings"][0]["state"] == state);
    };
    end_run(desk, RunStatus::skipped, "the file people.csv is not there");
    finds("skipped", "(run 1): the file people.csv is not there; next: audiencectl runs show 1");
    end_run(desk, RunStatus::failed, "the provider refused");
    finds("failed", "(run 2): the provider refused; next: audiencectl runs show 2");
    end_run(desk, RunStatus::held, "more than 20 % would be removed");
    finds("held", "(run 3): more than 20 % would be removed; next: audiencectl runs show 3");
    desk.in_store([](store::Database& db, const vault::Vault&) -> result<void> {
        auto run = store::get_run(db, 3);
        run->status = RunStatus::cancelled;
        run->finished_at = run->queued_at;
        return store::update_run(db, *run);
    });
    finds("failed", "(run 2)");
    end_run(desk, RunStatus::succeeded, "");
    desk.expect(0, {"check"});
    make_old(desk);
    finds("overdue", "no run has completed since its start was due; next: audiencectl run spring");
    desk.expect(0, {"connection", "consent", "shop", "--withdraw"});
    finds("blocked", "has no consent");
    desk.expect(0, {"export", "disable", "spring"});
    CHECK(desk.expect(0, {"check"}).out == "all exports are up to date: 0; 1 more are disabled\n");
}

TEST_CASE("who may not see a connection learns from check that it needs an administrator, and not its name",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"connection", "consent", "shop", "--withdraw"});
    control::Caller caller;
    caller.peer.user = "carla";
    caller.peer.uid = 4711;
    caller.role = control::Role::contributor;
    const auto others = desk.ask(caller, "GET", "/v1/check").body;
    CHECK(others.find("\"exports\":0") != std::string::npos);
    caller.role = control::Role::viewer;
    const auto told = desk.ask(caller, "GET", "/v1/check").body;
    CHECK(told.find("its connection needs an administrator") != std::string::npos);
    CHECK(told.find("shop") == std::string::npos);
    caller.role = control::Role::none;
    CHECK(desk.ask(caller, "GET", "/v1/check").status == 403);
}

}  // namespace audienced::unit::daemon_audiencectl_check_test
