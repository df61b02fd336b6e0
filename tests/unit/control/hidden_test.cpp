// What only administrators read is taken out of an answer as a whole. A path was cut at its first blank.
#include "control/hidden.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace audienced::control {
namespace {

HiddenPlaces places() {
    HiddenPlaces out;
    for (const char* one : {"/srv/my leakydir/sub dir/gone.pem", "/data/caf\xC3\xA9 \"x\"/crm.db",
                            "https://127.0.0.1:4433/3.0", "https://api.shop.example", "relative.db", "/", ""})
        out.add(one);
    return out;
}

}  // namespace

TEST_CASE("places of the definitions are masked, with blanks, quotes and the folders above", "[hidden]") {
    const HiddenPlaces hidden = places();
    const struct {
        const char *text, *masked;
    } rows[] = {
        {R"x({"a":"the CA file /srv/my leakydir/sub dir/gone.pem is gone"})x",
         R"x({"a":"the CA file (a path) is gone"})x"},
        {R"x({"a":"there is no folder /srv/my leakydir"})x", R"x({"a":"there is no folder (a path)"})x"},
        {R"x({"a":"/srv/my leakydir/other.pem: no"})x", R"x({"a":"(a path): no"})x"},
        {R"x({"a":"x\n/srv/my leakydir"})x", R"x({"a":"x\n(a path)"})x"},
        {R"x({"a":"no connection to 127.0.0.1:4433: refused"})x",
         R"x({"a":"no connection to (a host): refused"})x"},
        {R"x({"a":"https://127.0.0.1:4433/3.0/lists"})x", R"x({"a":"(a host)/lists"})x"},
        {R"x({"a":"api.shop.example:443 refused"})x", R"x({"a":"(a host) refused"})x"},
        {R"x({"a":"api.shop.example closed it"})x", R"x({"a":"(a host) closed it"})x"},
        {R"x({"a":"other-api.shop.example /srv2 /srvs x/srv relative.db / 1127.0.0.1:44335"})x",
         R"x({"a":"other-api.shop.example /srv2 /srvs x/srv relative.db / 1127.0.0.1:44335"})x"},
        {"{\"a\":\"/data/caf\xC3\xA9 \\\"x\\\"/crm.db-wal\"}", R"x({"a":"(a path)"})x"},
    };
    for (const auto& row : rows) {
        INFO(row.text);
        CHECK(hidden.mask(row.text) == row.masked);
    }
}

}  // namespace audienced::control
