#include "http/pool_state.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::http_pool_state_test {

using namespace audienced;
using namespace audienced::http;
using namespace std::chrono_literals;
using Ids = std::vector<ConnectionId>;

namespace {
const SteadyTime start{1000h};

PoolLimits small() {
    PoolLimits limits;
    limits.max_uses = 3;
    limits.max_idle_per_origin = 2;
    limits.max_idle_in_all = 3;
    return limits;
}

ConnectionLife life(ConnectionId id, std::string key, unsigned uses = 1, SteadyTime opened = start) {
    return ConnectionLife{id, std::move(key), opened, uses};
}

ConnectionId taken(PoolState& pool, const std::string& key, SteadyTime now) {
    const auto found = pool.take(key, now);
    return found ? found->id : 0;
}
}  // namespace

TEST_CASE("a kept connection carries one request at a time, of its own origin only", "[unit][http]") {
    PoolState pool(small());
    CHECK(taken(pool, "a", start) == 0);
    CHECK(pool.keep(life(1, "a"), start) == Ids{});
    CHECK(taken(pool, "b", start) == 0);
    CHECK(taken(pool, "a", start) == 1);
    CHECK(taken(pool, "a", start) == 0);
}

TEST_CASE("the connection used last is taken first", "[unit][http]") {
    PoolState pool(small());
    pool.keep(life(1, "a"), start);
    pool.keep(life(2, "a"), start + 1s);
    CHECK(taken(pool, "a", start + 2s) == 2);
    CHECK(taken(pool, "a", start + 2s) == 1);
}

TEST_CASE("an idle connection is not used after its time and is named for closing", "[unit][http]") {
    PoolState pool(small());
    pool.keep(life(1, "a"), start);
    pool.keep(life(2, "b"), start + 10s);
    REQUIRE(pool.next_expiry());
    CHECK(*pool.next_expiry() == start + 30s);
    CHECK(pool.expire(start + 30s - 1ms) == Ids{});
    CHECK(taken(pool, "a", start + 30s) == 0);
    CHECK(pool.expire(start + 30s) == Ids{1});
    CHECK(*pool.next_expiry() == start + 40s);
    CHECK(pool.clear() == Ids{2});
    CHECK_FALSE(pool.next_expiry());
}

TEST_CASE("a worn-out connection is closed instead of kept", "[unit][http]") {
    PoolState pool(small());
    CHECK(pool.keep(life(1, "a", 2), start) == Ids{});
    CHECK(pool.keep(life(2, "a", 3), start) == Ids{2});
    CHECK(pool.keep(life(3, "a", 1, start - 600s), start) == Ids{3});
    CHECK(pool.keep(life(4, "b", 1, start - 590s), start) == Ids{});
    CHECK(pool.expire(start + 10s) == Ids{4});
}

TEST_CASE("too many idle connections push out the one that waited longest", "[unit][http]") {
    PoolState pool(small());
    pool.keep(life(1, "a"), start);
    pool.keep(life(2, "b"), start);
    pool.keep(life(3, "b"), start);
    CHECK(pool.keep(life(4, "b"), start) == Ids{2});
    CHECK(pool.keep(life(5, "c"), start) == Ids{1});
    CHECK(pool.size() == 3);
}

}  // namespace audienced::unit::http_pool_state_test
