#include "store/retries.hpp"

#include <catch2/catch.hpp>

#include "unit/store/state.hpp"

namespace audienced::unit::store_retries_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("an export has one retry, which is due, being made, or gone", "[unit][store]") {
    State state;
    auto& db = state.db;
    const SysTime now = from_unix(1'772'330'400);
    CHECK(!store::get_retry(db, "weekly").value());
    REQUIRE(store::put_retry(db, {"weekly", 7, 1, now}));
    REQUIRE(store::put_retry(db, {"weekly", 7, 2, now + std::chrono::minutes{5}}));
    REQUIRE(store::put_retry(db, {"another", 8, 1, now - std::chrono::minutes{5}}));
    const auto kept = store::get_retry(db, "weekly").value();
    REQUIRE(kept);
    CHECK(kept->export_name == "weekly");
    CHECK(kept->run == 7);
    CHECK(kept->attempt == 2);
    CHECK(kept->due == now + std::chrono::minutes{5});

    const auto due_at = [&](SysTime at) {
        std::vector<std::string> names;
        for (const auto& r : store::due_retries(db, at, at + std::chrono::hours{2}).value())
            names.push_back(r.export_name);
        return names;
    };
    using Names = std::vector<std::string>;
    CHECK(due_at(now) == Names{"another"});
    CHECK(due_at(now + std::chrono::minutes{5}) == Names{"another", "weekly"});
    CHECK(due_at(now - std::chrono::hours{24}) == Names{"another", "weekly"});

    REQUIRE(store::put_retry(db, {"another", 9, 1, {}}));
    CHECK(due_at(now) == Names{});
    REQUIRE(store::remove_retry(db, "weekly"));
    REQUIRE(store::remove_retry(db, "never there"));
    CHECK(!store::get_retry(db, "weekly").value());
}

}  // namespace audienced::unit::store_retries_test
