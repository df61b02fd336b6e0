#include "store/unfinished_forgets.hpp"

#include "state.hpp"
#include "store/forgotten.hpp"

namespace audienced::unit::store_unfinished_forgets_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("a forget is unfinished until what is left of it is erased and the log is empty", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    test::bind(s, id);
    REQUIRE(store::queue_run(s.db, sample_run()));
    const auto person = store::person_of(s.db, s.member("ann@example.org"), {}).value();
    store::Erased count;
    REQUIRE(store::forget(s.db, person, count));
    CHECK(store::is_forgotten(s.db, s.member("ann@example.org")).value());
    CHECK_FALSE(store::is_forgotten(s.db, s.member("bob@example.org")).value());
    CHECK(store::unfinished_forgets(s.db).value() == person.members);
    CHECK_FALSE(store::must_empty_log(s.db).value());
    REQUIRE(store::set_erased(s.db, person.members));
    CHECK(store::unfinished_forgets(s.db).value().empty());
    CHECK(store::must_empty_log(s.db).value());
    {
        auto reader = store::Database::open(s.file()).value();
        auto reading = store::Transaction::begin_reading(reader).value();
        CHECK(cell(reader, "SELECT count(*) FROM runs") == "1");
        // Within the time of the test: it does not wait for the reader.
        CHECK(store::finish_by_emptying_log(s.db).error().code == Errc::store_busy);
        CHECK(store::must_empty_log(s.db).value());
    }
    REQUIRE(store::finish_by_emptying_log(s.db));
    CHECK_FALSE(store::must_empty_log(s.db).value());
}

}  // namespace audienced::unit::store_unfinished_forgets_test
