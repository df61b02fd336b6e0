#include "model/opt_out_reason.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::model_opt_out_reason_test {

using namespace audienced::model;

TEST_CASE("which reasons a full pull shows, and which leave a contact in no group", "[unit][model]") {
    struct Row {
        OptOutReason reason;
        bool shown, in_no_group;
    };
    const Row rows[] = {
        {OptOutReason::unsubscribed, true, false},      {OptOutReason::cleaned, true, false},
        {OptOutReason::pending, true, false},           {OptOutReason::archived, true, false},
        {OptOutReason::on_hold, true, false},           {OptOutReason::deleted, false, true},
        {OptOutReason::left_list, false, false},        {OptOutReason::forgotten, false, true},
        {OptOutReason::compliance, false, false},       {OptOutReason::removed_by_person, false, false},
        {OptOutReason::not_mailable, false, false},     {OptOutReason::unspecified, false, false},
        {OptOutReason::deleted_for_good, false, true},  {OptOutReason::address_changed, false, false},
        {OptOutReason::opted_out_before, false, false}, {OptOutReason::not_on_list, false, false}};
    for (const Row& row : rows) {
        INFO(to_string(row.reason));
        CHECK(is_shown_by_full_pull(row.reason) == row.shown);
        CHECK(is_in_no_group(row.reason) == row.in_no_group);
    }
}

TEST_CASE("reasons about one address do not follow the person to another", "[unit][model]") {
    for (int i = 0; i <= static_cast<int>(OptOutReason::unspecified); ++i) {
        const auto reason = static_cast<OptOutReason>(i);
        INFO(to_string(reason));
        const bool about_the_address = reason == OptOutReason::address_changed ||
                                       reason == OptOutReason::not_on_list ||
                                       reason == OptOutReason::opted_out_before;
        CHECK(follows_person(reason) == !about_the_address);
    }
}

}  // namespace audienced::unit::model_opt_out_reason_test
