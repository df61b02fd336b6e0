#include "store/deferred.hpp"

#include <algorithm>
#include <set>

#include "state.hpp"

namespace audienced::unit::store_deferred_test {

using namespace audienced;
using namespace audienced::test;
using model::ExportId;
using model::RejectClass;

namespace {

store::DeferredReject refused(const MemberHash& member, std::string detail = "looks fake") {
    store::DeferredReject d;
    d.member = member;
    d.values = 7;
    d.field = "FNAME";
    d.code = "merge_field";
    d.detail = std::move(detail);
    d.reject_class = RejectClass::fix_data;
    d.attempts = 3;
    d.next_try = from_unix(4'000'000'000);
    d.since = 12;
    return d;
}

std::string words_kept(State& s) {
    return cell(s.db, "SELECT CAST(count(*) AS TEXT) FROM deferred_words");
}

}  // namespace

TEST_CASE("deferred rejects come sorted by member and are replaced", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    for (const char* who : {"a", "b", "c"})
        REQUIRE(store::put_deferred(
            s.db, id, {s.member(who), ~0ULL, "", "code", "", RejectClass::never, 1, std::nullopt}));
    REQUIRE(store::put_deferred(
        s.db, id, {s.member("b"), 5, "", "other", "", RejectClass::retry_later, 2, from_unix(50)}));
    auto all = list_deferred(s.db, id).value();
    REQUIRE(all.size() == 3);
    CHECK(std::is_sorted(all.begin(), all.end(), [](auto& x, auto& y) { return x.member < y.member; }));
    for (const auto& p : all) {
        if (p.member != s.member("b")) {
            CHECK(p.values == ~0ULL);
            CHECK(!p.next_try);
            continue;
        }
        CHECK(p.values == 5);
        CHECK(p.code == "other");
        CHECK(p.reject_class == RejectClass::retry_later);
        CHECK(p.attempts == 2);
        CHECK(p.next_try == from_unix(50));
    }
    REQUIRE(store::remove_deferred(s.db, id, s.member("b")));
    CHECK(list_deferred(s.db, id).value().size() == 2);
    CHECK(list_deferred(s.db, ExportId(id.value() + 1)).value().empty());
}

TEST_CASE("of an export that is gone no reject is deferred, and that is no error", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::remove_export(s.db, "weekly"));
    CHECK(store::put_deferred(s.db, id,
                              {s.member("a"), 1, "", "code", "", RejectClass::never, 1, std::nullopt}));
    CHECK(!store::has_deferred(s.db, id).value());
}

TEST_CASE("a deferred reject keeps the words, the attempts and the run since which it is refused",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    REQUIRE(store::put_deferred(s.db, id, refused(s.member("a"))));
    std::vector<store::DeferredMark> marks;
    REQUIRE(store::scan_deferred(s.db, id, 0, [&](const store::DeferredMark& m) { marks.push_back(m); }));
    REQUIRE(marks.size() == 1);
    CHECK(marks[0].next_try == 4'000'000'000u);
    const auto found = store::find_deferred(s.db, marks[0].member, marks[0].words).value();
    REQUIRE(found);
    for (const auto& d : {*found, store::deferred_of(s.db, id, s.member("a")).value().at(0)}) {
        CHECK(d.values == 7);
        CHECK(d.field == "FNAME");
        CHECK(d.code == "merge_field");
        CHECK(d.detail == "looks fake");
        CHECK(d.reject_class == RejectClass::fix_data);
        CHECK(d.attempts == 3);
        CHECK(d.next_try == from_unix(4'000'000'000));
        CHECK(d.since == 12);
        CHECK_FALSE(d.is_value);
    }
    CHECK_FALSE(store::find_deferred(s.db, s.member("b"), marks[0].words).value());
}

TEST_CASE("refused values stand beside each other; a refused member takes the place of all of them",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    auto value = refused(s.member("a"));
    value.is_value = true;
    REQUIRE(store::put_deferred(s.db, id, value));
    value.field = "PHONE";
    REQUIRE(store::put_deferred(s.db, id, value));
    CHECK(list_deferred(s.db, id).value().size() == 2);
    REQUIRE(store::put_deferred(s.db, id, refused(s.member("a"))));
    const auto left = list_deferred(s.db, id).value();
    REQUIRE(left.size() == 1);
    CHECK_FALSE(left[0].is_value);
}

TEST_CASE("words are stored once for all members, and go when no member has them", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    for (int i = 0; i < 100; ++i)
        REQUIRE(store::put_deferred(s.db, id, refused(s.member(std::to_string(i)))));
    CHECK(words_kept(s) == "1");
    for (int i = 0; i < 100; ++i)
        REQUIRE(store::put_deferred(s.db, id, refused(s.member(std::to_string(i)), std::to_string(i % 70))));
    CHECK(words_kept(s) == "71");
    REQUIRE(store::remove_unused_words(s.db, id));
    CHECK(words_kept(s) == "70");
    REQUIRE(store::remove_export(s.db, "weekly"));
    CHECK(words_kept(s) == "0");
}

TEST_CASE("a run's rejects are tried again if they are refused since it or before, and something helps",
          "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    auto never = refused(s.member("never"));
    never.reject_class = RejectClass::never;
    auto before = refused(s.member("before"));
    before.since = 11;
    auto after = refused(s.member("after"));
    after.since = 13;
    for (const auto& d : {never, before, after, refused(s.member("in it"))})
        REQUIRE(store::put_deferred(s.db, id, d));
    const auto again = [&](model::RunId retry_of) {
        std::vector<MemberHash> out;
        REQUIRE(store::scan_deferred(s.db, id, retry_of, [&](const store::DeferredMark& m) {
            if (m.again) out.push_back(m.member);
        }));
        return std::set<MemberHash>(out.begin(), out.end());
    };
    CHECK(again(0).empty());
    CHECK(again(12) == std::set{s.member("before"), s.member("in it")});
}

TEST_CASE("an unknown class of a deferred reject is an error, not a guess", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    CHECK_FALSE(store::has_deferred(s.db, id).value());
    REQUIRE(store::put_deferred(s.db, id, refused(s.member("a"))));
    CHECK(store::has_deferred(s.db, id).value());
    const std::string word = GENERATE("", "Never", "later");
    REQUIRE(s.db.prepare("UPDATE deferred_words SET reject_class = ?1").bind(1, word).run());
    CHECK(list_deferred(s.db, id).error().code == Errc::store_corrupt);
    CHECK(store::deferred_of(s.db, id, s.member("a")).error().code == Errc::store_corrupt);
}

}  // namespace audienced::unit::store_deferred_test
