#include "notify/findings.hpp"

#include <catch2/catch.hpp>

#include "unit/notify/scene.hpp"

namespace audienced::unit::notify_findings_test {

using namespace audienced;
using namespace audienced::test;
using Status = model::RunStatus;
using Told = std::vector<std::string>;

TEST_CASE("every ending of a run that a person should know of is a state, and its end is told",
          "[unit][notify]") {
    const auto [status, state] = GENERATE(table<Status, std::string>(
        {{Status::failed, "failed"}, {Status::skipped, "skipped"}, {Status::held, "held"}}));
    Scene scene;
    scene.run(1, Status::succeeded);
    CHECK(scene.look_and_tell().empty());
    scene.run(2, status);
    CHECK(scene.look_and_tell() == Told{"export:vip " + state});
    CHECK(scene.look_and_tell().empty());
    if (status == Status::held) {
        auto& held = scene.world.exports.front().runs.front();
        held.approved = true;
        held.status = Status::delivering;
    } else {
        scene.run(3, Status::completed_with_rejects);
    }
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
}

TEST_CASE("a state that is the same in the next run is not told again", "[unit][notify]") {
    Scene scene;
    for (model::RunId id = 1; id <= 5; ++id) {
        scene.run(id, Status::skipped);
        CHECK(scene.look_and_tell().size() == (id == 1 ? 1 : 0));
    }
    scene.run(6, Status::failed);
    CHECK(scene.look_and_tell() == Told{"export:vip failed"});
}

TEST_CASE("a run under way ends nothing, a held run that is replaced neither", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::succeeded);
    scene.run(2, Status::held);
    CHECK(scene.look_and_tell() == Told{"export:vip held"});
    scene.world.exports.front().runs.front().status = Status::cancelled;  // by the run that replaces it
    scene.run(3, Status::planning);
    CHECK(scene.look_and_tell().empty());
    scene.world.exports.front().runs.front().status = Status::held;
    CHECK(scene.look_and_tell().empty());
    scene.world.exports.front().runs.front().status = Status::cancelled;
    scene.world.exports.front().runs.front().cancel_requested = true;
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
}

TEST_CASE("a run that was cancelled says nothing of what was before", "[unit][notify]") {
    const auto [status, state] =
        GENERATE(table<Status, std::string>({{Status::failed, "failed"}, {Status::skipped, "skipped"}}));
    Scene scene;
    const auto cancelled = [&](model::RunId id) {
        auto& run = scene.run(id, Status::cancelled);
        run.cancel_requested = true;
    };
    scene.run(1, status);
    CHECK(scene.look_and_tell() == Told{"export:vip " + state});
    cancelled(2);
    CHECK(scene.look_and_tell().empty());
    // One that failed behind it is news.
    scene.run(3, Status::succeeded);
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
    scene.run(4, status);
    cancelled(5);
    CHECK(scene.look_and_tell() == Told{"export:vip " + state});
    // As many of them as a look at the database gives.
    scene.world.exports.front().runs.clear();
    for (model::RunId id = 6; id < 18; ++id) cancelled(id);
    CHECK(scene.look_and_tell().empty());
    scene.world.exports.front().runs.clear();  // kept no longer
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
}

TEST_CASE("an undo that succeeded says nothing of what was before, one that waits does", "[unit][notify]") {
    Scene scene;
    const auto undo = [&](model::RunId id, Status status) {
        auto& run = scene.run(id, status);
        run.trigger = model::Trigger::undo;
        run.options.undo_of = 1;
    };
    scene.run(1, Status::failed);
    CHECK(scene.look_and_tell() == Told{"export:vip failed"});
    undo(2, Status::succeeded);
    CHECK(scene.look_and_tell().empty());
    scene.run(3, Status::succeeded);
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
    undo(4, Status::held);
    CHECK(scene.look_and_tell() == Told{"export:vip held"});
}

