#include "store/destinations.hpp"

#include "state.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/memberships.hpp"
#include "store/opt_outs.hpp"
#include "store/rejects.hpp"

namespace audienced::unit::store_destinations_test {

using namespace audienced;
using namespace audienced::test;
using model::DestinationKey;
using model::Membership;
using model::provider_time_from_unix;

namespace {

store::GroupRow put_list(State& s, model::DestinationId destination, model::ExportId id) {
    store::GroupRow group;
    group.id = model::GroupId("l1");
    group.title = "Title of buyers";
    group.is_list = group.scanned = true;
    REQUIRE(store::put_group(s.db, destination, id, group));
    return group;
}

/// One row of each thing that is remembered; gives the list.
store::GroupRow remember(State& s, model::DestinationId destination, model::ExportId id) {
    const auto ann = s.member("ann@example.com");
    const auto list = put_list(s, destination, id);
    const auto own = store::slots_of(s.db, destination, id).value().own;
    REQUIRE(store::put_membership(s.db, list.no, ann, {Membership::ours, own}));
    REQUIRE(store::put_delivered(s.db, id, {ann, 5, 1, model::CountedAs::added}));
    REQUIRE(
        store::put_contact(s.db, s.vault, destination, {ann, model::ContactId("c1"), {}, "ann@example.com"}));
    store::OptOut out;
    out.destination = destination;
    out.member = ann;
    REQUIRE(store::put_opt_out(s.db, out));
    REQUIRE(
        store::put_deferred(s.db, id, {ann, 1, "", "code", "", model::RejectClass::never, 1, std::nullopt}));
    return list;
}

std::string rows(State& s, const std::string& table) {
    return cell(s.db, "SELECT count(*) FROM " + table);
}

void finish(State& s, model::RunId id) {
    auto run = store::get_run(s.db, id).value();
    run.status = model::RunStatus::succeeded;
    REQUIRE(store::update_run(s.db, run));
}

}  // namespace

TEST_CASE("a destination is made once, and each export of it has a bit of its own", "[unit][store]") {
    State s;
    const auto first = define_sample(s), second = define_export(s, "other");
    CHECK(!store::find_destination(s.db, DestinationKey("acc1/aud1")).value());
    const auto one = store::bind_export(s.db, first, DestinationKey("acc1/aud1")).value();
    const auto two = store::bind_export(s.db, second, DestinationKey("acc1/aud1")).value();
    CHECK(one.destination == two.destination);
    CHECK(one.slots.own == 1);
    CHECK(one.slots.live == 1);
    CHECK(two.slots.own == 2);
    CHECK(two.slots.live == 3);
    CHECK(store::find_destination(s.db, DestinationKey("acc1/aud1")).value() == one.destination);
    const auto again = store::bind_export(s.db, first, DestinationKey("acc1/aud1")).value();
    CHECK(again.slots.own == 1);
    CHECK(again.slots.live == 3);
    const auto asked = store::slots_of(s.db, two.destination, second).value();
    CHECK((asked.own == 2 && asked.live == 3));
    CHECK(rows(s, "destinations") == "1");
}

TEST_CASE("an export that was removed is bound to nothing, and makes no destination", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::remove_export(s.db, "weekly"));
    CHECK(store::bind_export(s.db, id, DestinationKey("acc1/aud1")).error().code == Errc::not_found);
    CHECK(rows(s, "destinations") == "0");
    CHECK(rows(s, "export_slots") == "0");
}

TEST_CASE("an export that feeds another destination forgets its values, not what the first one knows",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto before = bind(s, id);
    const auto list = remember(s, before, id);
    const auto ann = s.member("ann@example.com");
    SECTION("bound to the same again, nothing is forgotten") {
        bind(s, id);
        for (const char* table : {"delivered", "export_groups", "deferred_rejects"})
            CHECK(rows(s, table) == "1");
        return;
    }
    const auto bound = store::bind_export(s.db, id, DestinationKey("acc1/aud2")).value();
    CHECK(bound.destination != before);
    CHECK(bound.slots.live == bound.slots.own);
    for (const char* table : {"delivered", "export_groups", "deferred_rejects"}) {
        INFO(table);
        CHECK(rows(s, table) == "0");
    }
    CHECK(store::find_membership(s.db, list.no, ann).value()->state == Membership::ours);
    CHECK(store::find_contact(s.db, s.vault, before, ann).value());
    CHECK(store::opt_outs_of(s.db, before, ann).value().size() == 1);
    CHECK(store::live_slots(s.db, before).value() == 0);
    // Back again it has its old bit, so what it gave there is its own.
    const auto back = store::bind_export(s.db, id, DestinationKey("acc1/aud1")).value();
    CHECK(back.slots.own == store::find_membership(s.db, list.no, ann).value()->holders);
}

TEST_CASE("removing an export keeps memberships, contacts, opt-outs and the meaning of its bit",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto destination = bind(s, id);
    const auto list = remember(s, destination, id);
    const auto run = store::queue_run(s.db, sample_run()).value();
    CHECK(store::remove_export(s.db, "weekly").error().code == Errc::wrong_state);
    finish(s, run);
    REQUIRE(store::remove_export(s.db, "weekly"));
    for (const char* table :
         {"delivered", "export_groups", "export_segments", "export_fields", "deferred_rejects", "exports"}) {
        INFO(table);
        CHECK(rows(s, table) == "0");
    }
    for (const char* table :
         {"memberships", "contacts", "opt_outs", "groups", "destinations", "export_slots"}) {
        INFO(table);
        CHECK(rows(s, table) == "1");
    }
    CHECK(store::get_run(s.db, run));  // history stays
    const auto gone = store::slots_of(s.db, destination, id).value();
    CHECK(gone.own == 1);
    CHECK(gone.live == 0);

    const auto made_again = define_export(s, "weekly");
    CHECK(made_again > id);  // an id is never used again
    const auto bound = store::bind_export(s.db, made_again, DestinationKey("acc1/aud1")).value();
    CHECK(bound.destination == destination);
    CHECK(bound.slots.own == 2);  // the bit of the first one still says who gave what
    CHECK(bound.slots.live == 2);
    CHECK(store::find_membership(s.db, list.no, s.member("ann@example.com")).value()->holders == 1);
}

