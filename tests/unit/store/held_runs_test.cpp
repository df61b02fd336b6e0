#include "store/held_runs.hpp"

#include "state.hpp"

namespace audienced::unit::store_held_runs_test {

using namespace audienced;
using namespace audienced::test;
using model::RunStatus;

namespace {

const SysTime later = from_unix(6000);

/// A held run of "weekly", planned as export and connection are now: 5 read, one of them unchanged.
struct Scene : State {
    Scene() { define_sample(*this); }
    model::Run hold(const char* export_name = "weekly") {
        auto run = store::get_run(db, store::queue_run(db, sample_run(export_name)).value()).value();
        run.status = RunStatus::held;
        run.reason = "30 would leave";
        run.counts.read = run.planned.read = 5;
        run.counts.unchanged = run.planned.unchanged = 1;
        run.planned.added = 4;
        REQUIRE(store::update_run(db, run));
        const auto e = store::get_export(db, export_name).value();
        REQUIRE(store::store_plan_revisions(db, run.id, e.revision,
                                            store::get_connection(db, "news").value().revision));
        store::BatchRow batch;
        batch.run = run.id;
        batch.seq = 1;
        REQUIRE(store::insert_batches(db, {batch}));
        return row(run.id);
    }
    model::Run row(model::RunId id) { return store::get_run(db, id).value(); }
    void edit(const std::function<void(model::Export&)>& edit) {
        auto e = store::get_export(db, "weekly").value();
        edit(e);
        REQUIRE(store::update_export(db, e));
    }
    void check_expired(model::RunId id, const char* why, const char* what_to_do) {
        const auto run = row(id);
        CHECK(run.status == RunStatus::cancelled);
        CHECK(run.reason.find("its plan has expired: ") == 0);
        CHECK(run.reason.find(why) != std::string::npos);
        CHECK(run.reason.find(what_to_do) != std::string::npos);
        CHECK(run.finished_at == later);
        CHECK(run.counts.not_sent == 4);
        CHECK(run.counts.add_up());
        CHECK(store::count_batches(db, id).value() == 0);
    }
};

}  // namespace

TEST_CASE("a held run whose plan is good as it was shown stays held", "[unit][store]") {
    Scene s;
    const auto run = s.hold();
    CHECK(store::check_held_plan(s.db, run));
    CHECK(store::expire_stale_runs(s.db, {run}, later).value().empty());
    CHECK(s.row(run.id).status == RunStatus::held);
    // Signing in again changes nothing of what was planned: it cannot be approved now, and waits.
    REQUIRE(store::set_needs_sign_in(s.db, "news", "gone").value());
    CHECK(store::check_held_plan(s.db, run).error().code == Errc::wrong_state);
    CHECK(store::expire_stale_runs(s.db, {run}, later).value().empty());
    CHECK(s.row(run.id).status == RunStatus::held);
}

TEST_CASE("a held run expires when its export or connection changes, goes, or may not be used",
          "[unit][store]") {
    Scene s;
    const auto run = s.hold();
    const char *why = "", *what_to_do = "";
    SECTION("edited") {
        s.edit([](model::Export& e) { std::swap(e.fields[0].field, e.fields[1].field); });
        why = "the export weekly was changed";
        what_to_do = "audiencectl run weekly";
    }
    SECTION("disabled") {
        s.edit([](model::Export& e) { e.enabled = false; });
        why = "disabled";
        what_to_do = "audiencectl export enable weekly";
    }
    SECTION("disabled and enabled again") {
        for (const bool on : {false, true}) s.edit([&](model::Export& e) { e.enabled = on; });
        why = "the export weekly was changed";
        what_to_do = "audiencectl run weekly";
    }
    SECTION("the connection edited") {
        const auto c = store::get_connection(s.db, "news").value();
        REQUIRE(store::edit_connection(s.db, c, c, true));
        why = "the connection news was changed";
        what_to_do = "audiencectl run weekly";
    }
    SECTION("consent withdrawn") {
        REQUIRE(store::withdraw_consent(s.db, "news"));
        why = "no consent";
        what_to_do = "audiencectl connection consent news --give";
    }
    SECTION("edited while the connection needs a sign-in") {
        REQUIRE(store::set_needs_sign_in(s.db, "news", "gone").value());
        s.edit([](model::Export& e) { e.title = "T"; });
        why = "the export weekly was changed";
        what_to_do = "audiencectl run weekly";
    }
    SECTION("the connection removed") {
        REQUIRE(store::remove_connection(s.db, "news", true));
        why = "detached";
        what_to_do = "audiencectl export attach weekly";
    }
    SECTION("the export removed: a held run does not keep it") {
        REQUIRE(store::remove_export(s.db, "weekly"));
        why = "the export weekly was removed";
        what_to_do = "audiencectl export add weekly";
    }
    CHECK(store::check_held_plan(s.db, run).error().code == Errc::plan_expired);
    const auto ended = store::expire_stale_runs(s.db, {run}, later).value();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].id == run.id);
    CHECK(ended[0].status == RunStatus::cancelled);
    s.check_expired(run.id, why, what_to_do);
}

TEST_CASE("an approved held run keeps its export from being removed", "[unit][store]") {
    Scene s;
    const auto run = s.hold();
    REQUIRE(store::approve(s.db, run.id));
    CHECK(store::remove_export(s.db, "weekly").error().code == Errc::wrong_state);
}

TEST_CASE("a newer run ends the held runs of its export and no others", "[unit][store]") {
    Scene s;
    REQUIRE(store::add_export(s.db, sample_export("daily")));
    const auto run = s.hold(), other = s.hold("daily");
    const auto ended = store::expire_held_runs(s.db, "weekly", "run 3 of the export began", later).value();
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].id == run.id);
    s.check_expired(run.id, "run 3 of the export began", "");
    CHECK(s.row(other.id).status == RunStatus::held);
    CHECK(store::expire_held_runs(s.db, "weekly", "x", later).value().empty());
}

}  // namespace audienced::unit::store_held_runs_test
