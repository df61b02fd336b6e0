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
        {OptOutReason::unsubscribed, true, false},  {OptOutReason::cleaned, true, false},
        {OptOutReason::pending, true, false},       {OptOutReason::archived, true, true},
        {OptOutReason::on_hold, true, false},       {OptOutReason::deleted, false, true},
        {OptOutReason::left_list, false, false},    {OptOutReason::forgotten, false, true},
        {OptOutReason::compliance, false, false},   {OptOutReason::removed_by_person, false, false},
        {OptOutReason::not_mailable, false, false}, {OptOutReason::unspecified, false, false}};
    for (const Row& row : rows) {
        INFO(to_string(row.reason));
        CHECK(is_shown_by_full_pull(row.reason) == row.shown);
        CHECK(is_in_no_group(row.reason) == row.in_no_group);
    }
}

}  // namespace audienced::unit::model_opt_out_reason_test
