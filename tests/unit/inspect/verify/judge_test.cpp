#include "inspect/verify/judge.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::inspect_verify_judge_test {

using namespace audienced;
using namespace audienced::inspect;
using model::Membership;
using model::OptOutReason;
using State = provider::ContactStatus::State;

TEST_CASE("each standing, state and opt-out has its verdict", "[unit][inspect]") {
    struct Row {
        Membership known;
        bool is_list;
        State state;
        std::vector<OptOutReason> opt_outs;
        std::optional<Drift> verdict;
    };
    const Row table[] = {
        {Membership::ours, false, State::mailable, {}, std::nullopt},
        {Membership::others, true, State::mailable, {}, std::nullopt},
        {Membership::maybe, false, State::mailable, {}, std::nullopt},
        {Membership::none, false, State::mailable, {}, Drift::extra},
        {Membership::taken, false, State::mailable, {}, Drift::extra},
        {Membership::none, true, State::unsubscribed, {}, Drift::extra},
        {Membership::off, false, State::mailable, {}, Drift::extra_former},
        {Membership::off, true, State::mailable, {}, Drift::extra_former},
        {Membership::existing, true, State::mailable, {}, Drift::extra_former},
        {Membership::off, true, State::mailable, {OptOutReason::left_list}, Drift::mailable_there},
        {Membership::existing, true, State::mailable, {OptOutReason::not_on_list}, Drift::mailable_there},
        {Membership::ours, false, State::unsubscribed, {}, Drift::opted_out_there},
        {Membership::ours, false, State::unsubscribed, {OptOutReason::unsubscribed}, std::nullopt},
        {Membership::ours, false, State::cleaned, {OptOutReason::unsubscribed}, std::nullopt},
        {Membership::ours, false, State::mailable, {OptOutReason::unsubscribed}, Drift::mailable_there},
        {Membership::ours, false, State::mailable, {OptOutReason::archived}, Drift::mailable_there},
        {Membership::none, false, State::mailable, {OptOutReason::forgotten}, Drift::forgotten},
        {Membership::none, true, State::unsubscribed, {OptOutReason::forgotten}, Drift::forgotten},
        {Membership::off, true, State::mailable, {OptOutReason::forgotten}, Drift::forgotten},
        {Membership::ours, false, State::mailable, {OptOutReason::opted_out_before}, std::nullopt},
    };
    for (const Row& row : table) {
        CAPTURE(static_cast<int>(row.known), row.is_list, static_cast<int>(row.state), row.opt_outs.size());
        CHECK(judge({row.known, row.is_list, row.state, row.opt_outs}) == row.verdict);
    }
}

TEST_CASE("a value is compared in the form of its type", "[unit][inspect]") {
    struct Row {
        const char *type, *sent, *held;
        bool same;
    };
    const Row table[] = {
        {"text", "Here", " Here ", true},
        {"text", "Here", "here", false},
        {"number", "10.50", "10.5", true},
        {"number", "10", "11", false},
        {"number", "10", "", false},
        {"date", "2024-01-31", "01/31/2024", true},
        {"date", "2024-01-31", "2024-02-01", false},
        {"birthday", "12/24", "12/24", true},
        {"phone", "404-555-1212", "+1 (404) 555-1212", true},
        {"phone", "404-555-1212", "404-555-1213", false},
        {"boolean", "true", "True", true},
        {"currency", "5.00", "5", true},
        {"month", "3", "03", true},
        {"dropdown", "10.50", "10.5", false},
    };
    for (const Row& row : table) {
        CAPTURE(row.type, row.sent, row.held);
        CHECK(is_same_value(row.type, row.sent, row.held) == row.same);
    }
}

TEST_CASE("every kind of difference has its words and says what mends it", "[unit][inspect]") {
    for (int i = 0; i < drift_kinds; ++i) {
        const auto kind = static_cast<Drift>(i);
        CAPTURE(to_string(kind));
        CHECK(!words_of(kind).empty());
        CHECK(!mend_for(kind, false, "weekly").empty());
        CHECK((to_string(kind) == std::string("missing")) == (kind == Drift::missing));
    }
    CHECK(mend_for(Drift::missing, false, "weekly") != mend_for(Drift::missing, true, "weekly"));
}

}  // namespace audienced::unit::inspect_verify_judge_test
