// What people see: audiencectl in a terminal of 80 columns and in a pipe, against the real control socket and
// database, compared with the files in screens/. AUDIENCED_WRITE_SCREENS=1 writes them anew, to be looked at.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "screens_scene.hpp"
#include "store/definitions.hpp"
#include "support/source_tree.hpp"
#include "text_cells.hpp"

namespace audienced::unit::daemon_audiencectl_render_screens_test {

using namespace audienced;
using test::scene_now;
using test::ScreensScene;

namespace {

std::string file_of(const std::string& name) {
    return test::source_file("tests/unit/daemon/audiencectl/screens/" + name + ".txt");
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

/// The command, then what it prints, with what differs from machine to machine under one name.
std::string told(const std::vector<std::string>& words, const test::Said& said, const ScreensScene& scene) {
    std::string out = "$ audiencectl";
    for (const auto& word : words) out += " " + word;
    out += "\n" + replaced(said.out + said.err, scene.desk.socket, "/run/audienced/control.sock");
    for (const char* where : {"you are ", "given by "})
        for (auto at = out.find(where); at != out.npos; at = out.find(where, at + 1)) {
            const auto begin = at + std::string(where).size();
            out.replace(begin, out.find(',', begin) - begin, "anna");
        }
    // Each scene has its own key, and so its own hashes.
    out = std::regex_replace(out, std::regex("\\b[0-9a-f]{12}\\b"), "a1b2c3d4e5f6");
    return out + "[exit code " + std::to_string(said.code) + "]\n";
}

void compare(const std::string& name, const std::string& screen) {
    if (std::getenv("AUDIENCED_WRITE_SCREENS")) std::ofstream(file_of(name)) << screen;
    std::ifstream in(file_of(name));
    std::ostringstream kept;
    kept << in.rdbuf();
    INFO("screen " << name);
    CHECK(screen == kept.str());
}

std::string number(model::RunId id) {
    return std::to_string(id);
}

}  // namespace

TEST_CASE("screens of a terminal with 80 columns look as they are kept", "[unit][ctl]") {
    ScreensScene scene;
    const std::vector<std::string> first{"status"};
    compare("status_new", told(first, scene.desk.in_terminal(first), scene));
    scene.put_everything();
    const std::pair<const char*, std::vector<std::string>> screens[]{
        {"status", {"status"}},
        {"run_held", {"runs", "show", number(scene.held)}},
        {"run_ended", {"runs", "show", number(scene.before_held)}},
        {"run_failed", {"runs", "show", number(scene.failed)}},
        {"run_skipped", {"runs", "show", number(scene.skipped)}},
        {"run_rejects", {"runs", "show", number(scene.rejected)}},
        {"run_delivering", {"runs", "show", number(scene.delivering)}},
        {"run_waiting", {"runs", "show", number(scene.waiting)}},
        {"runs", {"runs", "list"}},
        {"rejects", {"runs", "rejects", number(scene.rejected)}},
        {"rejects_none", {"runs", "rejects", number(scene.failed)}},
        {"export", {"export", "show", "newsletter"}},
        {"exports", {"export", "list"}},
        {"connections", {"connection", "list"}},
        {"segments", {"segment", "list"}},
        {"segment", {"segment", "show", "readers"}},
        {"schedule", {"schedule", "show"}}};
    for (const auto& [name, words] : screens) {
        const auto said = scene.desk.in_terminal(words);
        compare(name, told(words, said, scene));
        std::istringstream lines(said.out);
        for (std::string line; std::getline(lines, line);) {
            CAPTURE(name, line);
            // A command is never broken, so that it can be copied.
            if (line.find("audiencectl ") == line.npos) CHECK(ctl::display_width(line) <= 80);
        }
    }
}

TEST_CASE("screens of a pipe have every word, in one line each, and no colour", "[unit][ctl]") {
    ScreensScene scene;
    scene.put_everything();
    scene.desk.environment["TERM"] = "xterm";
    const std::pair<const char*, std::vector<std::string>> screens[]{
        {"status_pipe", {"status"}},
        {"runs_pipe", {"runs", "list"}},
        {"run_held_pipe", {"runs", "show", number(scene.held)}}};
    for (const auto& [name, words] : screens) {
        const auto said = scene.desk.ctl(words);
        compare(name, told(words, said, scene));
        CHECK(said.out.find("…") == std::string::npos);
        CHECK(said.out.find('\x1b') == std::string::npos);
    }
}

TEST_CASE("a connection that needs a person is said, with the command that mends it", "[unit][ctl]") {
    ScreensScene scene;
    scene.put_everything();
    auto write = [](store::Database& db, const vault::Vault&) {
        return store::set_needs_sign_in(db, "shop", "the provider refused the key: \"API Key Invalid\"");
    };
    REQUIRE(scene.desk.in_store(write).has_value());
    scene.desk.expect(0, {"connection", "consent", "club", "--withdraw"});
    for (const auto& [name, words] :
         {std::pair("connection", std::vector<std::string>{"connection", "show", "shop"}),
          std::pair("status_connections", std::vector<std::string>{"status"})})
        compare(name, told(words, scene.desk.in_terminal(words), scene));
}

TEST_CASE("what lasts of the daemon, of a run and of a sign-in is said by status, and check agrees",
          "[unit][ctl]") {
    ScreensScene scene;
    scene.put_everything();
    const SysTime since = scene_now() - std::chrono::hours(1);
    const auto lasts = [&](const char* subject, const char* state, const std::string& message) {
        model::SubjectState one;
        one.subject = subject;
        one.state = state;
        one.since = since;
        one.message =
            nlohmann::json{{"message", message}, {"fields", {{"RUN_ID", number(scene.delivering)}}}}.dump();
        scene.desk.live.lasting.push_back(one);
    };
    lasts("connection:club", "expires_soon",
          "the sign-in of connection club expires at 2026-12-10T08:00:00Z; run `audiencectl connection "
          "authenticate club` before then");
    lasts("daemon", "disk_full",
          "the database could not be used: the disk of /var/lib/audienced is full; free some space");
    lasts("export:vip", "overdue",
          "export vip was due at 2026-12-01T09:24:00Z: run 6 is not over yet (delivering), and its next "
          "start came; look at it: audiencectl runs show 6");
    for (const auto& [name, words] : {std::pair("status_lasting", std::vector<std::string>{"status"}),
                                      std::pair("check_lasting", std::vector<std::string>{"check"})})
        compare(name, told(words, scene.desk.ctl(words), scene));
    const auto status = scene.desk.ctl({"status", "--json"}).json();
    const auto check = scene.desk.ctl({"check", "--json"}).json();
    REQUIRE(status["attention"].size() == check["findings"].size() + 1);
    for (std::size_t i = 0; i < check["findings"].size(); ++i)
        CHECK(status["attention"][i] == check["findings"][i]);
    CHECK(status["attention"].back()["subject"] == "connection:club");
}

TEST_CASE("the screens of the documentation are those that are kept", "[unit][ctl]") {
    std::ifstream in(test::source_file("docs/SCREENS.md"));
    std::ostringstream page;
    page << in.rdbuf();
    for (const char* name : {"status", "run_held", "rejects", "run_waiting"}) {
        std::ifstream kept(file_of(name));
        std::string shown;
        for (std::string line; std::getline(kept, line);)
            if (!line.starts_with("[exit code")) shown += (line.empty() ? "" : "    ") + line + "\n";
        CAPTURE(name);
        CHECK(page.str().find(shown) != std::string::npos);
    }
}

TEST_CASE("a run that stopped early says what does the rest", "[unit][ctl]") {
    ScreensScene scene;
    scene.put_everything();
    const auto shown = [&](const model::RunOptions& options) {
        const auto stop = [](model::Run& run) {
            run.status = model::RunStatus::cancelled;
            run.counts.read = run.counts.not_sent = 504;
        };
        const auto id = scene.put_run("newsletter", 1, stop, "anna", options);
        return scene.desk.in_terminal({"runs", "show", number(id)}).out;
    };
    model::RunOptions undo, withdrawal;
    undo.undo_of = 7;
    withdrawal.withdraw = true;
    using Catch::Contains;
    CHECK_THAT(shown({}), Contains("504; the next run of the export sends them"));
    CHECK_THAT(shown(undo), Contains("504; audiencectl runs undo 7 undoes the rest"));
    CHECK_THAT(shown(withdrawal), Contains("audiencectl export remove newsletter --withdraw"));
}

TEST_CASE("a run that is followed in a pipe is told in lines, to the question that it ends with",
          "[unit][ctl]") {
    ScreensScene scene;
    scene.put_everything();
    const std::vector<std::string> words{"runs", "follow", number(scene.held)};
    const auto said = scene.desk.ctl(words);
    compare("follow_held_pipe", told(words, said, scene));
    CHECK(said.code == 7);
}

TEST_CASE("colour is on a terminal that has it, unless NO_COLOR says otherwise", "[unit][ctl]") {
    ScreensScene scene;
    scene.put_everything();
    CHECK(scene.desk.in_terminal({"status"}).out.find('\x1b') == std::string::npos);  // TERM=dumb
    scene.desk.environment["TERM"] = "xterm";
    CHECK(scene.desk.in_terminal({"status"}).out.find("\x1b[31m2 failed\x1b[0m") != std::string::npos);
    scene.desk.environment["NO_COLOR"] = "1";
    CHECK(scene.desk.in_terminal({"status"}).out.find('\x1b') == std::string::npos);
}

TEST_CASE("JSON on a terminal keeps control characters from it, and its meaning", "[unit][ctl]") {
    ScreensScene scene;
    scene.put_everything();
    const auto shown = scene.desk.in_terminal({"export", "show", "spring", "--json"});
    const auto piped = scene.desk.ctl({"export", "show", "spring", "--json"});
    CHECK(shown.out.find("\xe2\x80\xae") == std::string::npos);
    CHECK(shown.json() == piped.json());
    CHECK(shown.json()["title"].get<std::string>().find("\xe2\x80\xae") != std::string::npos);
}

}  // namespace audienced::unit::daemon_audiencectl_render_screens_test
