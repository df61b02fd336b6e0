// audiencectl run, refresh, runs: as processes; the runs' ends are written by hand, as the runner would.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/definitions.hpp"
#include "store/rejects.hpp"
#include "store/runs.hpp"

namespace audienced::unit::daemon_audiencectl_run_test {

using namespace audienced;
using nlohmann::json;
using test::Desk;

namespace {

MemberHash hash(char c) {
    return MemberHash::from(std::string(16, c));
}

/// Writes the run as the runner would, then tells who follows it.
void put(Desk& desk, model::RunId id, model::RunStatus status, const std::string& reason = {}) {
    auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto run = store::get_run(db, id).value();
        run.status = status;
        run.reason = reason;
        run.counts.read = run.counts.added = run.planned.read = run.planned.added = 5;
        if (model::is_final(status)) run.finished_at = from_unix(1'772'359'300);
        return store::update_run(db, run);
    };
    REQUIRE(desk.in_store(write).has_value());
    desk.on_io([&] {
        auto& story = desk.live.story[id];
        run::RunEvent event;
        event.seq = story.size() + 1;
        event.at = from_unix(1'772'359'200);
        event.progress.status = status;
        event.progress.done = 5;
        event.progress.total = 5;
        story.push_back(event);
        desk.live.moved.notify_all();
    });
}

}  // namespace

TEST_CASE("run queues, prints the numbers, and runs all of them or none", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"export", "duplicate", "spring", "summer"});
    desk.refused(6, {"run", "summer"}, "export enable summer");
    desk.expect(0, {"export", "enable", "summer"});
    CHECK(desk.expect(0, {"run", "spring"}).out == "1\n");
    const auto started = desk.expect(0, {"run", "summer", "--full", "--dry-run", "--hold", "--json"}).json();
    CHECK(started["runs"] == json::parse(R"([{"id":2,"export":"summer"}])"));
    const auto run = desk.expect(0, {"runs", "show", "2", "--json"}).json();
    for (const char* key : {"id", "export", "trigger", "status", "reason", "queued_at", "started_at",
                            "finished_at", "counts", "values_dropped", "removals_put_off", "requests",
                            "retries", "bytes_sent", "provider_jobs", "error"})
        CHECK(run.contains(key));
    for (const char* key : {"read", "duplicate", "invalid", "suppressed", "unchanged", "added", "updated",
                            "removed", "rejected", "not_sent"})
        CHECK(run["counts"][key] == 0);
    CHECK(run["trigger"] == "on_demand");
    CHECK(run["status"] == "queued");
    CHECK(run["options"] == json::parse(R"({"full":true,"dry_run":true,"hold":true,"withdraw":false})"));
    CHECK(desk.live.told.back() == "queued 2");
    desk.refused(5, {"run", "summer", "nothing"}, "nothing");
    desk.refused(2, {"run", "summer", "summer"}, "twice");
    CHECK(desk.expect(0, {"runs", "list", "--json"}).json().size() == 2);
    CHECK(desk.expect(0, {"runs", "list", "spring", "--json"}).json().size() == 1);
    desk.refused(5, {"runs", "list", "nothing"}, "nothing");
    for (const char* verb : {"show", "rejects", "follow", "approve", "cancel", "retry"})
        desk.refused(5, {"runs", verb, "99"}, "99");
}

TEST_CASE("a followed run exits with its outcome", "[unit][control]") {
    struct Row {
        model::RunStatus status;
        int code;
    };
    const Row rows[] = {{model::RunStatus::succeeded, 0}, {model::RunStatus::completed_with_rejects, 0},
                        {model::RunStatus::failed, 1},    {model::RunStatus::cancelled, 1},
                        {model::RunStatus::skipped, 7},   {model::RunStatus::held, 7}};
    Desk desk;
    desk.furnish();
    model::RunId id = 0;
    for (const Row& row : rows) {
        CAPTURE(model::to_string(row.status));
        desk.expect(0, {"run", "spring"});
        ++id;
        std::thread runner([&] {
            put(desk, id, model::RunStatus::delivering);
            put(desk, id, row.status, "because");
        });
        const auto said = desk.ctl({"runs", "follow", std::to_string(id)});
        runner.join();
        CHECK(said.code == row.code);
        CHECK(said.out.find("because") != std::string::npos);
        CHECK(said.out.find("5 read, 5 added") != std::string::npos);
    }
    const auto lines = desk.ctl({"runs", "follow", "1", "--json"});
    const auto last = json::parse(lines.out.substr(lines.out.rfind('\n', lines.out.size() - 2) + 1));
    CHECK(last["run"]["status"] == "succeeded");
    CHECK(last["run"]["id"] == 1);
}

