#include "store/subject_states.hpp"

#include "state.hpp"

namespace audienced::unit::store_subject_states_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("what people are told of is stored as it is, and goes by its key", "[unit][store]") {
    State s;
    model::SubjectState vip{"export:vip", "failed", from_unix(5),
                            from_unix(6), 42,       "{\"event\":\"run_failed\"}"};
    const model::SubjectState daemon{"daemon", "ok", from_unix(1), from_unix(2), 0, ""};
    REQUIRE(store::put_subject_state(s.db, vip));
    REQUIRE(store::put_subject_state(s.db, daemon));
    vip.state = "held";
    REQUIRE(store::put_subject_state(s.db, vip));
    CHECK(store::list_subject_states(s.db).value() == std::vector{daemon, vip});
    REQUIRE(store::remove_subject_state(s.db, "daemon"));
    CHECK(store::list_subject_states(s.db).value() == std::vector{vip});

    model::Telling telling{7, "webhook", "export:vip", "held", "{}", 3, from_unix(10), from_unix(15)};
    REQUIRE(store::put_telling(s.db, telling));
    telling.attempts = 4;
    REQUIRE(store::put_telling(s.db, telling));
    CHECK(store::list_tellings(s.db).value() == std::vector{telling});
    REQUIRE(store::remove_telling(s.db, 7));
    CHECK(store::list_tellings(s.db).value().empty());

    CHECK(store::next_telling_id(s.db).value() == 1);
    REQUIRE(store::set_next_telling_id(s.db, 8));
    CHECK(store::next_telling_id(s.db).value() == 8);
}

TEST_CASE("a refresh that begins takes the place of the one before", "[unit][store]") {
    State s;
    CHECK(store::newest_run(s.db).value() == 0);
    define_sample(s);
    const auto run = store::queue_run(s.db, sample_run()).value();
    CHECK(store::newest_run(s.db).value() == run);
    const std::vector<model::RoundEntry> first{{"a", 1}, {"b", 1}}, second{{"b", 4}};
    REQUIRE(store::begin_round(s.db, first));
    CHECK(store::list_round(s.db).value() == first);
    REQUIRE(store::begin_round(s.db, second));
    CHECK(store::list_round(s.db).value() == second);
    REQUIRE(store::begin_round(s.db, {}));
    CHECK(store::list_round(s.db).value().empty());
}

}  // namespace audienced::unit::store_subject_states_test
