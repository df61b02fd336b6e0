#include "notify/decide.hpp"

#include <catch2/catch.hpp>

#include "unit/notify/scene.hpp"

namespace audienced::unit::notify_decide_test {

using namespace audienced;
using namespace audienced::test;
using Status = model::RunStatus;
using Told = std::vector<std::string>;

namespace {

std::vector<std::string> pending(const notify::Book& book, const std::string& way = "webhook") {
    std::vector<std::string> out;
    for (const auto& [id, telling] : book.tellings)
        if (telling.way == way) out.push_back(telling.state);
    return out;
}

}  // namespace

TEST_CASE("each way hears of a change, and one that does not take it is asked again by itself",
          "[unit][notify]") {
    Scene scene;
    scene.ways.tell = {"command", "webhook", "email"};
    scene.run(1, Status::failed);
    scene.look();
    CHECK(scene.book.tellings.size() == 3);
    const SysTime now = scene.world.now;
    for (const char* way : {"command", "email"}) {
        const auto id = notify::next_for(scene.book, way, now);
        REQUIRE(id);
        notify::taken(scene.book, *id);
        CHECK_FALSE(notify::next_for(scene.book, way, now));
    }
    const auto id = notify::next_for(scene.book, "webhook", now);
    REQUIRE(id);
    notify::not_taken(scene.book, *id, now);
    CHECK_FALSE(notify::next_for(scene.book, "webhook", now));
    CHECK(notify::next_due(scene.book) == now + 5s);
    CHECK(notify::next_for(scene.book, "webhook", now + 5s) == id);
}

TEST_CASE("the waits between tries grow to an hour and no further", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::failed);
    scene.look();
    SysTime now = scene.world.now;
    std::vector<long> waits;
    for (int i = 0; i < 14; ++i) {
        const auto id = notify::next_for(scene.book, "webhook", now);
        REQUIRE(id);
        notify::not_taken(scene.book, *id, now);
        const SysTime next = notify::next_due(scene.book).value();
        waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(next - now).count());
        now = next;
    }
    CHECK(waits == std::vector<long>{5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600});
}

TEST_CASE("a receiver that was away hears in order: what came first, and what is now", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::failed);
    scene.look();
    scene.run(2, Status::succeeded);
    scene.look();
    CHECK(pending(scene.book) == Told{"failed", "ok"});
    // The second one does not overtake the first.
    const auto first = notify::next_for(scene.book, "webhook", scene.world.now);
    REQUIRE(first);
    notify::not_taken(scene.book, *first, scene.world.now);
    CHECK_FALSE(notify::next_for(scene.book, "webhook", scene.world.now));
    scene.run(3, Status::skipped);
    scene.look();
    CHECK(pending(scene.book) == Told{"failed", "skipped"});
    scene.run(4, Status::failed);
    scene.look();
    CHECK(pending(scene.book) == Told{"failed"});
    for (model::RunId id = 5; id < 25; ++id) {
        scene.run(id, id % 2 == 0 ? Status::failed : Status::succeeded);
        scene.look();
        CHECK(scene.book.tellings.size() <= 2);
    }
}

TEST_CASE("what is being sent is neither replaced nor taken back", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::failed);
    scene.look();
    const auto busy = notify::next_for(scene.book, "webhook", scene.world.now);
    REQUIRE(busy);
    for (const auto status : {Status::succeeded, Status::skipped, Status::succeeded}) {
        scene.run(scene.world.exports.front().runs.front().id + 1, status);
        notify::take_findings(scene.book, notify::find(scene.world, scene.book), scene.ways, scene.world.now,
                              {*busy});
    }
    CHECK(pending(scene.book) == Told{"failed", "ok"});
    CHECK(scene.book.tellings.begin()->first == *busy);
}

