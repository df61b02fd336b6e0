#include "watch_output.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

namespace audienced::unit::daemon_audiencectl_watch_output_test {

using namespace audienced;
using namespace audienced::ctl;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const Error away = make_error(Errc::network, "cannot reach the daemon at /s: Connection refused", "start it");

struct Scene {
    std::ostringstream out, err;
    SysTime now = from_unix(1'772'359'200);  // 2026-03-01 10:00:00 UTC
    View view;
    std::size_t rows = 50;
    json status = json::parse(R"({"version": "1.2.3", "started_at": "2026-03-01T09:00:00Z", "user": "anna",
        "role": "viewer", "sources": 1, "segments": 1, "attention": [], "connections": [], "limits": [],
        "schedule": {"calendar": null, "timezone": null, "next": null},
        "exports": [{"name": "vip", "title": "vip", "connection": "shop", "enabled": true, "schedule": "manual",
                     "zone": null, "next_run": null, "last_run": null}],
        "runs": [{"id": 6, "export": "vip", "status": "delivering", "waits_for": null,
                  "progress": {"done": 1, "total": 100, "rate": 2.5, "status": "delivering"}}]})");

    Scene() { ::setenv("TZ", "UTC", 1); }
    WatchStreams streams() {
        WatchStreams out_of;
        out_of.out = &out;
        out_of.err = &err;
        out_of.now = [this] { return now; };
        out_of.view = [this] { return view; };
        out_of.rows = [this] { return rows; };
        return out_of;
    }
    void show(WatchOutput& output) { output.show(status, status.dump() + "\n"); }
    /// What came since the last call.
    std::string told() { return std::exchange(out, std::ostringstream()).str(); }
    std::string said() { return std::exchange(err, std::ostringstream()).str(); }
    void deliver(int done) { status["runs"][0]["progress"]["done"] = done; }
};

bool has(const std::string& text, const std::string& what) {
    return text.find(what) != text.npos;
}

}  // namespace

TEST_CASE("in a pipe a screen comes when something changed, under a line with its time", "[unit][ctl]") {
    Scene scene;
    const auto output = watch_in_sequence(scene.streams());
    scene.show(*output);
    const std::string first = scene.told();
    CHECK(first.starts_with("=== 2026-03-01 10:00:00 UTC ===\nRUN  EXPORT"));
    CHECK(has(first, "1 of 100"));
    for (int answer = 0; answer < 12; ++answer) scene.show(*output);
    CHECK(scene.told().empty());

    scene.now += 2s;
    scene.status["connections"].push_back(
        {{"name", "shop"}, {"title", "shop"}, {"provider", "mailchimp"}, {"state", "ready"}});
    scene.show(*output);
    CHECK(scene.told().starts_with("\n=== 2026-03-01 10:00:02 UTC ===\nRUN"));
    CHECK(scene.said().empty());
}

TEST_CASE("in a pipe the figures of runs alone make a screen with each fifth answer", "[unit][ctl]") {
    Scene scene;
    const auto output = watch_in_sequence(scene.streams());
    scene.show(*output);
    scene.told();
    for (int answer = 1; answer < 5; ++answer) {
        scene.deliver(10 * answer);
        scene.show(*output);
        CHECK(scene.told().empty());
    }
    scene.deliver(50);
    scene.show(*output);
    CHECK(has(scene.told(), "50 of 100"));
    scene.deliver(60);
    scene.status["runs"][0]["progress"]["waiting_for"] = "the provider's job";
    scene.show(*output);
    CHECK(has(scene.told(), "waits for the provider's job"));
}