TEST_CASE("an undo that failed is told until another one ends well", "[unit][notify]") {
    Scene scene;
    const auto undo = [&](model::RunId id, Status status) {
        auto& run = scene.run(id, status);
        run.trigger = model::Trigger::undo;
        run.options.undo_of = 1;
    };
    SECTION("behind a run that ended well") {
        scene.run(1, Status::succeeded);
        CHECK(scene.look_and_tell().empty());
    }
    SECTION("with no other run kept") {}
    undo(2, Status::failed);
    CHECK(scene.look_and_tell() == Told{"export:vip failed"});
    undo(3, Status::cancelled);
    CHECK(scene.look_and_tell().empty());
    undo(4, Status::succeeded);
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
    CHECK(scene.look_and_tell().empty());
}

TEST_CASE("an undo that ended well does not end the failure of the run before it", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::failed);
    CHECK(scene.look_and_tell() == Told{"export:vip failed"});
    for (const auto& [id, status] : {std::pair{2, Status::failed}, std::pair{3, Status::succeeded}}) {
        auto& run = scene.run(id, status);
        run.trigger = model::Trigger::undo;
        run.options.undo_of = 1;
        CHECK(scene.look_and_tell().empty());
    }
}

TEST_CASE("a cancelled run ends what it was itself in: held or overdue", "[unit][notify]") {
    const auto status = GENERATE(Status::held, Status::delivering);
    Scene scene;
    if (GENERATE(true, false)) scene.run(1, Status::succeeded);
    scene.run(2, status);
    scene.world.now += 2h;
    CHECK(scene.look_and_tell() == Told{status == Status::held ? "export:vip held" : "export:vip overdue"});
    auto& run = scene.world.exports.front().runs.front();
    run.status = Status::cancelled;
    run.cancel_requested = true;
    scene.look();
    REQUIRE(scene.book.tellings.size() == 1);
    CHECK(scene.book.tellings.begin()->second.body.find("run 2 of export vip was cancelled") !=
          std::string::npos);
    CHECK(scene.told() == Told{"export:vip ok"});
    CHECK(scene.look_and_tell().empty());
}

TEST_CASE("a scheduled run is overdue when it is not over in time, or its next start came",
          "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::succeeded);
    scene.look();
    scene.run(2, Status::delivering);
    scene.world.now += 2h - 1s;
    CHECK(scene.look_and_tell().empty());
    SECTION("it takes too long") {
        scene.world.now += 1s;
        const auto logged = scene.look();
        REQUIRE(logged.size() == 1);
        CHECK(logged[0].kind == log::Kind::run_overdue);
        CHECK(logged[0].message.find("run 2 is not over yet (delivering)") != std::string::npos);
        CHECK(scene.told() == Told{"export:vip overdue"});
    }
    SECTION("its next start came") {
        scene.run(3, Status::queued);
        CHECK(scene.look_and_tell() == Told{"export:vip overdue"});
    }
    scene.world.exports.front().runs = {sample_run_of(2, Status::succeeded)};
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
}

TEST_CASE("runs of an export without a schedule, and those that were approved, are never overdue",
          "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::delivering);
    scene.world.now += 48h;
    if (GENERATE(true, false))
        scene.world.exports.front().definition.schedule = "manual";
    else
        scene.world.exports.front().runs.front().approved = true;
    CHECK(scene.look_and_tell().empty());
}

TEST_CASE("a scheduled run that waits behind another one says which", "[unit][notify]") {
    Scene scene;
    scene.run(2, Status::delivering).trigger = model::Trigger::on_demand;
    scene.run(3, Status::queued);
    CHECK(scene.look_and_tell().empty());  // a user's run that a start meets is not late by that
    scene.world.now += 3h;
    const auto logged = scene.look();
    REQUIRE(logged.size() == 1);
    CHECK(logged[0].message.find("run 3 did not start yet; it waits behind run 2") != std::string::npos);
    CHECK(scene.told() == Told{"export:vip overdue"});
}

