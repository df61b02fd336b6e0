#include "inspect/columns.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::inspect_columns_test {

using namespace audienced;
using Names = std::vector<std::string>;

namespace {

std::vector<std::string> texts(const std::vector<Error>& problems) {
    std::vector<std::string> out;
    for (const Error& p : problems) out.push_back(std::string(to_string(p.code)) + ": " + p.text());
    return out;
}

}  // namespace

TEST_CASE("columns that a mapping needs must be there, and once", "[unit][inspect]") {
    source::Description described{{"id", "email", "name", "email", "city", "email", ""}, {}, ""};
    CHECK(texts(inspect::column_problems("all", {"city", "name"}, described, {})).empty());
    CHECK(texts(inspect::column_problems("all", {"email", "city", "email"}, described, {})) ==
          Names{"bad_config: segment all has 3 columns named email: columns 2, 4 and 6; give them different "
                "names, or leave one out"});
    // Another spelling is another name.
    CHECK(inspect::column_problems("all", {"Email"}, {{"email", "Email"}, {}, ""}, {}).empty());
    described = {{"mail", "mail"}, {}, "read otherwise"};
    CHECK(
        texts(inspect::column_problems("all", {"email", "mail", "email"}, described, {"mail", "", ""})) ==
        Names{"not_found: segment all has no attribute email; it has: mail, mail; it looks like --email "
              "mail; read otherwise",
              "bad_config: segment all has 2 columns named mail: columns 1 and 2; give them different names, "
              "or leave one out"});
    CHECK(inspect::missing_columns({"email", "mail", "email"}, described) == Names{"email"});
}

TEST_CASE("a segment serves its exports while each column that one of them needs is there once",
          "[unit][inspect]") {
    model::Export a, b;
    a.name = "a";
    a.email = "email";
    a.fields = {{"first", "FNAME"}, {"email", "ADDRESS"}};
    b.name = "b";
    b.email = "email";
    b.key = "id";
    CHECK(inspect::needed_columns(a) == Names{"email", "first"});
    CHECK(inspect::needed_columns(b) == Names{"email", "id"});
    CHECK(inspect::check_users("all", {"id", "email", "first", "more"}, {a, b}));
    CHECK(inspect::check_users("all", {}, {}));
    const auto refused = inspect::check_users("all", {"mail", "first", "first"}, {a, b});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::not_found);
    CHECK(refused.error().message ==
          "exports need columns that the segment all would not have: a: email, first (2 columns have that "
          "name); b: email, id");
}

TEST_CASE("columns that share a name are not asked for", "[unit][inspect]") {
    CHECK(inspect::readable_columns({"email", "", "name", ""}) == Names{"email", "name"});
    CHECK(inspect::readable_columns({}).empty());
}

}  // namespace audienced::unit::inspect_columns_test
