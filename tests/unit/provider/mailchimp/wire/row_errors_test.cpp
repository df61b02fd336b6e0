#include "provider/mailchimp/wire/row_errors.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_mailchimp_wire_row_errors_test {

using namespace audienced;
using namespace audienced::provider::mailchimp;

namespace {

using Kind = model::Outcome::Kind;
using Class = model::RejectClass;
using Reason = model::OptOutReason;
struct Words {
    const char* text;
    Kind kind;
    std::optional<Reason> opt_out;
    Class reject_class = Class::none;
    const char* code = "";
};
const Words words_of_rows[] = {
    {"a@b.co looks fake or invalid, please enter a real email address.",
     Kind::rejected,
     {},
     Class::fix_data,
     "looks_fake"},
    {"Please provide a valid email address.", Kind::rejected, {}, Class::fix_data, "bad_address"},
    {"Invalid email address", Kind::rejected, {}, Class::fix_data, "bad_address"},
    {"a@b.co is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be "
     "subscribed.",
     Kind::suppressed, Reason::compliance},
    {"a@b.co is already a list member in compliance state", Kind::suppressed, Reason::compliance},
    {"a@b.co has previously unsubscribed from this list and must opt in again.", Kind::suppressed,
     Reason::unsubscribed},
    {"a@b.co cannot be subscribed: its status is \"Cleaned.\"", Kind::suppressed, Reason::cleaned},
    {"a@b.co is already in this list with a status of \"Unsubscribed\".", Kind::suppressed,
     Reason::not_mailable},
    {"a@b.co is already in this list with a status of \"Subscribed\".",
     Kind::rejected,
     {},
     Class::retry_later,
     "exists"},
    {"a@b.co was permanently deleted and cannot be re-imported. The contact must re-subscribe to get "
     "back on the list.",
     Kind::suppressed, Reason::deleted_for_good},
    {"a@b.co was previously removed from this audience. To rejoin, they'll need to sign up using a "
     "Mailchimp form.",
     Kind::suppressed, Reason::removed_by_person},
    {"its status is \"archived.\"", Kind::suppressed, Reason::archived},
    {"a@b.co has signed up to a lot of lists very recently; we're not allowing more signups for now",
     Kind::rejected,
     {},
     Class::retry_later,
     "too_many_signups"},
    {"a@b.co is already a list member. Use PUT to insert or update list members.",
     Kind::rejected,
     {},
     Class::retry_later,
     "exists"},
    {"The domain portion of the email address is invalid (the portion after the @: exa_mple.org)",
     Kind::rejected,
     {},
     Class::fix_data,
     "bad_address"},
    {"The username portion of the email address is invalid (the portion before the @: zo\xC3\xAB)",
     Kind::rejected,
     {},
     Class::fix_data,
     "bad_address"},
    {"An email address must contain a single @", Kind::rejected, {}, Class::fix_data, "bad_address"},
    {"An email address must contain a single @.", Kind::rejected, {}, Class::fix_data, "bad_address"},
    {"The resource submitted could not be validated. For field-specific details, see the 'errors' array.",
     Kind::rejected,
     {},
     Class::fix_data,
     "not_valid"},
    {"Something unknown so far.", Kind::unknown, {}, Class::none, "unexplained"},
    {"", Kind::unknown, {}, Class::none, "unexplained"},
};

}  // namespace

TEST_CASE("what Mailchimp says of a row decides what becomes of the member", "[unit][provider][mailchimp]") {
    for (const Words& row : words_of_rows) {
        CAPTURE(row.text);
        RowError error;
        error.text = row.text;
        const model::Outcome o = outcome_of(error);
        CHECK(o.kind == row.kind);
        CHECK(o.opt_out == row.opt_out);
        CHECK(o.reject_class == row.reject_class);
        CHECK(o.code == row.code);
        CHECK(o.detail.find("a@b.co") == std::string::npos);
    }
}

TEST_CASE("Mailchimp's words about an address stay whole, and show no part of one",
          "[unit][provider][mailchimp]") {
    const auto words = [](const char* text) {
        RowError error;
        error.text = text;
        return outcome_of(error).detail;
    };
    CHECK(words("An email address must contain a single @") == "An email address must contain a single @");
    CHECK(words("The username portion of the email address is invalid (the portion before the @: ann lee)") ==
          "The username portion of the email address is invalid (the portion before the @: (masked))");
    CHECK(
        words("The domain portion of the email address is invalid (the portion after the @: exa_mple.org)") ==
        "The domain portion of the email address is invalid (the portion after the @: exa_mple.org)");
    CHECK(words("The moon is wrong.") == "The moon is wrong.");
}

TEST_CASE("a merge field that was refused is named", "[unit][provider][mailchimp]") {
    RowError row;
    row.text = "Your merge fields were invalid.";
    row.field = "LTV";
    row.field_message = "Please enter a number, not ann@example.org";
    const model::Outcome o = outcome_of(row);
    CHECK(o.code == "merge_field");
    CHECK(o.field == "LTV");
    CHECK(o.detail == "Please enter a number, not (address)");
    CHECK(o.reject_class == model::RejectClass::fix_data);

    const auto problem =
        read_problem(R"({"title":"Invalid Resource","status":400,"detail":"Your merge fields were invalid.",
        "errors":[{"field":"LNAME","message":"Please enter a value"}]})");
    REQUIRE(problem.has_value());
    CHECK(outcome_of(*problem).field == "LNAME");
    CHECK(outcome_of(*problem).detail == "Please enter a value");
    CHECK(problem->words() ==
          "Invalid Resource: Your merge fields were invalid. [LNAME: Please enter a value]");
}

TEST_CASE("the field of a refusal is found in each form that names it", "[unit][provider][mailchimp]") {
    const auto field = [](const char* named, const char* detail) {
        Problem problem;
        problem.title = "Invalid Resource";
        problem.detail = detail;
        problem.errors.push_back({named, "Data did not match any of the schemas described in anyOf."});
        return outcome_of(problem);
    };
    const char* const shape =
        "The resource submitted could not be validated. For field-specific details, see the 'errors' array.";
    CHECK(field("merge_fields.BDAY", shape).field == "BDAY");
    CHECK(field("members.item:0.merge_fields.ADDRESS.zip", shape).field == "ADDRESS");
    CHECK(field("MMERGE12", "Your merge fields were invalid.").field == "MMERGE12");
    for (const char* other : {"email_address", "EMAIL", "status", "members", ""}) {
        CAPTURE(other);
        CHECK(field(other, "Your merge fields were invalid.").field.empty());
    }
}

TEST_CASE("a status that may not be mailed is an opt-out with that reason", "[unit][provider][mailchimp]") {
    CHECK(outcome_of_status("subscribed").kind == Kind::delivered);
    CHECK(outcome_of_status("transactional").kind == Kind::rejected);
    CHECK(outcome_of_status("transactional").code == "not_subscribed");
    for (const char* status : {"unsubscribed", "cleaned", "pending", "archived"}) {
        CHECK(outcome_of_status(status).kind == Kind::suppressed);
        CHECK(outcome_of_status(status).opt_out == model::parse_opt_out_reason(status));
    }
    CHECK(outcome_of_status("").kind == Kind::unknown);
    CHECK(outcome_of_status("novel").kind == Kind::unknown);
}

}  // namespace audienced::unit::provider_mailchimp_wire_row_errors_test
