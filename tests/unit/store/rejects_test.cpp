#include "store/rejects.hpp"

#include "state.hpp"

namespace audienced::unit::store_rejects_test {

using namespace audienced;
using namespace audienced::test;
using model::RejectClass;

TEST_CASE("rejects are listed in the order in which they came", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    store::Reject with;
    with.run = run;
    with.segment = "buyers";
    with.row = 7;
    with.member = s.member("ann@example.com");
    with.code = "looks_fake";
    with.reject_class = RejectClass::never;
    with.detail = "looks fake or invalid";
    with.next_try = from_unix(99);
    store::Reject without;
    without.run = run;
    without.code = "invalid";
    REQUIRE(store::add_reject(s.db, with));
    REQUIRE(store::add_reject(s.db, without));
    auto all = store::list_rejects(s.db, run, 10).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].run == run);
    CHECK(all[0].segment == "buyers");
    CHECK(all[0].row == 7);
    CHECK(all[0].member == with.member);
    CHECK(all[0].code == "looks_fake");
    CHECK(all[0].reject_class == RejectClass::never);
    CHECK(all[0].detail == with.detail);
    CHECK(all[0].next_try == with.next_try);
    CHECK(!all[1].member);
    CHECK(!all[1].next_try);
    CHECK(store::list_rejects(s.db, run, 1).value().size() == 1);
    CHECK(store::list_rejects(s.db, run + 1, 10).value().empty());
    with.run = 99;
    CHECK(store::add_reject(s.db, with).error().code == Errc::wrong_state);
}

namespace {

store::Reject invalid_row(model::RunId run, std::uint64_t row, std::string code = "address_missing") {
    store::Reject r;
    r.run = run;
    r.segment = "buyers";
    r.row = row;
    r.code = std::move(code);
    r.reject_class = RejectClass::fix_data;
    r.counted_in = model::CountedIn::invalid;
    return r;
}

model::RunId over(State& s, const std::string& export_name = "weekly") {
    const auto id = store::queue_run(s.db, sample_run(export_name)).value();
    auto run = store::get_run(s.db, id).value();
    run.status = model::RunStatus::completed_with_rejects;
    REQUIRE(store::update_run(s.db, run));
    return id;
}

void add_many(State& s, model::RunId run, std::uint64_t count, const std::string& code = "address_missing") {
    auto transaction = store::Transaction::begin(s.db);
    for (std::uint64_t row = 1; row <= count; ++row)
        REQUIRE(store::add_reject(s.db, invalid_row(run, row, code)));
    REQUIRE(transaction->commit());
}

std::size_t rows_of(State& s, model::RunId run) {
    return store::list_rejects(s.db, run, 1'000'000).value().size();
}

}  // namespace

TEST_CASE("of one kind the first ten thousand are kept, and the rest is counted", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    add_many(s, run, store::rejects_kept + 7);
    add_many(s, run, 2, "other");
    auto refused = invalid_row(run, 4);
    refused.field = "PHONE";
    REQUIRE(store::add_reject(s.db, refused));
    REQUIRE(store::count_rejects(s.db, invalid_row(run, 0), 1'000'000, store::RejectState::valid));
    CHECK(rows_of(s, run) == store::rejects_kept + 3);
    const auto kinds = store::list_reject_kinds(s.db, run).value();
    REQUIRE(kinds.size() == 3);
    CHECK(kinds[0].code == "address_missing");  // most first
    CHECK(kinds[0].count == store::rejects_kept + 1'000'007);
    CHECK(kinds[0].kept == store::rejects_kept);
    CHECK(kinds[0].counted_in == model::CountedIn::invalid);
    CHECK(kinds[1].code == "other");
    CHECK(kinds[2].field == "PHONE");
    CHECK(kinds[2].count == 1);
}

