#include "run/next_runs.hpp"

#include "store/audit.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::run_next_runs_test {

using namespace audienced;
using namespace audienced::test;
using model::RunStatus;

namespace {

struct Scene : State {
    Scene() { define_sample(*this); }
    model::RunId queue(model::RunOptions options = {}) {
        auto run = sample_run();
        run.options = options;
        return store::queue_run(db, run).value();
    }
    model::RunId hold() {
        const auto id = queue();
        put(id, RunStatus::held);
        REQUIRE(store::store_plan_revisions(db, id, 1, 1));
        return id;
    }
    void put(model::RunId id, RunStatus status) {
        auto run = row(id);
        run.status = status;
        REQUIRE(store::update_run(db, run));
    }
    model::Run row(model::RunId id) { return store::get_run(db, id).value(); }
    void edit() { REQUIRE(store::update_export(db, store::get_export(db, "weekly").value())); }
    run::NextRuns look(bool may_start = true) {
        return run::find_next_runs(db, vault, now, may_start, from_unix(6000)).value();
    }
    std::vector<model::RunId> started(bool may_start = true) {
        std::vector<model::RunId> out;
        for (const run::Candidate& c : look(may_start).start) out.push_back(c.run.id);
        return out;
    }
    run::UnderWay now;
};

using Ids = std::vector<model::RunId>;

}  // namespace

TEST_CASE("a newer run begins beside a held one and ends it, in one step", "[unit][run]") {
    Scene s;
    const auto held = s.hold(), next = s.queue();
    const auto found = s.look();
    REQUIRE(found.start.size() == 1);
    CHECK(found.start[0].run.id == next);
    CHECK(found.start[0].connection == "news");
    CHECK(found.start[0].destination_key == model::DestinationKey("acc1/aud1"));
    REQUIRE(found.expired.size() == 1);
    CHECK(found.expired[0].id == held);
    CHECK(found.open == Ids{next});
    CHECK(s.row(held).status == RunStatus::cancelled);
    CHECK(s.row(held).reason.find("run " + std::to_string(next)) != std::string::npos);
    CHECK(s.row(held).reason.find("audiencectl runs show " + std::to_string(next)) != std::string::npos);
}

TEST_CASE("a held run stays when no run begins that replaces it", "[unit][run]") {
    Scene s;
    const auto held = s.hold();
    SECTION("there is none") {
        CHECK(s.started().empty());
    }
    SECTION("a dry run only looks") {
        model::RunOptions dry;
        dry.dry_run = true;
        const auto look = s.queue(dry);
        CHECK(s.started() == Ids{look});
    }
    SECTION("a queued run that is cancelled only ends") {
        const auto next = s.queue();
        REQUIRE(store::request_cancel(s.db, next));
        CHECK(s.started() == Ids{next});
    }
    SECTION("nothing may start") {
        s.queue();
        CHECK(s.started(false).empty());
    }
    SECTION("as many are under way as may be") {
        s.queue();
        s.now.most = 0;
        CHECK(s.started().empty());
    }
    CHECK(s.row(held).status == RunStatus::held);
}

TEST_CASE("a held run whose export was edited expires at the next look, approved or not, and is not started",
          "[unit][run]") {
    Scene s;
    const auto held = s.hold();
    if (GENERATE(true, false)) REQUIRE(store::approve(s.db, held));
    s.edit();
    const auto found = s.look(GENERATE(true, false));
    CHECK(found.start.empty());
    REQUIRE(found.expired.size() == 1);
    CHECK(s.row(held).status == RunStatus::cancelled);
    CHECK(s.row(held).finished_at == from_unix(6000));
    const auto audit = store::list_audit(s.db, 9).value();
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].action == "held plan expired");
    CHECK(audit[0].object == "run " + std::to_string(held));
    CHECK(audit[0].uid == -1);
}

TEST_CASE("a disabled export with an approved held run is not delivered", "[unit][run]") {
    Scene s;
    const auto held = s.hold();
    REQUIRE(store::approve(s.db, held));
    if (GENERATE(true, false))  // whether the plan has kept its revisions or not
        REQUIRE(s.db.execute("UPDATE runs SET plan_export_revision = NULL, plan_connection_revision = NULL"));
    auto e = store::get_export(s.db, "weekly").value();
    e.enabled = false;
    REQUIRE(store::update_export(s.db, e));
    CHECK(s.started().empty());
    CHECK(s.row(held).status == RunStatus::cancelled);
    CHECK(s.row(held).reason.find("disabled") != std::string::npos);
}

TEST_CASE("an approved held run goes first, and the next run of its export waits", "[unit][run]") {
    Scene s;
    const auto held = s.hold();
    s.queue();
    REQUIRE(store::approve(s.db, held));
    CHECK(s.started() == Ids{held});
    CHECK(s.row(held).status == RunStatus::held);
}

TEST_CASE("a held run that is under way again, or is being cancelled, ends in its own way", "[unit][run]") {
    Scene s;
    const auto held = s.hold();
    s.edit();
    if (GENERATE(true, false)) {
        s.now.runs.insert(held);
        CHECK(s.look().expired.empty());
    } else {
        REQUIRE(store::request_cancel(s.db, held));
        CHECK(s.started() == Ids{held});
    }
    CHECK(s.row(held).status == RunStatus::held);
}

}  // namespace audienced::unit::run_next_runs_test
