#include "store/planned_groups.hpp"

#include "state.hpp"
#include "store/memberships.hpp"

namespace audienced::unit::store_planned_groups_test {

using namespace audienced;
using namespace audienced::test;

namespace {

store::BatchRow membership(model::RunId run, std::int64_t seq, int bit, std::uint64_t joining,
                           std::uint64_t leaving) {
    store::BatchRow b;
    b.run = run;
    b.seq = seq;
    b.kind = model::BatchKind::membership;
    b.group = bit;
    b.members = joining;
    b.leavers = leaving;
    return b;
}

}  // namespace

TEST_CASE("a plan says for each tag how many join and leave, over all its batches", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto destination = bind(s, id);
    for (const auto& [bit, title] : {std::pair(0, "Lapsed"), std::pair(1, "Buyers")}) {
        store::GroupRow group;
        group.bit = bit;
        group.title = title;
        REQUIRE(store::put_group(s.db, destination, id, group));
    }
    const auto run = store::queue_run(s.db, sample_run()).value();
    store::BatchRow upsert;
    upsert.run = run;
    upsert.members = 500;
    REQUIRE(store::insert_batches(s.db, {upsert, membership(run, 1, 1, 3, 4), membership(run, 2, 1, 10, 0),
                                         membership(run, 3, 0, 0, 7)}));
    const auto groups = store::planned_groups(s.db, run).value();
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].title == "Lapsed");
    CHECK(groups[0].joining == 0);
    CHECK(groups[0].leaving == 7);
    CHECK(groups[1].title == "Buyers");
    CHECK(groups[1].joining == 13);
    CHECK(groups[1].leaving == 4);
    CHECK(store::planned_groups(s.db, run + 1).value().empty());
}

}  // namespace audienced::unit::store_planned_groups_test