TEST_CASE("four exports of a connection that needs a person are one matter", "[unit][notify]") {
    Scene scene;
    for (const char* name : {"two", "three", "four"}) scene.add_export(name);
    scene.connection().state = model::ConnectionState::needs_sign_in;
    model::RunId id = 0;
    for (const char* name : {"vip", "two", "three", "four"}) scene.run(++id, Status::failed, name);
    CHECK(scene.look_and_tell() == Told{"connection:shop needs_sign_in"});
    scene.connection().state = model::ConnectionState::ready;
    // What failed for it is not told when it is put right either.
    CHECK(scene.look_and_tell() == Told{"connection:shop ok"});
    scene.run(9, Status::failed, "two");
    CHECK(scene.look_and_tell() == Told{"export:two failed"});
}

TEST_CASE("a connection has a state for each thing that a person must do", "[unit][notify]") {
    Scene scene;
    auto& connection = scene.connection();
    connection.state = model::ConnectionState::stopped;
    CHECK(scene.look_and_tell() == Told{"connection:shop stopped"});
    connection.state = model::ConnectionState::ready;
    connection.consent.reset();
    CHECK(scene.look_and_tell() == Told{"connection:shop no_consent"});
    connection.consent = model::Consent{"ann", start_of_test};
    CHECK(scene.look_and_tell() == Told{"connection:shop ok"});
    connection.consent->text_version = model::consent_text_version - 1;  // the text has changed since
    CHECK(scene.look_and_tell() == Told{"connection:shop no_consent"});
    connection.consent = model::Consent{"ann", start_of_test};
    scene.world.connections.front().sign_in_dies = start_of_test;
    CHECK(scene.look_and_tell() == Told{"connection:shop expires_soon"});
    scene.world.exports.clear();  // no export uses it
    CHECK(scene.look_and_tell() == Told{"connection:shop ok"});
}

TEST_CASE("what is disabled, detached or removed needs no person any more", "[unit][notify]") {
    const int how = GENERATE(0, 1, 2);
    Scene scene;
    scene.run(1, Status::failed);
    CHECK(scene.look_and_tell() == Told{"export:vip failed"});
    if (how == 0) scene.world.exports.front().definition.enabled = false;
    if (how == 1) scene.world.exports.front().definition.connection.clear();
    if (how == 2) scene.world.exports.clear();
    CHECK(scene.look_and_tell() == Told{"export:vip ok"});
    CHECK(scene.book.subject_states.contains("export:vip") == (how != 2));
    CHECK(scene.look_and_tell().empty());
}

TEST_CASE("a full disk is a state of the daemon", "[unit][notify]") {
    Scene scene;
    scene.world.disk_full = "database or disk is full";
    CHECK(scene.look_and_tell() == Told{"daemon disk_full"});
    scene.world.disk_full.clear();
    CHECK(scene.look_and_tell() == Told{"daemon ok"});
}

TEST_CASE("a refresh is good once each of its exports has ended well since it began", "[unit][notify]") {
    Scene scene;
    scene.add_export("two");
    CHECK_FALSE(notify::is_round_good(scene.world));
    scene.world.round = {{"vip", 4}, {"two", 4}, {"removed", 4}};
    scene.run(4, Status::succeeded);
    scene.run(6, Status::completed_with_rejects, "two");
    CHECK_FALSE(notify::is_round_good(scene.world));
    scene.run(7, Status::failed);
    CHECK_FALSE(notify::is_round_good(scene.world));
    scene.run(8, Status::succeeded);
    CHECK(notify::is_round_good(scene.world));
    scene.run(9, Status::cancelled).cancel_requested = true;
    CHECK(notify::is_round_good(scene.world));
    scene.world.exports.back().definition.enabled = false;
    CHECK(notify::is_round_good(scene.world));
    scene.world.exports.clear();
    CHECK_FALSE(notify::is_round_good(scene.world));
}

}  // namespace audienced::unit::notify_findings_test