TEST_CASE("an export without a connection still holds its members", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto destination = bind(s, id);
    REQUIRE(store::remove_connection(s.db, "news", true));
    CHECK(store::live_slots(s.db, destination).value() == 1);
}

TEST_CASE("63 exports feed one destination; the next takes the bit of one that is gone, cleared",
          "[unit][store]") {
    State s;
    const auto first = define_sample(s);
    const auto destination = bind(s, first), elsewhere = bind(s, define_export(s, "elsewhere"), "acc1/aud9");
    for (int i = 1; i < 63; ++i) bind(s, define_export(s, "e" + std::to_string(i)));
    CHECK(store::live_slots(s.db, destination).value() == ~std::uint64_t{0} >> 1);
    const auto last = define_export(s, "one-more");
    const auto full = store::bind_export(s.db, last, DestinationKey("acc1/aud1"));
    REQUIRE(!full);
    CHECK(full.error().code == Errc::too_large);
    CHECK(!full.error().hint.empty());
    CHECK(rows(s, "export_slots") == "64");
    CHECK(cell(s.db, "SELECT count(*) FROM exports WHERE name = 'one-more' AND bound_to IS NULL") == "1");

    const auto list = put_list(s, destination, first);
    const auto other_list = put_list(s, elsewhere, store::export_id(s.db, "elsewhere").value());
    const auto ann = s.member("ann@example.com"), bob = s.member("bob@example.com");
    const std::uint64_t gone = std::uint64_t{1} << 62, kept = 1;
    REQUIRE(store::put_membership(s.db, list.no, ann, {Membership::ours, gone | kept}));
    REQUIRE(store::put_membership(s.db, list.no, bob, {Membership::ours, gone}));
    REQUIRE(store::put_membership(s.db, other_list.no, ann, {Membership::ours, gone}));
    REQUIRE(store::remove_export(s.db, "e62"));
    const auto bound = store::bind_export(s.db, last, DestinationKey("acc1/aud1")).value();
    CHECK(bound.slots.own == gone);
    CHECK(store::find_membership(s.db, list.no, ann).value() == model::Standing{Membership::ours, kept});
    // Given by this program and wanted by none: who asks for it next takes it up.
    CHECK(store::find_membership(s.db, list.no, bob).value() == model::Standing{Membership::ours, 0});
    CHECK(store::find_membership(s.db, other_list.no, ann).value()->holders == gone);
}

TEST_CASE("an export that moved on gives its bit away too, and gets another when it comes back",
          "[unit][store]") {
    State s;
    const auto first = define_sample(s);
    const auto destination = bind(s, first);
    for (int i = 1; i < 63; ++i) bind(s, define_export(s, "e" + std::to_string(i)));
    bind(s, first, "acc1/aud2");
    const auto last = define_export(s, "one-more");
    CHECK(store::bind_export(s.db, last, DestinationKey("acc1/aud1")).value().slots.own == 1);
    CHECK(store::slots_of(s.db, destination, first).value().own == 0);
    CHECK(store::bind_export(s.db, first, DestinationKey("acc1/aud1")).error().code == Errc::too_large);
    REQUIRE(store::remove_export(s.db, "e7"));
    CHECK(store::bind_export(s.db, first, DestinationKey("acc1/aud1")).value().slots.own == 1u << 7);
}

TEST_CASE("how far pulls have come is kept per destination", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto a = bind(s, define_export(s, "other"), "acc/b"), b = bind(s, id);
    const auto none = store::get_pull_state(s.db, a).value();
    CHECK((!none.since && !none.came_back_since && !none.began && !none.full_at && none.full_pulls == 0));
    REQUIRE(store::put_pull_state(
        s.db, a, {provider_time_from_unix(1), std::nullopt, provider_time_from_unix(2), 4, from_unix(3)}));
    auto state = store::get_pull_state(s.db, a).value();
    CHECK(state.since == provider_time_from_unix(1));
    CHECK(!state.came_back_since);
    CHECK(state.began == provider_time_from_unix(2));
    CHECK(state.full_pulls == 4);
    CHECK(state.full_at == from_unix(3));
    REQUIRE(store::put_pull_state(s.db, a, {std::nullopt, provider_time_from_unix(5), std::nullopt, 5, {}}));
    state = store::get_pull_state(s.db, a).value();
    CHECK((!state.since && !state.began && !state.full_at));
    CHECK(state.came_back_since == provider_time_from_unix(5));
    CHECK(store::get_pull_state(s.db, b).value().full_pulls == 0);
}

TEST_CASE("a list that was known by its application is the same once its account is known", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    const auto first = store::bind_export(s.db, id, model::DestinationKey("application x/list1")).value();
    const auto known = store::bind_export(s.db, id, model::DestinationKey("acc9/list1")).value();
    CHECK(known.destination == first.destination);
    CHECK(store::bind_export(s.db, id, model::DestinationKey("application x/list1")).value().destination ==
          first.destination);
    // Audiences of two accounts may have one id.
    const auto one = store::bind_export(s.db, id, model::DestinationKey("acc1/aud7")).value();
    const auto other = store::bind_export(s.db, id, model::DestinationKey("acc2/aud7")).value();
    CHECK(one.destination != other.destination);
}

}  // namespace audienced::unit::store_destinations_test
