#include "run/reject_summary.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_reject_summary_test {

using namespace audienced;
using model::CountedIn;

namespace {

store::RejectKind kind(CountedIn counted_in, std::uint64_t count, std::string code, std::string detail = {},
                       std::string field = {}) {
    store::RejectKind k;
    k.counted_in = counted_in;
    k.count = count;
    k.code = std::move(code);
    k.detail = std::move(detail);
    k.field = std::move(field);
    return k;
}

}  // namespace

TEST_CASE("a kind is named with its number, what it is of, and why", "[unit][run]") {
    struct Row {
        store::RejectKind kind;
        const char* words;
    };
    const Row rows[] = {
        {kind(CountedIn::invalid, 300, "address_missing", "no e-mail address"),
         "300 rows: no e-mail address"},
        {kind(CountedIn::invalid, 1, "address_missing", "no e-mail address"), "1 row: no e-mail address"},
        {kind(CountedIn::values_dropped, 120, "not_a_date", "not a date", "BIRTHDAY"),
         "120 values of BIRTHDAY: not a date"},
        {kind(CountedIn::rejected, 2, "looks_fake"), "2 profiles: looks fake"},
        {kind(CountedIn::rejected, 2, "merge_field", "no phone", "PHONE"), "2 profiles, for PHONE: no phone"},
        // A provider's sentence ends with a full stop, and what follows brings its own.
        {kind(CountedIn::rejected, 2, "looks_fake", "(address) looks fake, please enter a real one."),
         "2 profiles: (address) looks fake, please enter a real one"},
        {kind(CountedIn::removals, 4, "not_found"), "4 members not removed: not found"},
        {kind(CountedIn::suppressed, 1, "address_changed"), "1 profile: address changed"},
        // Never an address, nor a text that fills the screen.
        {kind(CountedIn::rejected, 1, "invalid", "ann@example.org is wrong"), "1 profile: invalid"},
        {kind(CountedIn::rejected, 1, "invalid", std::string(500, 'x')), "1 profile: invalid"},
    };
    for (const Row& row : rows) CHECK(run::words_of(row.kind) == row.words);
    auto differing = kind(CountedIn::invalid, 2, "unreadable_row", "line 3 is cut short");
    differing.same_detail = false;
    CHECK(run::words_of(differing) == "2 rows: unreadable row (the first: line 3 is cut short)");
}

TEST_CASE("the first three kinds are named, and how many there are beside them", "[unit][run]") {
    std::vector<store::RejectKind> kinds;
    CHECK(run::summarise(kinds).empty());
    for (const char* code : {"a", "b", "c"}) kinds.push_back(kind(CountedIn::rejected, 2, code));
    CHECK(run::summarise(kinds) == "2 profiles: a; 2 profiles: b; 2 profiles: c");
    kinds.push_back(kind(CountedIn::rejected, 2, "d"));
    CHECK(run::summarise(kinds) == "2 profiles: a; 2 profiles: b; 2 profiles: c; 1 more kind");
    kinds.push_back(kind(CountedIn::rejected, 2, "e"));
    CHECK(run::summarise(kinds) == "2 profiles: a; 2 profiles: b; 2 profiles: c; 2 more kinds");
}

}  // namespace audienced::unit::run_reject_summary_test