TEST_CASE("following outlives a restart of the daemon", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring"});
    std::thread runner([&] {
        put(desk, 1, model::RunStatus::delivering);
        desk.restart_server();
        put(desk, 1, model::RunStatus::succeeded, "and it went on");
    });
    const auto said = desk.ctl({"runs", "follow", "1"});
    runner.join();
    CHECK(said.code == 0);
    CHECK(said.out.find("and it went on") != std::string::npos);
}

TEST_CASE("a held run is approved or cancelled, and only then", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring"});
    desk.refused(6, {"runs", "approve", "1"}, "queued");
    desk.refused(6, {"runs", "retry", "1"}, "queued");
    put(desk, 1, model::RunStatus::held, "30 would leave");
    CHECK(desk.ctl({"runs", "follow", "1"}).code == 7);
    desk.expect(0, {"runs", "approve", "1"});
    CHECK(desk.live.told.back() == "approve 1");
    CHECK(desk.expect(0, {"runs", "show", "1", "--json"}).json()["approved"] == true);
    // Approved and not yet taken up: following waits for what comes of it.
    std::thread runner([&] { put(desk, 1, model::RunStatus::succeeded); });
    CHECK(desk.ctl({"runs", "follow", "1"}).code == 0);
    runner.join();
    desk.refused(6, {"runs", "cancel", "1"}, "succeeded");
    desk.expect(0, {"run", "spring"});
    desk.expect(0, {"runs", "cancel", "2"});
    CHECK(desk.live.told.back() == "cancel 2");
    CHECK(desk.expect(0, {"runs", "show", "2", "--json"}).json()["cancel_requested"] == true);
}

namespace {

/// A row that was not sent, and a member that the provider refused.
void reject_two(Desk& desk) {
    auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        store::Reject row;
        row.run = 1;
        row.segment = "customers";
        row.row = 3;
        row.code = "too_short";
        row.reject_class = model::RejectClass::fix_data;
        row.detail = "=1+1, \"quoted\"";
        row.counted_in = model::CountedIn::invalid;
        if (auto kept = store::add_reject(db, row); !kept) return kept;
        row.member = hash('a');
        row.code = "merge_field";
        row.field = "PHONE";
        row.detail = "no phone number";
        row.counted_in = model::CountedIn::rejected;
        row.attempts = 2;
        return store::add_reject(db, row);
    };
    REQUIRE(desk.in_store(write).has_value());
}

}  // namespace

TEST_CASE("rejects are shown with what to mend first, and written as CSV", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring"});
    CHECK(desk.expect(0, {"runs", "rejects", "1", "--json"}).json() == nlohmann::json::array());
    CHECK(desk.expect(0, {"runs", "rejects", "1"}).out == "nothing was rejected\n");
    reject_two(desk);
    put(desk, 1, model::RunStatus::completed_with_rejects);
    const auto rejects = desk.expect(0, {"runs", "rejects", "1", "--json"}).json();
    REQUIRE(rejects.size() == 2);
    CHECK(rejects[1]["counted_in"] == "rejected");
    CHECK(rejects[1]["attempts"] == 2);
    CHECK(rejects[1]["count"] == 1);
    const auto csv = desk.expect(0, {"runs", "rejects", "1", "--csv"}).out;
    CHECK(csv.find("segment,row,line,member,field,code,class,count,detail,attempts,next_try\r\n") == 0);
    CHECK(csv.find("customers,,3,,,too_short,fix_data,1,\"'=1+1, \"\"quoted\"\"\",0,\r\n") != csv.npos);
    CHECK(csv.find("616161616161,PHONE,") != csv.npos);
    // An editor finds it; what is no line of one file stays a row.
    CHECK(rejects[0]["line"] == 3);
    CHECK(rejects[0]["row"].is_null());
    const auto table = desk.expect(0, {"runs", "rejects", "1"}).out;
    CHECK(table.find("completed with rejects\n\n1 row: =1+1, \"quoted\"\n  too_short: mend the data") !=
          table.npos);
    CHECK(table.find("customers     3  616161616161  no phone number\n") != table.npos);
    CHECK(table.find("mended at the provider? audiencectl runs retry 1\n") != table.npos);
    const auto shown = desk.expect(0, {"runs", "show", "1", "--json"}).json();
    REQUIRE(shown["rejects"].size() == 2);
    CHECK(shown["rejects"][1]["field"] == "PHONE");
    CHECK(shown["rejects"][1]["class"] == "fix_data");
    CHECK(shown["rejects"][1]["count"] == 1);
    CHECK(desk.expect(0, {"runs", "show", "1"}).out.find("rejects\n  1 row: =1+1") != std::string::npos);
    desk.refused(5, {"runs", "rejects", "9"}, "no run 9");
    CHECK(desk.expect(0, {"runs", "rejects", "1", "--limit", "1", "--json"}).json().size() == 1);
}

