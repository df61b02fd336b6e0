#include "doctor_screen.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace audienced::unit::daemon_audiencectl_doctor_screen_test {

using namespace audienced::ctl;
using nlohmann::json;

TEST_CASE("problems come first, what was not checked for one reason is one paragraph",
          "[unit][audiencectl]") {
    const json examined = json::parse(R"({"ok":false,"reached":true,"checks":[
        {"name":"role","state":"ok","message":"the user ann has the role viewer","remedy":null},
        {"name":"disk_space","state":"not_checked","message":"this takes the role administrator","remedy":"ask one"},
        {"name":"clock","state":"warning","message":"the clock is behind","remedy":"timedatectl set-ntp true"},
        {"name":"audit","state":"not_checked","message":"this takes the role administrator","remedy":"ask one"},
        {"name":"source:crm","state":"problem","message":"it is hidden","remedy":"move it"}]})");
    CHECK(doctor_screen(examined, View{}) ==
          "1 problem, 1 warning, 2 not checked, 1 ok\n"
          "\n"
          "problem: source:crm\n"
          "  it is hidden\n"
          "  mend: move it\n"
          "\n"
          "warning: clock\n"
          "  the clock is behind\n"
          "  mend: timedatectl set-ntp true\n"
          "\n"
          "not checked: disk_space, audit\n"
          "  this takes the role administrator; ask one\n"
          "\n"
          "  role  the user ann has the role viewer\n");
}

}  // namespace audienced::unit::daemon_audiencectl_doctor_screen_test
