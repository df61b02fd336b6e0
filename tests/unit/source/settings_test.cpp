#include "source/settings.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "source/registry.hpp"
#include "support/print_result.hpp"

namespace audienced::unit::source_settings_test {

using namespace audienced;

TEST_CASE("every kind lets a scheduled run wait for its data, a day at most", "[unit][source]") {
    model::Source crm{"crm", "postgres", {{"postgres", "host=x dbname=crm"}}, {}};
    for (const auto& kind : source::kinds())
        CHECK(std::count_if(kind.others.begin(), kind.others.end(),
                            [](const model::Option& o) { return o.name == "ready-wait"; }) == 1);
    const source::Kind* kind = source::find_kind("postgres");
    CHECK(source::ready_wait(crm).value() == std::chrono::minutes(0));
    crm.settings["ready-wait"] = "90";
    CHECK(source::ready_wait(crm).value() == std::chrono::minutes(90));
    CHECK(kind->validate(crm, nullptr).has_value());
    for (const char* bad : {"1441", "-1", "soon"}) {
        crm.settings["ready-wait"] = bad;
        REQUIRE(!kind->validate(crm, nullptr).has_value());
        CHECK(kind->validate(crm, nullptr).error().text().find("ready-wait") != std::string::npos);
    }
}

}  // namespace audienced::unit::source_settings_test
