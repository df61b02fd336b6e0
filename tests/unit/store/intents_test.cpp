#include "store/intents.hpp"

#include "state.hpp"

namespace audienced::unit::store_intents_test {

using namespace audienced;
using namespace audienced::test;
using model::BatchKind;
using model::provider_time_from_unix;
using store::Intent;

namespace {

struct Scene : State {
    model::ExportId id = define_sample(*this);
    model::DestinationId here = bind(*this, id);

    Intent intent_of(std::int64_t seq) const {
        Intent i;
        i.destination = here;
        i.export_id = id;
        i.run = 7;
        i.seq = seq;
        i.rows = 3;
        return i;
    }
    std::int64_t put(const Intent& i, std::string_view records = "records") {
        return store::put_intent(db, vault, i, records).value();
    }
    std::vector<Intent> list() { return store::list_intents(db, here).value(); }
};

}  // namespace

TEST_CASE("an intent comes back as it was put, its records sealed in between", "[unit][store]") {
    Scene s;
    auto put = s.intent_of(4);
    put.sent_after = provider_time_from_unix(99);
    put.ticket = "job-1";
    const bool upsert = GENERATE(true, false);
    put.kind = upsert ? BatchKind::upsert : BatchKind::membership;
    put.group = upsert ? model::GroupNo() : model::GroupNo(5);
    const std::string records("ann@example.com\0\x01 and more", 24);
    const auto id = s.put(put, records);
    const auto all = s.list();
    REQUIRE(all.size() == 1);
    const Intent& i = all[0];
    CHECK(i.id == id);
    CHECK(i.destination == s.here);
    CHECK(i.export_id == s.id);
    CHECK((i.run == 7 && i.seq == 4 && i.rows == 3));
    CHECK(i.kind == put.kind);
    CHECK(i.group == put.group);
    CHECK(i.sent_after == put.sent_after);
    CHECK(i.ticket == "job-1");
    CHECK(store::intent_records(s.db, s.vault, id).value() == records);
    CHECK(cell(s.db, "SELECT records FROM intents").find("ann") == std::string::npos);
    CHECK(store::list_intents(s.db, model::DestinationId(s.here.value() + 1)).value().empty());
}

TEST_CASE("a batch that is sent again takes the place of its intent", "[unit][store]") {
    Scene s;
    auto batch = s.intent_of(1);
    batch.ticket = "job-1";
    const auto first = s.put(batch, "before");
    const auto other = s.put(s.intent_of(2), "other");
    batch.ticket.clear();
    batch.rows = 2;
    const auto again = s.put(batch, "after");
    CHECK(again > other);  // an id is never used again, so nothing writes to the wrong intent
    const auto all = s.list();
    REQUIRE(all.size() == 2);
    CHECK((all[0].id == other && all[1].id == again));  // oldest first
    CHECK(all[1].ticket.empty());
    CHECK(all[1].rows == 2);
    CHECK(store::intent_records(s.db, s.vault, again).value() == "after");
    CHECK(store::intent_records(s.db, s.vault, other).value() == "other");
    CHECK(!store::intent_records(s.db, s.vault, first));
    auto of_other_run = s.intent_of(1);
    of_other_run.run = 8;
    s.put(of_other_run);
    CHECK(s.list().size() == 3);
}

TEST_CASE("a ticket is set on its intent alone, and a closed intent is gone", "[unit][store]") {
    Scene s;
    const auto first = s.put(s.intent_of(1)), second = s.put(s.intent_of(2));
    REQUIRE(store::set_ticket(s.db, second, "job'2"));
    CHECK(s.list()[0].ticket.empty());
    CHECK(s.list()[1].ticket == "job'2");
    CHECK(!s.list()[1].sent_after);
    REQUIRE(store::remove_intent(s.db, first));
    REQUIRE(store::remove_intent(s.db, first));
    REQUIRE(s.list().size() == 1);
    CHECK(s.list()[0].id == second);
}

TEST_CASE("an intent outlives its batches, its run and its export", "[unit][store]") {
    Scene s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    auto intent = s.intent_of(1);
    intent.run = run;
    const auto id = s.put(intent);
    REQUIRE(store::remove_batches(s.db, run));
    REQUIRE(s.db.execute("DELETE FROM runs"));
    REQUIRE(store::remove_export(s.db, "weekly"));
    CHECK(s.list().size() == 1);
    CHECK(store::intent_records(s.db, s.vault, id).value() == "records");
}

TEST_CASE("records of an intent that were moved to another batch do not open", "[unit][store]") {
    Scene s;
    const auto id = s.put(s.intent_of(1), "ann@example.com");
    REQUIRE(s.db.execute("UPDATE intents SET seq = 2"));
    const auto moved = store::intent_records(s.db, s.vault, id);
    REQUIRE(!moved);
    CHECK(moved.error().code == Errc::store_corrupt);
    CHECK(moved.error().message.find("intents.records") != std::string::npos);
    CHECK(moved.error().text().find("ann") == std::string::npos);
    CHECK(store::intent_records(s.db, s.vault, id + 1).error().code == Errc::bug);
}

}  // namespace audienced::unit::store_intents_test
