#include "store/forget_journal.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "state.hpp"
#include "store/opt_outs.hpp"

namespace audienced::unit::store_forget_journal_test {

using namespace audienced;
using namespace audienced::test;

namespace {

store::Forgotten person(const State& s, const std::string& name, std::vector<std::uint64_t> keys = {}) {
    return {from_unix(1234), {s.member(name), s.member("former " + name)}, std::move(keys)};
}
std::string root(const State& s) {
    return store::journal_root(s.vault);
}
void applied(State& s, std::size_t forgets, bool begun) {
    const auto done = store::apply_forget_journal(s.db, s.vault, s.path(), from_unix(5000)).value();
    CHECK(done.forgets == forgets);
    CHECK(done.begun.has_value() == begun);
}

}  // namespace

TEST_CASE("what was forgotten is read again, without any address, from a private file", "[unit][store]") {
    State s;
    applied(s, 0, true);
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "ann@example.org", {77, UINT64_MAX})));
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "bob@example.org")));
    const auto journal = store::read_forget_journal(s.path(), root(s)).value();
    REQUIRE(journal.since);
    CHECK(to_unix(*journal.since) == 5000);
    REQUIRE(journal.forgets.size() == 2);
    CHECK(journal.forgets[0].members == person(s, "ann@example.org").members);
    CHECK(journal.forgets[0].keys == std::vector<std::uint64_t>{77, UINT64_MAX});
    CHECK(to_unix(journal.forgets[1].at) == 1234);
    CHECK(s.dir.read("state/forgotten").find("ann") == std::string::npos);
    struct stat st {};
    REQUIRE(::stat((s.path() + "/forgotten").c_str(), &st) == 0);
    CHECK((st.st_mode & 0777) == 0600);
}

TEST_CASE("a line that was cut short was never acknowledged, and spoils no other", "[unit][store]") {
    State s;
    applied(s, 0, true);
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "ann@example.org")));
    const std::string whole = s.dir.read("state/forgotten");
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "bob@example.org")));
    const auto longer = s.dir.read("state/forgotten").size();
    for (const std::size_t size : {whole.size() + 1, (whole.size() + longer) / 2, longer - 1}) {
        REQUIRE(::truncate((s.path() + "/forgotten").c_str(), static_cast<off_t>(size)) == 0);
        const bool all_of_it = size == longer - 1;  // but for the line's end
        CHECK(store::read_forget_journal(s.path(), root(s)).value().forgets.size() == (all_of_it ? 2 : 1));
        REQUIRE(store::write_forget(s.path(), root(s), person(s, "cid@example.org")));
        const auto after = store::read_forget_journal(s.path(), root(s)).value().forgets;
        CHECK(after.back().members == person(s, "cid@example.org").members);
        s.dir.write("state/forgotten", whole);
        REQUIRE(store::write_forget(s.path(), root(s), person(s, "bob@example.org")));
    }
}

TEST_CASE("at a start the database learns what the journal has, and the journal what the database has",
          "[unit][store]") {
    State s;
    applied(s, 0, true);
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "ann@example.org")));
    applied(s, 1, false);
    applied(s, 0, false);
    CHECK(store::forgotten_members(s.db).value().size() == 2);
    // The journal is lost.
    REQUIRE(::unlink((s.path() + "/forgotten").c_str()) == 0);
    applied(s, 0, true);
    CHECK(store::read_forget_journal(s.path(), root(s)).value().forgets.size() == 2);
    applied(s, 0, false);
}

TEST_CASE("a damaged line is told from one that was cut short, until the journal says that it is whole again",
          "[unit][store]") {
    State s;
    applied(s, 0, true);
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "ann@example.org")));
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "bob@example.org")));
    std::string damaged = s.dir.read("state/forgotten");
    const auto at = damaged.find("forget ") + 60;
    damaged[at] = damaged[at] == '0' ? '1' : '0';
    s.dir.write("state/forgotten", damaged);
    auto journal = store::read_forget_journal(s.path(), root(s)).value();
    CHECK(journal.damaged == 1);
    CHECK(!journal.since);
    CHECK(to_unix(journal.begun.value()) == 5000);
    CHECK(journal.forgets.size() == 1);
    SECTION("cut short is not damaged, with a line behind it neither") {
        s.dir.write("state/forgotten", s.dir.read("state/forgotten") + "forget 12 ab");
        CHECK(store::read_forget_journal(s.path(), root(s)).value().damaged == 1);
        REQUIRE(store::write_forget(s.path(), root(s), person(s, "cid@example.org")));
        journal = store::read_forget_journal(s.path(), root(s)).value();
        CHECK(journal.damaged == 1);
        CHECK(journal.forgets.size() == 2);
    }
    SECTION("a database that knows every forget makes it whole from its first day on") {
        store::Erased ignored;
        for (const char* name : {"ann@example.org", "bob@example.org"})
            REQUIRE(store::forget(s.db, person(s, name), ignored));
        const auto done = store::apply_forget_journal(s.db, s.vault, s.path(), from_unix(9000)).value();
        CHECK(done.damaged == 1);
        journal = store::read_forget_journal(s.path(), root(s)).value();
        CHECK(journal.damaged == 0);
        CHECK(to_unix(journal.since.value()) == 5000);
        CHECK(journal.forgets.size() == 3);  // each member of the damaged line has its own
    }
    SECTION("that of a backup makes it whole from now on") {
        const auto done = store::apply_forget_journal(s.db, s.vault, s.path(), from_unix(9000),
                                                      store::KnownForgets::of_backup)
                              .value();
        CHECK(done.forgets == 1);
        journal = store::read_forget_journal(s.path(), root(s)).value();
        CHECK(journal.damaged == 0);
        CHECK(to_unix(journal.since.value()) == 9000);
    }
}

TEST_CASE("a journal of another installation says nothing, and is kept", "[unit][store]") {
    State s, other;
    applied(other, 0, true);
    REQUIRE(store::write_forget(other.path(), root(other), person(other, "ann@example.org")));
    s.dir.write("state/forgotten", other.dir.read("state/forgotten"));
    applied(s, 0, true);
    REQUIRE(store::write_forget(s.path(), root(s), person(s, "bob@example.org")));
    CHECK(store::read_forget_journal(s.path(), root(s)).value().forgets.size() == 1);
    CHECK(store::read_forget_journal(s.path(), root(other)).value().forgets.size() == 1);
}

}  // namespace audienced::unit::store_forget_journal_test
