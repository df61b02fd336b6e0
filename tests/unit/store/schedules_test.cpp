#include "store/schedules.hpp"

#include "state.hpp"

namespace audienced::unit::store_schedules_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("the refresh schedule is off until it is set", "[unit][store]") {
    State s;
    CHECK(!store::get_refresh_schedule(s.db).value());
    REQUIRE(store::set_refresh_schedule(s.db, store::RefreshSchedule{"daily 02:00", "Europe/Berlin"}));
    REQUIRE(store::set_refresh_schedule(s.db, store::RefreshSchedule{"daily 03:00", "UTC"}));
    CHECK(store::get_refresh_schedule(s.db).value()->calendar == "daily 03:00");
    CHECK(store::get_refresh_schedule(s.db).value()->timezone == "UTC");
    REQUIRE(store::set_refresh_schedule(s.db, std::nullopt));
    CHECK(!store::get_refresh_schedule(s.db).value());
}

TEST_CASE("what a schedule served is remembered until it is forgotten", "[unit][store]") {
    State s;
    define_sample(s);
    CHECK(!store::last_served(s.db, "refresh").value());
    REQUIRE(store::set_last_served(s.db, "refresh", from_unix(100)));
    REQUIRE(store::set_last_served(s.db, "refresh", from_unix(200)));
    REQUIRE(store::set_last_served(s.db, "export:weekly", from_unix(300)));
    CHECK(store::last_served(s.db, "refresh").value() == from_unix(200));
    REQUIRE(store::remove_export(s.db, "weekly"));
    CHECK(!store::last_served(s.db, "export:weekly").value());
    REQUIRE(store::forget_served(s.db, "refresh"));
    CHECK(!store::last_served(s.db, "refresh").value());
}

TEST_CASE("the day's budget is kept per key and day", "[unit][store]") {
    State s;
    CHECK(store::quota_spent(s.db, "key", 20000).value() == 0);
    REQUIRE(store::set_quota_spent(s.db, "key", 20000, 9999));
    REQUIRE(store::set_quota_spent(s.db, "key", 20000, 10000));
    REQUIRE(store::set_quota_spent(s.db, "a", 20000, 1));
    REQUIRE(store::set_quota_spent(s.db, "key", 20001, 2));
    CHECK(store::quota_spent(s.db, "key", 20000).value() == 10000);
    const std::vector<std::pair<std::string, std::uint64_t>> of_day{{"a", 1}, {"key", 10000}};
    CHECK(store::quotas_of_day(s.db, 20000).value() == of_day);
}

}  // namespace audienced::unit::store_schedules_test
