#include "view.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::daemon_audiencectl_view_test {

using namespace audienced::ctl;

TEST_CASE("colour and a width are for terminals alone", "[unit][ctl]") {
    struct Case {
        bool terminal;
        const char *no_color, *term;
        bool colour;
    };
    for (const Case& c :
         {Case{true, nullptr, "xterm", true}, Case{true, "", "xterm", true}, Case{true, "1", "xterm", false},
          Case{true, nullptr, "dumb", false}, Case{true, nullptr, nullptr, false},
          Case{true, nullptr, "", false}, Case{false, nullptr, "xterm", false}}) {
        const View view = make_view(c.terminal, 80, c.no_color, c.term);
        CHECK(view.colour == c.colour);
        CHECK(view.columns == (c.terminal ? 80 : 0));
        CHECK(view.redraws == (c.terminal && c.term && *c.term && std::string(c.term) != "dumb"));
    }
}

TEST_CASE("paint adds nothing where there is no colour", "[unit][ctl]") {
    View view;
    CHECK(paint(view, Tone::bad, "failed") == "failed");
    view.colour = true;
    CHECK(paint(view, Tone::bad, "failed") == "\x1b[31mfailed\x1b[0m");
    CHECK(paint(view, Tone::plain, "fine") == "fine");
}

}  // namespace audienced::unit::daemon_audiencectl_view_test
