#include "store/prune.hpp"

#include <catch2/catch.hpp>

#include "state.hpp"
#include "store/acts.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/intents.hpp"
#include "store/memberships.hpp"
#include "store/rejects.hpp"
#include "store/retries.hpp"
#include "store/runs.hpp"

namespace audienced::unit::store_prune_test {

using namespace audienced;
using namespace audienced::test;
using model::RunStatus;

namespace {

constexpr std::int64_t now = 1'000'000'000, day = 86'400;

struct PruneScene {
    State s;
    model::ExportId export_id = define_sample(s);
    model::DestinationId destination =
        store::bind_export(s.db, export_id, model::DestinationKey("acc1/aud1"))->destination;

    std::int64_t add_run(std::int64_t days_ago, RunStatus status = RunStatus::succeeded) {
        auto run = sample_run();
        run.id = store::queue_run(s.db, run).value();
        run.status = status;
        if (model::is_final(status)) run.finished_at = from_unix(now - days_ago * day);
        REQUIRE(store::update_run(s.db, run));
        return run.id;
    }
    void add_act(std::int64_t run) {
        store::Act act;
        act.run = run;
        act.destination = destination;
        act.export_id = export_id;
        act.members.push_back({s.member("ann@example.org")});
        REQUIRE(store::add_act(s.db, act));
    }
    void add_rejects(std::int64_t run, int count) {
        for (int i = 0; i < count; ++i) {
            store::Reject r;
            r.run = run;
            r.code = "looks_fake";
            r.row = static_cast<std::uint64_t>(i) + 1;
            REQUIRE(store::add_reject(s.db, r));
        }
    }
    void add_contact(const char* address, std::optional<std::int64_t> removed_days_ago) {
        store::Contact c;
        c.member = s.member(address);
        c.contact_id = model::ContactId("c1");
        c.address = address;
        REQUIRE(store::put_contact(s.db, s.vault, destination, c));
        if (removed_days_ago)
            REQUIRE(
                store::set_removed_at(s.db, destination, c.member, from_unix(now - *removed_days_ago * day)));
    }
    std::string address(const char* of) {
        return store::find_contact(s.db, s.vault, destination, s.member(of)).value()->address;
    }
    int prune(std::size_t slice = 1'000) {
        const store::PruneBefore before{from_unix(now - 400 * day), from_unix(now - 90 * day)};
        int steps = 0;
        while (store::prune_step(s.db, before, slice).value()) ++steps;
        return steps;
    }
    std::string runs() {
        return cell(s.db, "SELECT group_concat(id, ' ') FROM (SELECT id FROM runs ORDER BY id)");
    }
    std::string count(const char* table) {
        return cell(s.db, ("SELECT count(*) FROM " + std::string(table)).c_str());
    }
};

}  // namespace

TEST_CASE("a run goes with its acts when it is older than runs are kept", "[unit][store]") {
    PruneScene p;
    const auto old = p.add_run(401), young = p.add_run(399), newest = p.add_run(1);
    for (const auto run : {old, young, newest}) p.add_act(run);
    p.prune();
    CHECK(p.runs() == std::to_string(young) + " " + std::to_string(newest));
    CHECK(p.count("acts") == "2");
}

TEST_CASE("rejects go before their run, and their numbers stay with it", "[unit][store]") {
    PruneScene p;
    const auto old = p.add_run(91), young = p.add_run(89);
    p.add_rejects(old, 7);
    p.add_rejects(young, 3);
    CHECK(p.prune(2) >= 4);  // in small steps
    CHECK(store::list_rejects(p.s.db, old, 100).value().empty());
    CHECK(store::list_rejects(p.s.db, young, 100).value().size() == 3);
    const auto kinds = store::list_reject_kinds(p.s.db, old).value();
    REQUIRE(kinds.size() == 1);
    CHECK(kinds[0].count == 7);
    CHECK(kinds[0].kept == 0);
}

TEST_CASE("a run that something rests on is kept, however old", "[unit][store]") {
    PruneScene p;
    const auto held = p.add_run(500, RunStatus::held);
    const auto open_intent = p.add_run(500);
    store::Intent intent;
    intent.destination = p.destination;
    intent.export_id = p.export_id;
    intent.run = open_intent;
    REQUIRE(store::put_intent(p.s.db, p.s.vault, intent, ""));
    const auto tried_again = p.add_run(500, RunStatus::failed);
    store::Retry retry;
    retry.export_name = sample_run().export_name;
    retry.run = tried_again;
    retry.attempt = 1;
    REQUIRE(store::put_retry(p.s.db, retry));
    const auto undone = p.add_run(500);
    auto undo = sample_run();
    undo.trigger = model::Trigger::undo;
    undo.options.undo_of = undone;
    const auto undoing = store::queue_run(p.s.db, undo).value();
    const auto gone = p.add_run(500);
    const auto newest = p.add_run(500);
    p.prune();
    std::string kept;
    for (const auto run : {held, open_intent, tried_again, undone, undoing, newest})
        kept += (kept.empty() ? "" : " ") + std::to_string(run);
    CHECK(p.runs() == kept);
    CHECK(gone != 0);
}

TEST_CASE("of an export that was removed no run stays for ever", "[unit][store]") {
    PruneScene p;
    p.add_run(500);
    CHECK(p.prune() == 0);
    REQUIRE(p.s.db.execute("DELETE FROM exports"));
    p.prune();
    CHECK(p.count("runs") == "0");
}

TEST_CASE("an address goes when no removal and no undo needs it any more", "[unit][store]") {
    PruneScene p;
    store::GroupRow tag;
    tag.title = "Tag";
    tag.id = model::GroupId("g1");
    REQUIRE(store::put_group(p.s.db, p.destination, p.export_id, tag));
    p.add_contact("old@example.org", 401);
    p.add_contact("young@example.org", 399);
    p.add_contact("held@example.org", 401);
    p.add_contact("sent@example.org", 401);
    p.add_contact("never@example.org", std::nullopt);
    REQUIRE(
        store::put_membership(p.s.db, tag.no, p.s.member("held@example.org"), {model::Membership::ours, 1}));
    REQUIRE(
        store::put_membership(p.s.db, tag.no, p.s.member("old@example.org"), {model::Membership::others, 0}));
    REQUIRE(store::put_delivered(p.s.db, p.export_id,
                                 {p.s.member("sent@example.org"), 7, 1, model::CountedAs::added}));
    p.prune(2);
    CHECK(p.address("old@example.org").empty());
    CHECK(p.address("young@example.org") == "young@example.org");
    CHECK(p.address("held@example.org") == "held@example.org");
    CHECK(p.address("sent@example.org") == "sent@example.org");
    CHECK(p.address("never@example.org") == "never@example.org");
    CHECK(p.count("contacts") == "5");
}

}  // namespace audienced::unit::store_prune_test
