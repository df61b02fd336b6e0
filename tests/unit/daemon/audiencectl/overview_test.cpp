#include "overview.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_overview_test {

using namespace audienced;
using nlohmann::json;

TEST_CASE("the next step is the first that is not done yet, and one that the role may take",
          "[unit][control]") {
    json status = json::parse(
        R"({"role": "administrator", "sources": 0, "segments": 0, "connections": [], "exports": [],
                                  "schedule": {"calendar": null}})");
    const auto says = [&](const char* words) {
        INFO(ctl::next_step(status));
        CHECK(ctl::next_step(status).find(words) != std::string::npos);
    };
    says("audiencectl source add");
    status["role"] = "contributor";
    says("No connection is open to you: ask an administrator");
    status["connections"].push_back({{"name", "shop"}});
    says("ask an administrator for one");
    status["connections"] = json::array();
    status["role"] = "administrator";
    status["sources"] = 1;
    says("audiencectl segment add");
    status["segments"] = 1;
    says("audiencectl connection add");
    status["connections"].push_back({{"name", "shop"}});
    says("audiencectl export add");
    status["exports"].push_back({{"name", "spring"}, {"schedule", "manual"}});
    says("audiencectl status");
    status["exports"][0]["schedule"] = "refresh";
    says("audiencectl schedule set");
    status["role"] = "viewer";
    says("audiencectl status");
    status["role"] = "administrator";
    status["schedule"]["calendar"] = "daily 02:00";
    says("audiencectl status");
    CHECK_FALSE(ctl::next_step(json::object()).empty());
}

}  // namespace audienced::unit::daemon_audiencectl_overview_test
