#include "notify/decide.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

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
    CHECK(notify::next_due(scene.book, now) == now + 5s);
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
        const SysTime next = notify::next_due(scene.book, now).value();
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

TEST_CASE("the next try is that of the message that holds up the others", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::failed);
    scene.look();
    const SysTime now = scene.world.now;
    notify::not_taken(scene.book, notify::next_for(scene.book, "webhook", now).value(), now);
    scene.run(2, Status::succeeded);
    scene.look();
    // The second could go at once, but waits for the first.
    CHECK(notify::next_due(scene.book, now) == now + 5s);
}

TEST_CASE("a clock that is set back makes no message wait for it", "[unit][notify]") {
    Scene scene;
    scene.ways.export_heartbeat = {"vip"};
    scene.run(1, Status::succeeded);
    scene.look();
    scene.run(2, Status::failed);
    scene.look();
    SysTime now = scene.world.now;
    for (int tries = 0; tries < 14; ++tries) {
        const auto id = notify::next_for(scene.book, "webhook", now);
        REQUIRE(id);
        notify::not_taken(scene.book, *id, now);
        if (tries < 13) now += 1h;
    }
    CHECK_FALSE(notify::next_for(scene.book, "webhook", now));
    now -= 1s;  // as far ahead as a wait can be, and a second more
    CHECK(notify::next_for(scene.book, "webhook", now));
    CHECK_FALSE(notify::next_due(scene.book, now - 24h));
    // A heartbeat of another time is no sign of life.
    notify::drop_stale_heartbeats(scene.book, scene.world.now - 59min);
    CHECK(pending(scene.book, "heartbeat:vip") == Told{"ok"});
    notify::drop_stale_heartbeats(scene.book, scene.world.now - 1h);
    CHECK(pending(scene.book, "heartbeat:vip").empty());
}

TEST_CASE("what waits can be tried at once, in its order", "[unit][notify]") {
    Scene scene;
    scene.run(1, Status::failed);
    scene.look();
    const SysTime now = scene.world.now;
    const auto first = notify::next_for(scene.book, "webhook", now);
    for (int tries = 0; tries < 10; ++tries) notify::not_taken(scene.book, *first, now);
    scene.run(2, Status::skipped);
    scene.look();
    CHECK_FALSE(notify::next_for(scene.book, "webhook", now));
    notify::try_now(scene.book, now);
    CHECK(notify::next_for(scene.book, "webhook", now) == first);
    // It goes on from where it was, should it fail again.
    notify::not_taken(scene.book, *first, now);
    CHECK(notify::next_due(scene.book, now) == now + 1h);
}

TEST_CASE("a number is given once, also where the database lost what was told last", "[unit][notify]") {
    Scene scene;
    const notify::Book stored = scene.book;
    scene.run(1, Status::failed);
    scene.look();
    const std::int64_t told = scene.book.tellings.begin()->first;
    scene.run(2, Status::succeeded);
    scene.look();
    CHECK(scene.book.tellings.rbegin()->first > told);
    const std::int64_t last = scene.book.tellings.rbegin()->first;
    // The disk was full, or an older backup was restored.
    scene.book = stored;
    scene.world.now += 1s;
    scene.look();
    scene.run(3, Status::failed);
    scene.look();
    REQUIRE(scene.book.tellings.size() == 1);
    CHECK(scene.book.tellings.begin()->first > last);
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

TEST_CASE("what is told of a state that lasts has the words of the run that is in it now", "[unit][notify]") {
    Scene scene;
    scene.ways.tell = {"webhook", "email"};
    scene.run(1, Status::held).reason = "200 to remove";
    scene.look();
    notify::taken(scene.book, scene.book.tellings.begin()->first);
    // Another held run replaces it. One way did not take the first message yet.
    scene.world.exports.front().runs.front().status = Status::cancelled;
    scene.run(2, Status::held).reason = "300 to remove";
    scene.world.now += 1h;
    CHECK(scene.look().empty());
    const auto body = [&] { return nlohmann::json::parse(scene.book.tellings.begin()->second.body); };
    REQUIRE(scene.book.tellings.size() == 1);
    CHECK(body().at("fields").at("RUN_ID") == "2");
    CHECK(body().at("time") == to_iso8601(start_of_test));
    CHECK(body().at("previous_state") == "ok");
    scene.told();
    scene.world.now += 23h;
    scene.look();
    REQUIRE(scene.book.tellings.size() == 2);
    CHECK(body().at("message").get<std::string>().find("`audiencectl runs approve 2`") != std::string::npos);
    CHECK(body().at("again") == true);
    CHECK(body().at("since") == to_iso8601(start_of_test));
    // Words of a look that knows nothing new are no words.
    const notify::Book before = scene.book;
    scene.world.exports.front().runs.clear();
    scene.run(3, Status::planning).queued_at = scene.world.now;
    scene.look();
    CHECK(scene.book.subject_states == before.subject_states);
    CHECK(scene.book.tellings == before.tellings);
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
