#include <catch2/catch.hpp>

#include "provider/constant_contact/jobs.hpp"
#include "provider/constant_contact/wire/import_body.hpp"
#include "provider/constant_contact/wire/outcomes_from_import.hpp"
#include "provider/constant_contact/wire/outcomes_from_membership.hpp"
#include "unit/provider/constant_contact/constant_contact_bench.hpp"

namespace audienced::unit::provider_constant_contact_wire_outcomes_from_import_test {

using namespace audienced;
using namespace audienced::test;
using namespace audienced::provider::constant_contact;
using Kind = model::Outcome::Kind;
using Class = model::RejectClass;

TEST_CASE("a line's number and words are told apart", "[unit][provider][constant_contact]") {
    const auto e = parse_line_error("Line 3: Invalid birthday");
    REQUIRE(e);
    CHECK(e->line == 3);
    CHECK(e->words == "Invalid birthday");
    for (const char* other :
         {"", "Line", "Line :", "Line x: y", "Line 3", "3: y", "Line 99999999999999999999: y"}) {
        CAPTURE(other);
        CHECK(!parse_line_error(other));
    }
}

TEST_CASE("an error names its member, counted from the line behind the header, past those who were not sent",
          "[unit][provider][constant_contact]") {
    auto batch = import_batch(5);
    batch.members[1].address = std::string(90, 'x') + "@example.org";
    auto outcomes = outcomes_before(batch);
    Activity job;
    job.total = 5;
    job.failed = 2;
    job.errors = {"Line 3: Invalid email " + contact_address(2), "Line 5: Invalid birthday", "Line 3: again",
                  "Line 77: unknown", "no line"};
    const Unnamed left = outcomes_from_import(job, sendable(batch), outcomes);
    CHECK(!left.any());
    CHECK(outcomes[0].kind == Kind::delivered);
    CHECK((outcomes[1].kind == Kind::rejected && outcomes[1].code == "address_too_long"));
    CHECK((outcomes[2].kind == Kind::rejected && outcomes[2].code == "bad_address"));
    CHECK(outcomes[2].detail == "Invalid email (address)");
    CHECK(outcomes[2].reject_class == Class::fix_data);
    CHECK(outcomes[3].kind == Kind::delivered);
    CHECK((outcomes[4].kind == Kind::rejected && outcomes[4].code == "bad_value"));
}

TEST_CASE("rows that a job counts and does not name are left to be named",
          "[unit][provider][constant_contact]") {
    auto batch = import_batch(4);
    auto outcomes = outcomes_before(batch);
    Activity job;
    job.failed = 2;
    job.refused = 2;
    job.errors = {"Line 2: Invalid email", "Line 3: Contact is unsubscribed"};
    const Unnamed left = outcomes_from_import(job, sendable(batch), outcomes);
    CHECK(left.failed == 1);
    CHECK(left.refused == 1);
    CHECK((outcomes[1].kind == Kind::suppressed && outcomes[1].opt_out == model::OptOutReason::unsubscribed));
}

TEST_CASE("rows that the service never read are not called delivered", "[unit][provider][constant_contact]") {
    auto batch = import_batch(10);
    struct Row {
        std::uint64_t total;
        std::size_t delivered;
    };
    for (const Row& row : {Row{11, 10}, Row{10, 10}, Row{9, 8}, Row{1, 0}, Row{0, 0}}) {
        CAPTURE(row.total);
        auto outcomes = outcomes_before(batch);
        Activity job;
        job.total = row.total;
        (void)outcomes_from_import(job, sendable(batch), outcomes);
        for (std::size_t i = 0; i < 10; ++i)
            CHECK((outcomes[i].kind == Kind::delivered) == (i < row.delivered));
        if (row.delivered < 10) CHECK(outcomes[9].kind == Kind::unknown);
    }
}

TEST_CASE("tickets are read back as they were written", "[unit][provider][constant_contact]") {
    Ticket import;
    import.add = "86b90820-cc52-11ea-9dad-fa163e3d9194";
    CHECK(print_ticket(import) == import.add);
    CHECK(parse_ticket(import.add).add == import.add);
    CHECK(!parse_ticket(import.add).membership);
    for (const Ticket& t :
         {Ticket{true, "a", "b", {0, 17}}, Ticket{true, "a", "", {}}, Ticket{true, "", "b", {}}}) {
        const Ticket back = parse_ticket(print_ticket(t));
        CHECK(back.membership);
        CHECK((back.add == t.add && back.remove == t.remove && back.absent == t.absent));
    }
}

TEST_CASE("a change of members confirms every member, or none when it reports errors",
          "[unit][provider][constant_contact]") {
    auto batch = leave_batch(2, true);
    batch.members = import_batch(3).members;
    const Ticket ticket{true, "a", "b", {1}};
    Activity fine, bad;
    bad.errors = {"Line 2: no such contact x@example.org"};
    const auto o = outcomes_from_membership(batch, ticket, &fine, &bad);
    REQUIRE(o.size() == 5);
    CHECK(o[0].kind == Kind::delivered);
    CHECK((o[1].kind == Kind::rejected && o[1].code == "not_visible"));
    CHECK(o[2].kind == Kind::delivered);
    CHECK((o[3].kind == Kind::rejected && o[3].reject_class == Class::retry_later));
    CHECK(o[4].detail.find('@') == std::string::npos);
    CHECK(
        outcomes_from_membership(leave_batch(1, false), Ticket{true, "", "", {}}, nullptr, nullptr)[0].kind ==
        Kind::delivered);
}

}  // namespace audienced::unit::provider_constant_contact_wire_outcomes_from_import_test
