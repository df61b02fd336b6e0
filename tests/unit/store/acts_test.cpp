#include "store/acts.hpp"
#include "store/undo_runs.hpp"

#include <set>

#include "state.hpp"

namespace audienced::unit::store_acts_test {

using namespace audienced;
using namespace audienced::test;
using model::BatchKind;
using store::Act;
using store::ActMember;
using Asked = store::ActMember::Asked;
using Kind = model::Outcome::Kind;

namespace {

Act act_of(std::int64_t run) {
    Act act;
    act.run = run;
    act.export_id = model::ExportId(3);
    act.at = from_unix(50);
    return act;
}

}  // namespace

TEST_CASE("an act comes back as it was added, whatever was asked and became of it", "[unit][store]") {
    State s;
    define_sample(s);
    const auto run = store::queue_run(s.db, sample_run()).value();
    Act act = act_of(run);
    for (const auto asked : {Asked::upsert, Asked::join, Asked::leave})
        for (const auto outcome : {Kind::delivered, Kind::suppressed, Kind::rejected, Kind::unknown})
            for (const int bits : {0, 1, 2, 3, 4, 5, 6, 7})
                act.members.push_back({s.member("m" + std::to_string(act.members.size())), asked, outcome,
                                       (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0});
    REQUIRE(store::add_act(s.db, act));
    auto second = act_of(run);
    second.kind = BatchKind::membership;
    second.group = model::GroupNo(9);
    REQUIRE(store::add_act(s.db, second));
    const auto all = store::list_acts(s.db, run).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].run == run);
    CHECK(all[0].export_id == act.export_id);
    CHECK(all[0].kind == BatchKind::upsert);
    CHECK(all[0].at == act.at);
    REQUIRE(all[0].members.size() == 96);
    for (std::size_t i = 0; i < 96; ++i) {
        INFO(i);
        CHECK(all[0].members[i].member == act.members[i].member);
        CHECK(all[0].members[i].asked == act.members[i].asked);
        CHECK(all[0].members[i].outcome == act.members[i].outcome);
        CHECK(all[0].members[i].changed == act.members[i].changed);
        CHECK(all[0].members[i].hold == act.members[i].hold);
        CHECK(all[0].members[i].called == act.members[i].called);
    }
    CHECK(cell(s.db, "SELECT length(members) FROM acts") == std::to_string(96 * 17));
    CHECK(all[1].kind == BatchKind::membership);
    CHECK(all[1].group == model::GroupNo(9));
    CHECK(all[1].members.empty());
    CHECK(store::list_acts(s.db, run + 1).value().empty());
}

TEST_CASE("the tickets of a destination's newest acts are told, those of others and of calls are not",
          "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    const model::DestinationId here(1), there(2);
    const auto add = [&](model::DestinationId destination, const char* ticket) {
        Act act = act_of(run);
        act.destination = destination;
        act.ticket = ticket;
        REQUIRE(store::add_act(s.db, act));
    };
    add(here, "job-1");
    add(here, "job-2");
    add(there, "job-3");
    add(here, "");
    add(here, "job-4");
    const auto tickets = [&](model::DestinationId destination, std::size_t most) {
        const auto all = store::recent_tickets(s.db, destination, most).value();
        return std::set<std::string>(all.begin(), all.end());
    };
    CHECK(tickets(here, 10) == std::set<std::string>{"job-1", "job-2", "job-4"});
    CHECK(tickets(here, 3) == std::set<std::string>{"job-2", "job-4"});
    CHECK(tickets(there, 10) == std::set<std::string>{"job-3"});
}

TEST_CASE("acts go with their run, and there are none without one", "[unit][store]") {
    State s;
    define_sample(s);
    const auto run = store::queue_run(s.db, sample_run()).value();
    CHECK(store::add_act(s.db, act_of(run + 1)).error().code == Errc::wrong_state);
    REQUIRE(store::add_act(s.db, act_of(run)));
    REQUIRE(s.db.execute("DELETE FROM runs"));
    CHECK(cell(s.db, "SELECT count(*) FROM acts") == "0");
}

TEST_CASE("an act in which only holds came or went is one to undo", "[unit][store]") {
    State s;
    define_sample(s);
    const auto run = store::queue_run(s.db, sample_run()).value();
    Act act = act_of(run);
    act.members.push_back({s.member("m"), Asked::join, Kind::delivered});
    REQUIRE(store::add_act(s.db, act));
    CHECK_FALSE(store::place_to_undo(s.db, run).value());
    act.members[0].hold = true;
    act.members[0].called = false;
    REQUIRE(store::add_act(s.db, act));
    const auto place = store::place_to_undo(s.db, run).value();
    REQUIRE(place);
    CHECK(place->export_id == act.export_id);
    std::size_t holds = 0;
    const auto count = [&](const Act& a) { holds += a.members[0].hold; };
    REQUIRE(store::scan_changes(s.db, run, 0, 9, count).value() == 1);
    CHECK(holds == 1);
}

TEST_CASE("acts that are cut short or have unknown bits are errors, not guesses", "[unit][store]") {
    State s;
    define_sample(s);
    const auto run = store::queue_run(s.db, sample_run()).value();
    REQUIRE(store::add_act(s.db, act_of(run)));
    const std::string hash(16, 'h');
    const char* const after = GENERATE("", "\x03", "\x23", "\x80", "\x01h");
    const std::string bad = hash + after;
    REQUIRE(s.db.prepare("UPDATE acts SET members = ?1").bind_blob(1, bad).run());
    CHECK(store::list_acts(s.db, run).error().code == Errc::store_corrupt);
    REQUIRE(s.db.prepare("UPDATE acts SET members = ?1").bind_blob(1, hash + "\x7E").run());
    CHECK(store::list_acts(s.db, run));
}

}  // namespace audienced::unit::store_acts_test
