#include <catch2/catch.hpp>

#include "state.hpp"
#include "store/rejects.hpp"

namespace audienced::unit::store_known_rejects_test {

using namespace audienced;
using namespace audienced::test;

namespace {

model::RunId completed(State& s, const std::vector<std::string>& rejected, int rows_without_address = 0,
                       model::RunStatus status = model::RunStatus::completed_with_rejects) {
    model::Run run = sample_run();
    run.id = store::queue_run(s.db, run).value();
    for (int i = 0; i < int(rejected.size()) + rows_without_address; ++i) {
        store::Reject reject;
        reject.run = run.id;
        reject.row = static_cast<std::uint64_t>(i) + 1;
        reject.reject_class = model::RejectClass::fix_data;
        if (i < int(rejected.size())) {
            reject.member = s.member(rejected[static_cast<std::size_t>(i)]);
            reject.code = "looks_fake";
        } else {
            reject.code = "address_missing";
            reject.counted_in = model::CountedIn::invalid;
        }
        REQUIRE(store::add_reject(s.db, reject));
    }
    run.status = status;
    REQUIRE(store::update_run(s.db, run));
    return run.id;
}

bool known(State& s, model::RunId run) {
    return store::are_rejects_known(s.db, run).value();
}

}  // namespace

TEST_CASE("rejects that the run before had too are known, new ones are not", "[unit][store]") {
    State s;
    CHECK_FALSE(known(s, completed(s, {"ann@example.org"}, 2)));
    CHECK(known(s, completed(s, {"ann@example.org"}, 2)));
    CHECK(known(s, completed(s, {}, 1)));                         // fewer
    CHECK_FALSE(known(s, completed(s, {}, 2)));                   // one more row
    CHECK_FALSE(known(s, completed(s, {"ann@example.org"}, 2)));  // a kind that was gone
    CHECK_FALSE(known(s, completed(s, {"bob@example.org"}, 2)));  // as many, another member
    CHECK(known(s, completed(s, {"bob@example.org"}, 2)));
}

TEST_CASE("a run that succeeded or failed in between counts as what it is", "[unit][store]") {
    State s;
    completed(s, {"ann@example.org"});
    completed(s, {}, 0, model::RunStatus::failed);
    CHECK(known(s, completed(s, {"ann@example.org"})));
    completed(s, {}, 0, model::RunStatus::succeeded);
    CHECK_FALSE(known(s, completed(s, {"ann@example.org"})));
}

}  // namespace audienced::unit::store_known_rejects_test
