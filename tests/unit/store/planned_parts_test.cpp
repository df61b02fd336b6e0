#include "store/planned_parts.hpp"

#include "state.hpp"
#include "store/contacts.hpp"

namespace audienced::unit::store_planned_parts_test {

using namespace audienced;
using namespace audienced::test;

namespace {

model::PlannedPart part(const char* segment, std::uint64_t members) {
    model::PlannedPart out;
    out.segment = segment;
    out.title = std::string("Title of ") + segment;
    out.profiles = out.members = members;
    return out;
}

model::RunId put_run(State& s, model::RunStatus status, bool dry_run = false) {
    model::Run run = sample_run();
    run.options.dry_run = dry_run;
    run.id = store::queue_run(s.db, run).value();
    run.status = status;
    REQUIRE(store::update_run(s.db, run));
    return run.id;
}

}  // namespace

TEST_CASE("the figures of the latest plan of a run are kept, with the members that leave by hash alone",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto destination = bind(s, id);
    const auto run = store::queue_run(s.db, sample_run()).value();
    REQUIRE(store::put_planned(s.db, run, destination, {part("buyers", 3), part("lapsed", 4)},
                               {{s.member("cid@example.org"), 1}}));
    model::PlannedPart list = part("", 7);
    list.is_list = true;
    list.joins = 5;
    list.leaves = 2;
    model::PlannedPart former = part("", 0);
    former.profiles = former.members = std::nullopt;
    const std::vector<model::PlannedPart> parts{list, part("buyers", 7), former};
    REQUIRE(store::put_planned(s.db, run, destination, parts,
                               {{s.member("ann@example.org"), 5}, {s.member("bob@example.org"), 1}}));
    store::Contact ann;
    ann.member = s.member("ann@example.org");
    ann.address = "ann@example.org";
    REQUIRE(store::put_contact(s.db, s.vault, destination, ann));
    CHECK(store::planned_parts(s.db, run).value() == parts);
    const auto leavers = store::planned_leavers(s.db, s.vault, run).value();
    REQUIRE(leavers.size() == 2);
    CHECK(leavers[0].leaver == model::PlannedLeaver{ann.member, 5});
    CHECK(leavers[0].address == "ann@example.org");
    CHECK(leavers[1].address.empty());
    CHECK(store::planned_parts(s.db, run + 1).value().empty());
}

TEST_CASE("a plan is compared with the latest run that delivered what it planned", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto destination = bind(s, id);
    const auto planned = [&](model::RunId run) {
        REQUIRE(store::put_planned(s.db, run, destination, {part("buyers", 3)}, {}));
        return run;
    };
    const auto before = [&](model::RunId run) { return store::run_before(s.db, "weekly", run).value(); };
    const auto first = planned(put_run(s, model::RunStatus::completed_with_rejects));
    const auto second = planned(put_run(s, model::RunStatus::succeeded));
    planned(put_run(s, model::RunStatus::succeeded, true));
    planned(put_run(s, model::RunStatus::cancelled));
    put_run(s, model::RunStatus::succeeded);  // without figures
    const auto last = planned(put_run(s, model::RunStatus::held));
    REQUIRE(before(last));
    CHECK(before(last)->id == second);
    CHECK(before(second)->id == first);
    CHECK_FALSE(before(first));
    CHECK_FALSE(store::run_before(s.db, "other", last).value());
}

}  // namespace audienced::unit::store_planned_parts_test
