#include "log/mask.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::log_mask_test {

using audienced::log::mask_addresses;

TEST_CASE("text that looks like an address does not reach the log", "[unit][log]") {
    struct Row {
        const char *in, *out;
    };
    const auto row = GENERATE(values<Row>({
        {"", ""},
        {"nothing here", "nothing here"},
        {"ann@example.org", "[masked]"},
        {"<ann@example.org> refused", "<[masked]> refused"},
        {"row 7: ann.b+c@sub.example.org, and bob@x.de.", "row 7: [masked], and [masked]"},
        {"email=ann@example.org;", "email=[masked];"},
        {"\"ann smith\"@example.org left", "[masked] left"},
        {"it's \"quoted\" and ann@example.org", "it's \"quoted\" and [masked]"},
        {"/lists/1/members/ann%40example.org", "[masked]"},
        {"postgresql://user:word@host/db is down", "[masked] is down"},
        {"j\xC3\xBCrgen@b\xC3\xBC"
         "cher.de!",
         "[masked]"},
        {"ann@[192.0.2.1] x", "[masked] x"},
        {"a@b@c d@e", "[masked] [masked]"},
        {"at 5 @ 6", "at 5 @ 6"},
        {"@", "@"},
        {"must contain a single @.", "must contain a single @."},
        {"(the portion after the @: exa_mple.org)", "(the portion after the @: exa_mple.org)"},
        {"left of @example.org", "left of [masked]"},
        {"@@", "@@"},
        {"ann@", "[masked]"},
        {"line\nann@x.org\nnext", "line\n[masked]\nnext"},
    }));
    CAPTURE(row.in);
    CHECK(mask_addresses(row.in) == row.out);
}

}  // namespace audienced::unit::log_mask_test
