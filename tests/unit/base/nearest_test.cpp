#include "base/nearest.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::base_nearest_test {

using namespace audienced;

TEST_CASE("a distance counts inserted, removed, replaced and swapped letters", "[unit][base]") {
    struct Row {
        const char *a, *b;
        std::size_t distance;
    };
    const auto row = GENERATE(values<Row>({{"", "", 0},
                                           {"run", "", 3},
                                           {"", "run", 3},
                                           {"status", "status", 0},
                                           {"stauts", "status", 1},
                                           {"statu", "status", 1},
                                           {"statuss", "status", 1},
                                           {"stetus", "status", 1},
                                           {"exprot", "export", 1},
                                           {"kitten", "sitting", 3}}));
    CHECK(edit_distance(row.a, row.b) == row.distance);
    CHECK(edit_distance(row.b, row.a) == row.distance);
}

TEST_CASE("the nearest word is one slip away or the only one that begins so; else there is none",
          "[unit][base]") {
    const std::vector<std::string> words{"status", "source", "segment", "connection",
                                         "export", "run",    "runs"};
    struct Row {
        const char *typed, *meant;
    };
    const auto row = GENERATE(values<Row>({{"stauts", "status"},
                                           {"STATUS", "status"},
                                           {"exports", "export"},
                                           {"conection", "connection"},
                                           {"conn", "connection"},
                                           {"rnu", "run"},
                                           {"runns", "runs"},
                                           {"s", ""},  // three begin so
                                           {"xy", ""},
                                           {"42", ""},
                                           {"", ""},
                                           {"frobnicate", ""}}));
    CHECK(nearest(row.typed, words) == row.meant);
    CHECK(nearest(std::string(100'000, 'a'), words) == "");
    CHECK(nearest("--lmit", {"--help", "--limit", "--csv"}) == "--limit");
    CHECK(nearest("ab", {"cd"}) == "");
    CHECK(nearest("a", {}) == "");
}

}  // namespace audienced::unit::base_nearest_test
