#include "run/reject_summary.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "run/reject_words.hpp"
#include "support/source_tree.hpp"

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
        {kind(CountedIn::rejected, 2, "looks_fake"), "2 profiles: the provider takes the address for a fake"},
        {kind(CountedIn::rejected, 2, "merge_field", "no phone", "PHONE"), "2 profiles, for PHONE: no phone"},
        // A provider's sentence ends with a full stop, and what follows brings its own.
        {kind(CountedIn::rejected, 2, "looks_fake", "(address) looks fake, please enter a real one."),
         "2 profiles: (address) looks fake, please enter a real one"},
        {kind(CountedIn::removals, 4, "not_found"), "4 members not removed: not found"},
        {kind(CountedIn::suppressed, 1, "address_changed"),
         "1 profile: the contact has another address at the provider now"},
        // Never an address, nor a text that fills the screen.
        {kind(CountedIn::rejected, 1, "invalid", "ann@example.org is wrong"), "1 profile: invalid"},
        {kind(CountedIn::rejected, 1, "invalid", std::string(500, 'x')), "1 profile: invalid"},
    };
    for (const Row& row : rows) CHECK(run::words_of(row.kind) == row.words);
    auto differing = kind(CountedIn::invalid, 2, "unreadable_row", "line 3 is cut short");
    differing.same_detail = false;
    CHECK(run::words_of(differing) == "2 rows: the row cannot be read (the first: line 3 is cut short)");
}

TEST_CASE("every code that the sources name has a sentence", "[unit][run]") {
    // A viewer reads it in place of the words that may quote a value.
    const std::regex named(R"re((?:code = |drop\(\s*|Class::[a-z_]+,\s*)"([a-z_]+)")re");
    std::set<std::string> codes;
    for (const char* folder : {"lib/run", "lib/provider", "lib/plan"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(test::source_file(folder))) {
            if (entry.path().extension() != ".cpp") continue;
            std::ifstream file(entry.path());
            const std::string text{std::istreambuf_iterator<char>(file), {}};
            for (std::sregex_iterator it(text.begin(), text.end(), named), end; it != end; ++it)
                codes.insert((*it)[1]);
        }
    CHECK(codes.size() >= 30);
    for (const std::string& code : codes) {
        CAPTURE(code);
        CHECK(run::has_words(code));
    }
    CHECK(run::words_of_code("address_not_one_at") == "the address has no @, or more than one");
    CHECK(run::words_of_code("of_a_newer_version") == "of a newer version");
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
