#include "run/delivery/settle.hpp"

#include <catch2/catch.hpp>

#include "store/suppressions.hpp"
#include "unit/store/state.hpp"

namespace audienced::unit::run_delivery_settle_test {

using namespace audienced;
using namespace audienced::test;
using model::CountedAs;
using run::Settled;
using Kind = spool::Record::Kind;
using Result = model::Outcome::Kind;

namespace {

const model::DestinationKey destination_key("acc1/aud1");
const model::GroupId tag1("tag1");

/// A run with one batch, on a real database with two exports of one destination.
struct SettleScene {
    State state;
    model::ExportId export_id = define_sample(state);
    model::ExportId other_id;
    run::SettleInput in;
    store::BatchRow batch;

    SettleScene() {
        model::Export other = sample_export("other");
        REQUIRE(store::add_export(state.db, other));
        other_id = store::export_id(state.db, "other").value();
        for (const auto id : {export_id, other_id}) {
            store::GroupRow group;
            group.bit = 0;
            group.id = tag1;
            group.title = "Buyers";
            REQUIRE(store::put_group(state.db, id, group));
        }
        in.export_id = export_id;
        in.run = store::queue_run(state.db, sample_run()).value();
        in.segments = {"buyers"};
        in.destination_key = destination_key;
        in.groups = store::get_groups(state.db, export_id).value();
        in.now = from_unix(10'000);
        batch.run = in.run;
        batch.seq = 1;
        batch.group = 0;
        batch.kind = model::BatchKind::membership;
        REQUIRE(store::insert_batches(state.db, {batch}));
    }
    Settled record(Kind kind, const char* address, CountedAs counted_as, Result result) {
        Settled s;
        s.record.kind = kind;
        s.record.counted_as = counted_as;
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
    const auto counts =
        s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered),
                  s.record(Kind::upsert, "bob@example.org", CountedAs::updated, Result::delivered)});
    CHECK(counts.added == 1);
    CHECK(counts.updated == 1);
    REQUIRE(s.ledger("ann@example.org"));
    CHECK(s.ledger("ann@example.org")->address == "ann@example.org");
    CHECK(s.ledger("ann@example.org")->groups == 0);
    CHECK(s.ledger("ann@example.org")->last_run == s.in.run);
    CHECK(store::unsettled_batches(s.state.db, s.in.run).value().empty());
}

TEST_CASE("a member that the provider names as gone is suppressed, not in the ledger", "[unit][run]") {
    SettleScene s;
    auto gone = s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::suppressed);
    gone.outcome.opt_out = model::OptOutReason::unsubscribed;
    const auto counts = s.settle({gone});
    CHECK(counts.suppressed == 1);
    CHECK(counts.added == 0);
    CHECK_FALSE(s.ledger("ann@example.org"));
    const auto found =
        store::find_suppression(s.state.db, destination_key, s.state.member("ann@example.org")).value();
    REQUIRE(found);
    CHECK(found->reason == model::OptOutReason::unsubscribed);
}

TEST_CASE("a reject is named by its row and remembered with its values", "[unit][run]") {
    SettleScene s;
    auto bad = s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::rejected);
    bad.outcome.code = "looks_fake";
    bad.outcome.reject_class = model::RejectClass::fix_data;
    auto lost = s.record(Kind::upsert, "bob@example.org", CountedAs::added, Result::unknown);
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

TEST_CASE("a group that a member joined through us is ours, one it was in before is not", "[unit][run]") {
    SettleScene s;
    s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered),
              s.record(Kind::upsert, "bob@example.org", CountedAs::added, Result::delivered)});
    auto bob = s.record(Kind::join, "bob@example.org", CountedAs::none, Result::delivered);
    bob.outcome.was_member = true;
    s.settle({s.record(Kind::join, "ann@example.org", CountedAs::none, Result::delivered), bob});
    CHECK(s.ledger("ann@example.org")->owned == 1);
    CHECK(s.ledger("bob@example.org")->groups == 1);
    CHECK(s.ledger("bob@example.org")->owned == 0);
    CHECK(store::is_preexisting_member(s.state.db, destination_key, tag1, s.state.member("bob@example.org"))
              .value());
}

TEST_CASE("a group that another export of ours gave a member is ours too", "[unit][run]") {
    SettleScene s;
    store::LedgerRow row;
    row.member = s.state.member("ann@example.org");
    row.groups = row.owned = 1;
    REQUIRE(store::put_in_ledger(s.state.db, s.state.vault, s.other_id, row));
    s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered)});
    auto join = s.record(Kind::join, "ann@example.org", CountedAs::none, Result::delivered);
    join.outcome.was_member = true;
    s.settle({join});
    CHECK(s.ledger("ann@example.org")->owned == 1);
}

TEST_CASE("a preexisting list membership stays, though an upsert puts the member there too", "[unit][run]") {
    SettleScene s;
    s.in.joined_by_upsert = 1;
    REQUIRE(
        store::add_preexisting_member(s.state.db, destination_key, tag1, s.state.member("bob@example.org")));
    const auto upsert = [&](const char* address) {
        return s.record(Kind::upsert, address, CountedAs::added, Result::delivered);
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
    s.settle({s.record(Kind::upsert, "ann@example.org", CountedAs::added, Result::delivered)});
    auto failed = s.record(Kind::join, "ann@example.org", CountedAs::none, Result::rejected);
    failed.outcome.code = "not_visible";
    failed.outcome.reject_class = model::RejectClass::retry_later;
    s.settle({failed});
    const auto counts = s.settle({failed});  // a second group fails too
    CHECK(counts.added == 0);
    CHECK(counts.rejected == 1);
    CHECK(s.ledger("ann@example.org")->groups == 0);
}

TEST_CASE("a leaver's row goes with its last group of ours", "[unit][run]") {
    SettleScene s;
    store::LedgerRow row;
    row.member = s.state.member("ann@example.org");
    row.groups = row.owned = 3;
    REQUIRE(store::put_in_ledger(s.state.db, s.state.vault, s.export_id, row));
    auto leave = s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::delivered);
    leave.record.left = true;
    CHECK(s.settle({leave}).removed == 1);
    REQUIRE(s.ledger("ann@example.org"));
    CHECK(s.ledger("ann@example.org")->owned == 2);
    s.batch.group = 1;
    leave.record.counted_as = CountedAs::none;
    CHECK(s.settle({leave}).removed == 1);
    CHECK_FALSE(s.ledger("ann@example.org"));
}

TEST_CASE("a removal that did not get through stays to be done", "[unit][run]") {
    SettleScene s;
    store::LedgerRow row;
    row.member = s.state.member("ann@example.org");
    row.groups = row.owned = 1;
    REQUIRE(store::put_in_ledger(s.state.db, s.state.vault, s.export_id, row));
    auto leave = s.record(Kind::leave, "ann@example.org", CountedAs::removed, Result::unknown);
    leave.record.left = true;
    const auto counts = s.settle({leave});
    CHECK(counts.removed == 0);
    CHECK(counts.rejected == 0);  // not read: the sum of the read has no such member
    CHECK(s.ledger("ann@example.org")->owned == 1);
    CHECK(store::list_rejects(s.state.db, s.in.run, 10).value().size() == 1);
}

}  // namespace audienced::unit::run_delivery_settle_test
