#include "base/toml_depth.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace audienced::unit::base_toml_depth_test {

using namespace audienced;

namespace {

std::string repeated(const std::string& part, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += part;
    return out;
}

}  // namespace

// The parser ended with a stack overflow.
TEST_CASE("keys of more than a hundred parts are found, wherever they stand", "[unit][base]") {
    const std::string deep = repeated("a.", 101) + "a", quoted = repeated("\"#,.=\".", 101) + "a";
    CHECK(line_of_deep_key(deep + " = 1\n") == 1);
    CHECK(line_of_deep_key("a = 1\n\n[" + deep + "]\n") == 3);
    CHECK(line_of_deep_key("a = { " + deep + " = 1 }\n") == 1);
    CHECK(line_of_deep_key("a = '''\n\n'''\n" + quoted + " = 1\n") == 4);
    CHECK(line_of_deep_key(repeated("'x' . ", 102) + "a") == 1);
}

TEST_CASE("points in strings, comments and numbers are not parts of a key", "[unit][base]") {
    const std::string points = repeated("a.", 500);
    for (const std::string& text :
         {"a = \"" + points + "\"\n", "a = '" + points + "'\n",
          "a = '''\n" + points + "\n" + points + "'''\n",
          "a = \"\"\"\n" + points + "\\\"\"\"\" # " + points + "\n", "# " + points + "\na = 1\n",
          repeated("a = 1.5\n", 500), "a = [" + repeated("1.5, ", 500) + "]\n",
          repeated("a.", 90) + "a = 1\n", std::string("a = \"not ended"), std::string("a = \"\"\"\n"),
          std::string("a = '"), std::string()}) {
        CAPTURE(text.substr(0, 40));
        CHECK_FALSE(line_of_deep_key(text));
    }
}

}  // namespace audienced::unit::base_toml_depth_test
