#include "provider/types.hpp"

#include <catch2/catch.hpp>
#include <utility>

namespace audienced::unit::provider_types_test {

using namespace audienced;
using State = provider::ContactStatus::State;
using Reason = model::OptOutReason;

TEST_CASE("every state but mailable is an opt-out with its reason", "[unit][provider]") {
    CHECK(!provider::opt_out_of(State::mailable));
    const std::pair<State, Reason> table[] = {
        {State::unsubscribed, Reason::unsubscribed}, {State::cleaned, Reason::cleaned},
        {State::pending, Reason::pending},           {State::archived, Reason::archived},
        {State::deleted, Reason::deleted},           {State::on_hold, Reason::on_hold}};
    for (const auto& [state, reason] : table) CHECK(provider::opt_out_of(state) == reason);
}

}  // namespace audienced::unit::provider_types_test