TEST_CASE("in a pipe what is wrong is said once on standard error, and the screen comes anew after it",
          "[unit][ctl]") {
    Scene scene;
    const auto output = watch_in_sequence(scene.streams());
    output->tell(away);
    output->tell(away);
    CHECK(scene.said() ==
          "audiencectl: cannot reach the daemon at /s: Connection refused; start it; asked again each "
          "second\n");
    output->tell(make_error(Errc::timeout, "no answer"));
    CHECK(scene.said() == "audiencectl: no answer; asked again each second\n");
    CHECK(scene.told().empty());
    scene.show(*output);
    CHECK(scene.told().starts_with("=== "));
    scene.show(*output);
    CHECK(scene.told().empty());
    output->tell(away);
    scene.show(*output);
    CHECK(scene.told().starts_with("\n=== "));
}

TEST_CASE("as JSON each change is one line, and so is a daemon that does not answer", "[unit][ctl]") {
    Scene scene;
    const auto output = watch_as_json(scene.streams(), false);
    scene.show(*output);
    scene.show(*output);
    CHECK(scene.told() == scene.status.dump() + "\n");
    scene.deliver(2);
    scene.show(*output);
    CHECK(json::parse(scene.told()) == scene.status);
    output->tell(away);
    output->tell(away);
    const std::string problem = scene.told();
    CHECK(std::count(problem.begin(), problem.end(), '\n') == 1);
    CHECK(json::parse(problem)["type"] == "urn:audienced:error:network");
    CHECK(has(scene.said(), "cannot reach the daemon"));
    scene.show(*output);
    CHECK(json::parse(scene.told()) == scene.status);
}

TEST_CASE("JSON on a terminal has no control characters", "[unit][ctl]") {
    Scene scene;
    scene.status["user"] = "\xe2\x80\xae";
    const auto output = watch_as_json(scene.streams(), true);
    scene.show(*output);
    const std::string line = scene.told();
    CHECK(has(line, "\\u202e"));
    CHECK(json::parse(line) == scene.status);
}

TEST_CASE("on a terminal each screen takes the place of the one before, as wide and high as it is now",
          "[unit][ctl]") {
    Scene scene;
    scene.view = View{80, false, true};
    const auto output = watch_in_place(scene.streams());
    scene.show(*output);
    std::string screen = scene.told();
    CHECK(screen.starts_with("\x1b[Hstatus of 2026-03-01 10:00:00 UTC; Ctrl-C ends it\x1b[K\n\x1b[K\nRUN"));
    CHECK(has(screen, "delivering  1 %, 1 of 100, 3/s"));
    scene.view.columns = 40;
    scene.rows = 4;
    scene.now += 1s;
    scene.show(*output);
    screen = scene.told();
    CHECK(screen.starts_with("\x1b[Hstatus of 2026-03-01 10:00:01 UTC; Ctrl…"));
    CHECK(std::count(screen.begin(), screen.end(), '\n') == 3);
    CHECK(has(screen, "... 12 more lines; a larger window sho…"));
}

TEST_CASE("on a terminal a daemon that is away is said above the last status", "[unit][ctl]") {
    Scene scene;
    scene.view = View{80, false, true};
    const auto output = watch_in_place(scene.streams());
    output->tell(away);
    std::string screen = scene.told();
    CHECK(
        screen.starts_with("\x1b[Hno status since 2026-03-01 10:00:00 UTC:\x1b[K\ncannot reach the daemon"));
    CHECK_FALSE(has(screen, "the status of"));
    scene.now += 1s;
    scene.show(*output);
    CHECK_FALSE(has(scene.told(), "no status since"));
    scene.now += 1s;
    output->tell(away);
    scene.now += 1s;
    output->tell(away);
    screen = scene.told();
    screen = screen.substr(screen.rfind("\x1b[H"));
    CHECK(has(screen, "no status since 2026-03-01 10:00:02 UTC:"));
    CHECK(has(screen, "start it"));
    CHECK(has(screen, "it is asked again each second; Ctrl-C ends it"));
    CHECK(has(screen, "the status of 2026-03-01 10:00:01 UTC was:"));
    CHECK(has(screen, "1 of 100"));
    CHECK(scene.said().empty());
}

}  // namespace audienced::unit::daemon_audiencectl_watch_output_test