TEST_CASE("the words of a kind are stored once; a reject with other words keeps its own", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    for (const char* detail : {"line 3 is cut short", "line 3 is cut short", "line 9 is cut short"}) {
        auto r = invalid_row(run, 1, "unreadable_row");
        r.detail = detail;
        REQUIRE(store::add_reject(s.db, r));
    }
    const auto all = store::list_rejects(s.db, run, 10).value();
    REQUIRE(all.size() == 3);
    CHECK(all[1].detail == "line 3 is cut short");
    CHECK(all[2].detail == "line 9 is cut short");
    CHECK_FALSE(store::list_reject_kinds(s.db, run).value()[0].same_detail);
    CHECK(cell(s.db, "SELECT CAST(count(detail) AS TEXT) FROM rejects") == "1");
}

TEST_CASE("rejects come in pages", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    add_many(s, run, 5);
    const auto first = store::list_rejects(s.db, run, 2).value();
    REQUIRE(first.size() == 2);
    const auto rest = store::list_rejects(s.db, run, 10, first.back().id).value();
    REQUIRE(rest.size() == 3);
    CHECK(rest[0].row == 3);
}

TEST_CASE("what a run said stands until its new plan is stored, and no other run's goes", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    auto undo = sample_run();
    undo.trigger = model::Trigger::undo;
    const auto other = store::queue_run(s.db, undo).value();
    add_many(s, run, 2);
    add_many(s, other, 1);
    REQUIRE(store::add_reject(s.db, invalid_row(run, 9, "new"), store::RejectState::draft));
    CHECK(rows_of(s, run) == 2);
    CHECK(store::list_reject_kinds(s.db, run).value().size() == 1);
    SECTION("stored") {
        REQUIRE(store::promote_rejects(s.db, run));
        CHECK(rows_of(s, run) == 1);
        CHECK(store::list_reject_kinds(s.db, run).value().at(0).code == "new");
    }
    SECTION("dropped") {
        REQUIRE(store::remove_drafts(s.db, run));
        REQUIRE(store::promote_rejects(s.db, other));
        CHECK(rows_of(s, run) == 2);
        CHECK(rows_of(s, other) == 0);
        return;
    }
    CHECK(rows_of(s, other) == 1);
}

TEST_CASE("the newest two runs of an export keep their rejects, older ones while there is room",
          "[unit][store]") {
    State s;
    define_sample(s);
    define_export(s, "other");
    const auto beside = over(s, "other");
    add_many(s, beside, 50);
    std::vector<model::RunId> runs;
    for (const std::uint64_t count : {10, 40, 30, 20, 60}) {
        runs.push_back(over(s));
        add_many(s, runs.back(), count);
    }
    int steps = 0;
    while (store::trim_rejects(s.db, "weekly", 115, 7).value()) ++steps;
    CHECK(steps >= 7);
    CHECK(rows_of(s, runs[0]) == 0);
    CHECK(rows_of(s, runs[1]) == 0);
    CHECK(rows_of(s, runs[2]) == 30);
    CHECK(rows_of(s, runs[4]) == 60);
    CHECK(rows_of(s, beside) == 50);
    const auto kinds = store::list_reject_kinds(s.db, runs[1]).value();
    REQUIRE(kinds.size() == 1);
    CHECK(kinds[0].count == 40);  // the number stays
    CHECK(kinds[0].kept == 0);
    while (store::trim_rejects(s.db, "weekly", 1, 7).value()) {
    }
    CHECK(rows_of(s, runs[2]) == 0);
    CHECK(rows_of(s, runs[3]) == 20);
    CHECK(rows_of(s, runs[4]) == 60);
}

TEST_CASE("unknown words in rejects are errors, not guesses", "[unit][store]") {
    State s;
    const auto run = store::queue_run(s.db, sample_run()).value();
    add_many(s, run, 1);
    const std::string word = GENERATE("", "Never", "mailable", "later");
    const std::string column = GENERATE("reject_class", "counted_in");
    INFO(column << " " << word);
    REQUIRE(s.db.prepare("UPDATE reject_kinds SET " + column + " = ?1").bind(1, word).run());
    CHECK(store::list_rejects(s.db, run, 10).error().code == Errc::store_corrupt);
    CHECK(store::list_reject_kinds(s.db, run).error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::store_rejects_test
