#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <mutex>
#include <nlohmann/json.hpp>

#include "log/attention.hpp"
#include "log/events.hpp"
#include "log/hooked_log.hpp"
#include "log/run_command.hpp"
#include "support/fake_time.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::log_hooked_log_test {

using namespace audienced;
using namespace audienced::log;
using namespace std::chrono_literals;

namespace {

struct Memory final : Log {
    std::mutex mutex;
    std::vector<Event> events;
    void write(Event event) noexcept override {
        const std::lock_guard lock(mutex);
        events.push_back(std::move(event));
    }
};

std::string script(const test::TempDir& dir, const std::string& name, const std::string& body) {
    const std::string path = dir.write(name, "#!/bin/sh\n" + body + "\n");
    ::chmod(path.c_str(), 0700);
    return path;
}

model::Run ended(model::RunStatus status) {
    model::Run run;
    run.id = 1;
    run.export_name = "vip";
    run.status = status;
    return run;
}

}  // namespace

TEST_CASE("only a change of state is reported", "[unit][log]") {
    AttentionStates states;
    CHECK_FALSE(states.change({"export:a", "ok"}));
    CHECK(states.change({"export:a", "failed"}) == "ok");
    CHECK_FALSE(states.change({"export:a", "failed"}));
    CHECK(states.change({"export:b", "failed"}) == "ok");
    CHECK(states.change({"export:a", "held"}) == "failed");
    CHECK(states.change({"export:a", "ok"}) == "held");
    CHECK_FALSE(states.change({"export:a", "ok"}));
    CHECK_FALSE(states.change({"export:b", "failed"}));
}

TEST_CASE("the hook's message names thing, states and fields, and carries no address", "[unit][log]") {
    const auto message = nlohmann::json::parse(hook_message(
        needs_sign_in("shop", "mailchimp", "ann@example.org left"), "ok", "2026-03-01T10:00:00Z"));
    CHECK(message.at("event") == "needs_sign_in");
    CHECK(message.at("key") == "connection:shop");
    CHECK(message.at("state") == "needs_sign_in");
    CHECK(message.at("previous_state") == "ok");
    CHECK(message.at("time") == "2026-03-01T10:00:00Z");
    CHECK(message.at("level") == "error");
    CHECK(message.at("fields").at("CONNECTION") == "shop");
    CHECK(message.dump().find("example.org") == std::string::npos);
}

TEST_CASE("a command gets its input, a small environment and no descriptor of ours", "[unit][log]") {
    test::TempDir dir;
    const std::string out = (dir / "out").string();
    ::setenv("AUDIENCED_TEST_LEAK", "1", 1);
    const std::string path =
        script(dir, "hook",
               "cat > " + out + "\nenv >> " + out + "\nls /proc/self/fd | tr '\\n' ' ' >> " + out +
                   "\necho \"arg=$1\" >> " + out);
    REQUIRE(run_command({path, "a b"}, "hello\n", 20s).has_value());
    const std::string seen = dir.read("out");
    CHECK(seen.starts_with("hello\n"));
    CHECK(seen.find("AUDIENCED_TEST_LEAK") == std::string::npos);
    CHECK(seen.find("PATH=/usr/local/bin") != std::string::npos);
    CHECK(seen.find("0 1 2 3 ") != std::string::npos);  // 3 is ls's own
    CHECK(seen.find("4 ") == std::string::npos);
    CHECK(seen.find("arg=a b") != std::string::npos);
}

TEST_CASE("a command that cannot start, fails, ignores its input or hangs is an error or none, never a wait",
          "[unit][log]") {
    test::TempDir dir;
    CHECK(run_command({"/nowhere/tell"}, "x", 20s).error().code == Errc::bad_config);
    CHECK(run_command({script(dir, "a", "exit 3")}, "x", 20s).error().message == "it ended with exit code 3");
    CHECK(run_command({script(dir, "b", "kill -9 $$")}, "x", 20s).error().message ==
          "it was ended by signal 9");
    CHECK(run_command({"/bin/true"}, std::string(60'000, 'x'), 20s).has_value());
    CHECK(run_command({"/bin/true"}, std::string(60'001, 'x'), 20s).error().code == Errc::too_large);
    CHECK(run_command({script(dir, "c", "sleep 1000 & sleep 1000")}, "x", 50ms).error().code ==
          Errc::timeout);
}

TEST_CASE("the hook is called once per change, and every event is passed on", "[unit][log]") {
    test::TempDir dir;
    const std::string path = script(dir, "hook", "cat >> " + (dir / "calls").string());
    test::FakeTime time;
    Memory memory;
    {
        HookedLog log(memory, time, {.command = {path}, .at_close = 20s});
        const RunRef ref{1, "vip", "", ""};
        for (const auto status :
             {model::RunStatus::succeeded, model::RunStatus::failed, model::RunStatus::failed,
              model::RunStatus::skipped, model::RunStatus::succeeded, model::RunStatus::succeeded})
            log.write(run_finished(ref, ended(status)));
    }
    CHECK(memory.events.size() == 6);
    std::vector<std::string> states;
    std::stringstream calls(dir.read("calls"));
    for (std::string line; std::getline(calls, line);) {
        const auto call = nlohmann::json::parse(line);
        states.push_back(call.at("previous_state").get<std::string>() + ">" +
                         call.at("state").get<std::string>());
    }
    CHECK(states == std::vector<std::string>{"ok>failed", "failed>ok"});
}

TEST_CASE("a hook that fails is logged, and without a hook nothing is called", "[unit][log]") {
    test::FakeTime time;
    Memory memory;
    {
        HookedLog log(memory, time, {.command = {"/nowhere/tell"}, .at_close = 20s});
        log.write(needs_sign_in("shop", "mailchimp", ""));
    }
    REQUIRE(memory.events.size() == 2);
    CHECK(std::count_if(memory.events.begin(), memory.events.end(),
                        [](const Event& e) { return e.kind == Kind::hook_failed; }) == 1);
    Memory quiet;
    {
        HookedLog log(quiet, time, {});
        log.write(needs_sign_in("shop", "mailchimp", ""));
    }
    CHECK(quiet.events.size() == 1);
}

}  // namespace audienced::unit::log_hooked_log_test
