#include "run/delivery/settle.hpp"

#include <catch2/catch.hpp>

#include "store/suppressions.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::run_delivery_settle_test {

using namespace audienced;
using namespace audienced::test;
using run::Settled;
using Kind = spool::Record::Kind;
using Result = model::Outcome::Kind;

namespace {

constexpr const char* place = "acc1/aud1";

/// A run with one batch, on a real database with two exports that feed one place.
struct SettleScene {
    State state;
    std::int64_t export_id = define_sample(state);
    std::int64_t other_id = 0;
    run::SettleInput in;
    store::BatchRow batch;

    SettleScene() {
        model::Export other = sample_export("other");
        REQUIRE(store::add_export(state.db, other));
        other_id = store::export_id(state.db, "other").value();
        for (const auto id : {export_id, other_id}) {
            store::GroupRow group;
            group.bit = 0;
            group.id = "tag1";
            group.title = "Buyers";
            REQUIRE(store::put_group(state.db, id, group));
        }
        in.export_id = export_id;
        in.run = store::queue_run(state.db, sample_run()).value();
        in.segments = {"buyers"};
        in.place = place;
        in.groups = store::get_groups(state.db, export_id).value();
        in.now = from_unix(10'000);
        batch.run = in.run;
        batch.seq = 1;
        batch.group = 0;
        batch.kind = model::BatchKind::membership;
        REQUIRE(store::insert_batches(state.db, {batch}));
    }
    Settled record(Kind kind, const char* address, char counts, Result result) {
        Settled s;
        s.record.kind = kind;
        s.record.counts = counts;
        s.record.member = state.member(address);
        s.record.sent.address = address;
        s.record.values_hash = 77;
        s.record.row = 5;
        s.outcome.kind = result;
        return s;
    }
    model::Counts settle(const std::vector<Settled>& settled) {
        REQUIRE(run::settle(state.db, state.vault, in, batch, settled));
        return store::get_run(state.db, in.run).value().counts;
    }
    std::optional<store::LedgerRow> ledger(const char* address) {
        return store::find_in_ledger(state.db, state.vault, export_id, state.member(address)).value();
    }
};

}  // namespace

TEST_CASE("a delivered upsert is in the ledger with its address, and counted once", "[unit][run]") {
    SettleScene s;
    const auto counts = s.settle({s.record(Kind::upsert, "ann@example.org", 'a', Result::delivered),
                                  s.record(Kind::upsert, "bob@example.org", 'u', Result::delivered)});
    CHECK(counts.added == 1);
    CHECK(counts.updated == 1);
    REQUIRE(s.ledger("ann@example.org"));
    CHECK(s.ledger("ann@example.org")->address == "ann@example.org");
    CHECK(s.ledger("ann@example.org")->groups == 0);
    CHECK(s.ledger("ann@example.org")->last_run == s.in.run);
    CHECK(store::unsettled_batches(s.state.db, s.in.run).value().empty());
}

TEST_CASE("whom the provider names as gone is suppressed, not in the ledger", "[unit][run]") {
    SettleScene s;
    auto gone = s.record(Kind::upsert, "ann@example.org", 'a', Result::suppressed);
    gone.outcome.code = "unsubscribed";
    const auto counts = s.settle({gone});
    CHECK(counts.suppressed == 1);
    CHECK(counts.added == 0);
    CHECK_FALSE(s.ledger("ann@example.org"));
    const auto found = store::find_suppression(s.state.db, place, s.state.member("ann@example.org")).value();
    REQUIRE(found);
    CHECK(found->reason == "unsubscribed");
}

TEST_CASE("a reject is named by its row and remembered with its values", "[unit][run]") {
    SettleScene s;
    auto bad = s.record(Kind::upsert, "ann@example.org", 'a', Result::rejected);
    bad.outcome.code = "looks_fake";
    bad.outcome.reject_class = model::Outcome::Class::fix_data;
    auto lost = s.record(Kind::upsert, "bob@example.org", 'a', Result::unknown);
    const auto counts = s.settle({bad, lost});
    CHECK(counts.rejected == 2);
    const auto rejects = store::list_rejects(s.state.db, s.in.run, 10).value();
    REQUIRE(rejects.size() == 2);
    CHECK(rejects[0].segment == "buyers");
    CHECK(rejects[0].row == 5);
    CHECK(rejects[0].code == "looks_fake");
    CHECK_FALSE(rejects[0].next_try);
    CHECK(rejects[1].code == "outcome_unknown");
    CHECK(rejects[1].next_try == s.in.now);  // the next run tries again
    CHECK(store::list_deferred(s.state.db, s.export_id).value().size() == 2);
}

TEST_CASE("a group that she joined through us is ours, one she was in before is not", "[unit][run]") {
    SettleScene s;
    s.settle({s.record(Kind::upsert, "ann@example.org", 'a', Result::delivered),
              s.record(Kind::upsert, "bob@example.org", 'a', Result::delivered)});
    auto bob = s.record(Kind::join, "bob@example.org", 0, Result::delivered);
    bob.outcome.was_member = true;
    s.settle({s.record(Kind::join, "ann@example.org", 0, Result::delivered), bob});
    CHECK(s.ledger("ann@example.org")->owned == 1);
    CHECK(s.ledger("bob@example.org")->groups == 1);
    CHECK(s.ledger("bob@example.org")->owned == 0);
    CHECK(store::is_preexisting_member(s.state.db, place, "tag1", s.state.member("bob@example.org")).value());
}

TEST_CASE("a group that another export of ours gave her is ours too", "[unit][run]") {
    SettleScene s;
    store::LedgerRow row;
    row.member = s.state.member("ann@example.org");
    row.groups = row.owned = 1;
    REQUIRE(store::put_in_ledger(s.state.db, s.state.vault, s.other_id, row));
    s.settle({s.record(Kind::upsert, "ann@example.org", 'a', Result::delivered)});
    auto join = s.record(Kind::join, "ann@example.org", 0, Result::delivered);
    join.outcome.was_member = true;
    s.settle({join});
    CHECK(s.ledger("ann@example.org")->owned == 1);
}

TEST_CASE("a list that somebody else had put her on stays hers, though our upsert puts her there too",
          "[unit][run]") {
    SettleScene s;
    s.in.joined_by_upsert = 1;
    REQUIRE(store::add_preexisting_member(s.state.db, place, "tag1", s.state.member("bob@example.org")));
    const auto upsert = [&](const char* address) {
        return s.record(Kind::upsert, address, 'a', Result::delivered);
    };
    s.settle({upsert("ann@example.org"), upsert("bob@example.org"), upsert("cid@example.org")});
    for (const char* address : {"ann@example.org", "bob@example.org", "cid@example.org"})
        CHECK(s.ledger(address)->groups == 1);
    CHECK(s.ledger("ann@example.org")->owned == 1);
    CHECK(s.ledger("bob@example.org")->owned == 0);
    CHECK(s.ledger("cid@example.org")->owned == 1);
}

TEST_CASE("a join that fails turns the member's count into a reject, once", "[unit][run]") {
    SettleScene s;
    s.settle({s.record(Kind::upsert, "ann@example.org", 'a', Result::delivered)});
    auto failed = s.record(Kind::join, "ann@example.org", 0, Result::rejected);
    failed.outcome.code = "not_visible";
    failed.outcome.reject_class = model::Outcome::Class::retry_later;
    s.settle({failed});
    const auto counts = s.settle({failed});  // a second group fails too
    CHECK(counts.added == 0);
    CHECK(counts.rejected == 1);
    CHECK(s.ledger("ann@example.org")->groups == 0);
}

TEST_CASE("a leaver's row goes with her last group of ours", "[unit][run]") {
    SettleScene s;
    store::LedgerRow row;
    row.member = s.state.member("ann@example.org");
    row.groups = row.owned = 3;
    REQUIRE(store::put_in_ledger(s.state.db, s.state.vault, s.export_id, row));
    auto leave = s.record(Kind::leave, "ann@example.org", 'r', Result::delivered);
    leave.record.left = true;
    CHECK(s.settle({leave}).removed == 1);
    REQUIRE(s.ledger("ann@example.org"));
    CHECK(s.ledger("ann@example.org")->owned == 2);
    s.batch.group = 1;
    leave.record.counts = 0;
    CHECK(s.settle({leave}).removed == 1);
    CHECK_FALSE(s.ledger("ann@example.org"));
}

TEST_CASE("a removal that did not get through stays to be done", "[unit][run]") {
    SettleScene s;
    store::LedgerRow row;
    row.member = s.state.member("ann@example.org");
    row.groups = row.owned = 1;
    REQUIRE(store::put_in_ledger(s.state.db, s.state.vault, s.export_id, row));
    auto leave = s.record(Kind::leave, "ann@example.org", 'r', Result::unknown);
    leave.record.left = true;
    const auto counts = s.settle({leave});
    CHECK(counts.removed == 0);
    CHECK(counts.rejected == 0);  // she was not read: the sum of the read does not know her
    CHECK(s.ledger("ann@example.org")->owned == 1);
    CHECK(store::list_rejects(s.state.db, s.in.run, 10).value().size() == 1);
}

}  // namespace audienced::unit::run_delivery_settle_test
