// (What judge_network.cpp finds.)
#include <catch2/catch.hpp>

#include "inspect/doctor/judge.hpp"

namespace audienced::unit::inspect_doctor_judge_network_test {

using namespace audienced;
using namespace audienced::inspect::doctor;

namespace {

HostFacts answering(std::int64_t date, std::int64_t asked, std::int64_t answered) {
    HostFacts host;
    host.host = "us1.api.example";
    host.connections = {"shop"};
    host.status = 401;
    host.date = from_unix(date);
    host.asked = from_unix(asked);
    host.answered = from_unix(answered);
    return host;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the clock is judged by the nearest host, with the doubt of a call that took its time",
          "[unit][inspect]") {
    struct Row {
        std::int64_t date, asked, answered;
        State state;
        const char* words;
    };
    for (const Row& row : {
             Row{1000, 1000, 1001, State::ok, "agrees"},
             Row{1000, 1030, 1100, State::ok, "agrees"},  // 29 s ahead at least
             Row{1000, 900, 1200, State::ok, "agrees"},   // a slow call says little
             Row{1000, 1061, 1061, State::warning, "60 seconds ahead"},
             Row{1000, 900, 940, State::warning, "60 seconds behind"},
             Row{10'000, 17'300, 17'300, State::problem, "2 hours ahead"},
             Row{1'000'000, 100'000, 100'001, State::problem, "10 days behind"},
         }) {
        CAPTURE(row.words, row.date, row.asked);
        const auto found = judge_clock({answering(row.date, row.asked, row.answered)});
        CHECK(found.check == "clock");
        CHECK(found.state == row.state);
        CHECK(contains(found.message, row.words));
        if (row.state != State::ok) CHECK(contains(found.remedy, "timedatectl"));
    }
    // One host with a wrong clock of its own is no reason to distrust this machine.
    CHECK(judge_clock({answering(9000, 1000, 1000), answering(1000, 1000, 1000)}).state == State::ok);
    HostFacts silent = answering(0, 0, 0);
    silent.failed = make_error(Errc::network, "no");
    CHECK(judge_clock({silent}).state == State::not_checked);
    CHECK(judge_clock({}).state == State::not_checked);
}

TEST_CASE(
    "a host that cannot be reached is told in the words of the call, with the connections and the proxy",
    "[unit][inspect]") {
    HostFacts host = answering(1, 1, 1);
    host.connections = {"a", "b", "c", "d"};
    host.failed =
        make_error(Errc::network, "the name us1.api.example does not exist", "check the DNS servers");
    auto found = judge_hosts({host}, {"proxy.example:3128", ""});
    REQUIRE(found.size() == 1);
    CHECK(found[0].check == "host:us1.api.example");
    CHECK(found[0].state == State::problem);
    CHECK(contains(found[0].message,
                   "does not exist, through the proxy proxy.example:3128 (connections a, b, c ...)"));
    CHECK(found[0].remedy == "check the DNS servers");
    host.failed->hint.clear();
    CHECK(!judge_hosts({host}, {})[0].remedy.empty());
    found = judge_hosts({answering(1, 1, 1)}, {});
    CHECK(found[0].state == State::ok);
    CHECK(found[0].message == "us1.api.example answers (connection shop)");
    HostFacts broken = answering(1, 1, 1);
    broken.status = 503;
    CHECK(judge_hosts({broken}, {})[0].state == State::warning);
}

TEST_CASE("a source is told with what its test said", "[unit][inspect]") {
    const auto found = judge_sources({{"crm", std::string("SQLite file /srv/crm.db")},
                                      {"shop", make_error(Errc::not_ready, "it is hidden", "move it")}});
    REQUIRE(found.size() == 2);
    CHECK(found[0].check == "source:crm");
    CHECK(found[0].state == State::ok);
    CHECK(found[1].state == State::problem);
    CHECK(found[1].remedy == "move it");
}

}  // namespace audienced::unit::inspect_doctor_judge_network_test