TEST_CASE("a held run is told again each day while it waits, other states are not", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::held);
    CHECK(scene.look_and_tell() == Told{"export:vip held"});
    scene.world.now += 24h - 1s;
    CHECK(scene.look_and_tell().empty());
    scene.world.now += 1s;
    const auto logged = scene.look();
    REQUIRE(logged.size() == 1);
    CHECK(logged[0].kind == log::Kind::run_held);
    REQUIRE(scene.book.tellings.size() == 1);
    CHECK(scene.book.tellings.begin()->second.body.find("\"again\":true") != std::string::npos);
    scene.told();
    scene.world.now += 1h;
    CHECK(scene.look_and_tell().empty());
    scene.world.now -= 72h;  // the clock was set back
    CHECK(scene.look_and_tell() == Told{"export:vip held"});
    scene.run(2, Status::failed);
    scene.look_and_tell();
    scene.world.now += 96h;
    CHECK(scene.look_and_tell().empty());
}

TEST_CASE("a state that lasts is told again after a restart, once for each way", "[unit][notify]") {
    Scene scene;
    scene.add_export("two");
    scene.run(1, Status::failed);
    scene.run(2, Status::succeeded, "two");
    scene.look();
    const notify::Book untold = scene.book;
    scene.told();
    notify::tell_lasting(scene.book, scene.ways.tell, scene.world.now);
    REQUIRE(scene.book.tellings.size() == 1);
    CHECK(scene.book.tellings.begin()->second.body.find("\"again\":true") != std::string::npos);
    CHECK(scene.told() == Told{"export:vip failed"});
    // What was not taken before is not told twice.
    scene.book = untold;
    notify::tell_lasting(scene.book, scene.ways.tell, scene.world.now);
    CHECK(scene.told() == Told{"export:vip failed"});
    notify::tell_lasting(scene.book, {"email"}, scene.world.now);
    CHECK(pending(scene.book, "email") == Told{"failed"});
}

TEST_CASE("ways that are not configured any more have nothing waiting", "[unit][notify]") {
    Scene scene;
    scene.ways.tell = {"webhook", "slack"};
    scene.ways.heartbeat = true;
    scene.ways.export_heartbeat = {"vip"};
    scene.run(1, Status::failed);
    scene.look();
    scene.run(2, Status::succeeded);
    scene.look();
    notify::end_round(scene.book, scene.ways, scene.world.now);
    CHECK(scene.book.tellings.size() == 6);
    scene.ways.tell = {"slack"};
    scene.ways.export_heartbeat.clear();
    notify::keep_ways(scene.book, scene.ways);
    CHECK(pending(scene.book, "slack") == Told{"failed", "ok"});
    CHECK(scene.book.tellings.size() == 3);
    scene.ways.heartbeat = false;
    notify::keep_ways(scene.book, scene.ways);
    CHECK(scene.book.tellings.size() == 2);
}

TEST_CASE("a heartbeat goes out once for each good run or refresh, and not late", "[unit][notify]") {
    Scene scene;
    scene.ways.tell.clear();
    scene.ways.heartbeat = true;
    scene.ways.export_heartbeat = {"vip"};
    scene.run(1, Status::succeeded);
    scene.look();
    scene.look();
    CHECK(pending(scene.book, "heartbeat:vip") == Told{"ok"});
    scene.run(2, Status::failed);
    scene.look();
    scene.run(3, Status::completed_with_rejects);
    scene.look();
    CHECK(pending(scene.book, "heartbeat:vip") == Told{"ok"});  // the newest replaces the one before
    scene.told();
    scene.run(4, Status::succeeded);
    scene.world.now += 2h;  // the daemon was down
    scene.look();
    CHECK(pending(scene.book, "heartbeat:vip").empty());
    scene.book.round = {{"vip", 3}};
    notify::end_round(scene.book, scene.ways, scene.world.now);
    CHECK(scene.book.round.empty());
    CHECK(pending(scene.book, "heartbeat") == Told{"ok"});
    notify::drop_stale_heartbeats(scene.book, scene.world.now + 59min);
    CHECK(scene.book.tellings.size() == 1);
    notify::drop_stale_heartbeats(scene.book, scene.world.now + 1h);
    CHECK(scene.book.tellings.empty());
}

}  // namespace audienced::unit::notify_decide_test
