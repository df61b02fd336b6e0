#include "inspect/scope.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::inspect_scope_test {

using namespace audienced;

TEST_CASE("an edit is checked against what it touches, and nothing else", "[unit][inspect]") {
    // A new schedule was refused while the CSV file of the export was missing.
    struct Row {
        const char* what;
        void (*edit)(model::Export&);
        bool source, destination;
    };
    const auto row =
        GENERATE(Row{"schedule", [](model::Export& e) { e.schedule = "daily 03:00"; }, false, false},
                 Row{"time zone", [](model::Export& e) { e.timezone = "Europe/Berlin"; }, false, false},
                 Row{"title", [](model::Export& e) { e.title = "x"; }, false, false},
                 Row{"hold", [](model::Export& e) { e.hold = true; }, false, false},
                 Row{"guards", [](model::Export& e) { e.guards.max_removal_percent = 50; }, false, false},
                 Row{"address", [](model::Export& e) { e.email = "mail2"; }, true, false},
                 Row{"key", [](model::Export& e) { e.key = "id"; }, true, false},
                 Row{"destination", [](model::Export& e) { e.destination = "x"; }, false, true},
                 Row{"mode", [](model::Export& e) { e.mode = model::Mode::upsert; }, false, true},
                 Row{"tags", [](model::Export& e) { e.tag_segments = true; }, false, true},
                 Row{"segments", [](model::Export& e) { e.segments.push_back("more"); }, true, true},
                 Row{"mapping",
                     [](model::Export& e) {
                         e.fields.push_back({"city", "CITY"});
                     },
                     true, true});
    INFO(row.what);
    model::Export before;
    before.segments = {"all"};
    before.email = "mail";
    model::Export after = before;
    row.edit(after);
    const auto scope = inspect::touched(before, after);
    CHECK(scope.source == row.source);
    CHECK(scope.destination == row.destination);
}

}  // namespace audienced::unit::inspect_scope_test
