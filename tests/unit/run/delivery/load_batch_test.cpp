#include "run/delivery/load_batch.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::run_delivery_load_batch_test {

using namespace audienced;

TEST_CASE("a stored job has the ticket and the members that were left out of the batch", "[unit][run]") {
    const auto left_out = GENERATE(std::vector<std::size_t>{}, std::vector<std::size_t>{0},
                                   std::vector<std::size_t>{3, 17, 39998});
    const std::string ticket = GENERATE(std::string("86b90820-cc52"), std::string("members;a;b;1,2,|x"));
    const auto back = run::parse_job(run::print_job(ticket, left_out));
    CHECK(back.ticket == ticket);
    CHECK(back.left_out == left_out);
}

TEST_CASE("no stored job is no ticket", "[unit][run]") {
    CHECK(run::parse_job("").ticket.empty());
    CHECK(run::parse_job("").left_out.empty());
}

}  // namespace audienced::unit::run_delivery_load_batch_test