TEST_CASE("rejects come page by page, and the last one says how many have no row", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring"});
    auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        store::Reject row;
        row.run = 1;
        row.code = "address_missing";
        row.detail = "no e-mail address";
        row.reject_class = model::RejectClass::fix_data;
        row.counted_in = model::CountedIn::invalid;
        for (row.row = 1; row.row <= 10'003; ++row.row)
            if (auto kept = store::add_reject(db, row); !kept) return kept;
        return transaction->commit();
    };
    REQUIRE(desk.in_store(write).has_value());
    const auto all = desk.expect(0, {"runs", "rejects", "1", "--json"}).json();
    REQUIRE(all.size() == 10'001);
    std::uint64_t sum = 0;
    for (const auto& one : all) sum += one["count"].get<std::uint64_t>();
    CHECK(sum == 10'003);
    CHECK(all[9'999]["row"] == 10'000);
    CHECK(all[10'000]["detail"] == "and 3 more of this kind");
    CHECK(all[10'000]["row"].is_null());
    CHECK(desk.expect(0, {"runs", "rejects", "1"}).out.find("\n10,003 rows: no e-mail address\n") !=
          std::string::npos);
}

TEST_CASE("a dry run does not hide how the last run ended", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring"});
    put(desk, 1, model::RunStatus::failed, "the provider said no");
    desk.expect(0, {"run", "spring", "--dry-run"});
    put(desk, 2, model::RunStatus::succeeded, "a dry run");
    CHECK(desk.expect(0, {"status", "--json"}).json()["exports"][0]["last_run"]["id"] == 1);
    CHECK(desk.expect(0, {"status"}).out.find("1 of 1 export needs attention\n\nspring: failed") == 0);
    CHECK(desk.expect(0, {"export", "show", "spring", "--json"}).json()["last_run"]["id"] == 1);
    desk.expect(0, {"run", "spring"});
    put(desk, 3, model::RunStatus::succeeded);
    CHECK(desk.expect(0, {"status"}).out.find("attention") == std::string::npos);
}

TEST_CASE("retry runs the export once more, for what the run rejected", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring", "--full"});
    put(desk, 1, model::RunStatus::completed_with_rejects);
    CHECK(desk.expect(0, {"runs", "retry", "1"}).out == "2\n");
    const auto again = desk.expect(0, {"runs", "show", "2", "--json"}).json();
    CHECK(again["trigger"] == "retry");
    CHECK(again["retry_of"] == 1);
    CHECK(again["options"]["full"] == false);
    CHECK(again["options"]["dry_run"] == false);
    const auto audit = desk.expect(0, {"audit", "--json"}).json();
    CHECK(audit[0]["action"] == "run retry");
    CHECK(audit[0]["object"] == "1");
}

TEST_CASE("refresh runs what the schedule would, in name order, and names what it leaves out",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    for (const char* name : {"b", "a", "off", "manual", "lost"}) {
        desk.expect(0, {"export", "duplicate", "spring", name});
        if (name != std::string("off")) desk.expect(0, {"export", "enable", name});
    }
    desk.expect(0, {"export", "edit", "manual", "--schedule", "manual"});
    desk.expect(0,
                {"connection", "add", "gone", "--provider", "mailchimp", "--consent", "--api-key-file", "-"},
                std::string(32, 'a') + "-us6");
    desk.expect(0, {"export", "attach", "lost", "--connection", "gone"});
    desk.expect(0, {"connection", "consent", "gone", "--withdraw"});
    const auto said = desk.expect(0, {"refresh", "--json"}).json();
    std::vector<std::string> names;
    for (const auto& one : said["runs"]) names.push_back(one["export"].get<std::string>());
    CHECK(names == std::vector<std::string>{"a", "b", "spring"});
    REQUIRE(said["left_out"].size() == 1);
    CHECK(said["left_out"][0]["export"] == "lost");
    CHECK(said["left_out"][0]["why"].get<std::string>().find("consent") != std::string::npos);
}

}  // namespace audienced::unit::daemon_audiencectl_run_test
