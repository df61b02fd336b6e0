#include "watch.hpp"

#include <catch2/catch.hpp>
#include <deque>
#include <nlohmann/json.hpp>

#include "control/problem.hpp"
#include "desk.hpp"

namespace audienced::unit::daemon_audiencectl_watch_test {

using namespace audienced;
using namespace audienced::ctl;

namespace {

struct KeptOutput final : WatchOutput {
    std::vector<std::string> told;
    void show(const nlohmann::json& status, const std::string& body) override {
        told.push_back("show " + status.dump());
        CHECK(nlohmann::json::parse(body) == status);
    }
    void tell(const Error& why) override { told.push_back("tell " + why.message); }
};

/// Answers that a daemon gives one after the other; the reader goes when there are no more.
struct Script {
    std::deque<result<control::ClientAnswer>> answers;
    int waits = 0;
    WatchSteps steps() {
        WatchSteps out;
        out.ask = [this] {
            auto answer = answers.front();
            answers.pop_front();
            return answer;
        };
        out.wait = [this] {
            ++waits;
            return !answers.empty();
        };
        return out;
    }
};

control::ClientAnswer answer_of(unsigned status, std::string body) {
    return control::ClientAnswer{status, std::move(body)};
}

control::ClientAnswer refusal(Errc code, const char* why) {
    return answer_of(control::http_status(code), control::print_problem(make_error(code, why)));
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("a watch asks again after each answer, and after none", "[unit][ctl]") {
    Script script;
    script.answers = {answer_of(200, "{}"), make_error(Errc::network, "away"),
                      refusal(Errc::not_ready, "too many connections"), answer_of(200, "[]"),
                      answer_of(200, R"({"a": 1})")};
    KeptOutput output;
    CHECK(watch(script.steps(), output).has_value());
    CHECK(output.told == Told{"show {}", "tell away", "tell too many connections",
                              "tell the daemon's answer is not JSON", R"(show {"a":1})"});
    CHECK(script.waits == 5);
}

TEST_CASE("a watch ends with what the daemon refuses", "[unit][ctl]") {
    Script script;
    script.answers = {answer_of(200, "{}"), refusal(Errc::not_permitted, "not yours"), answer_of(200, "{}")};
    KeptOutput output;
    const auto ended = watch(script.steps(), output);
    REQUIRE_FALSE(ended.has_value());
    CHECK(ended.error().code == Errc::not_permitted);
    CHECK(output.told == Told{"show {}"});
}

TEST_CASE("a watch is an option of status", "[unit][ctl]") {
    test::Desk desk;
    CHECK(desk.expect(2, {"status", "--wach"}).err.find("--watch") != std::string::npos);
    CHECK(desk.expect(0, {"status", "--help"}).out.find("--watch") != std::string::npos);
}

}  // namespace audienced::unit::daemon_audiencectl_watch_test
