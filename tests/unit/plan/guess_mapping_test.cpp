#include "plan/guess_mapping.hpp"

#include <catch2/catch.hpp>
#include <tuple>

namespace audienced::unit::plan_guess_mapping_test {

using audienced::plan::guess_mapping;
using audienced::plan::MappingGuess;
using audienced::plan::SampleRow;
using Names = std::vector<std::string>;

TEST_CASE("a mapping is guessed from the names of columns", "[unit][plan]") {
    const auto [columns, expected] = GENERATE(table<Names, MappingGuess>({
        {{"id", "email", "first_name", "last_name"}, {"email", "first_name", "last_name"}},
        {{"CustomerId", "EMail", "FirstName", "LastName"}, {"EMail", "FirstName", "LastName"}},
        {{"contactid", "emailaddress1", "firstname", "lastname"}, {"emailaddress1", "firstname", "lastname"}},
        {{"E-Mail", "Vorname", "Nachname"}, {"E-Mail", "Vorname", "Nachname"}},
        {{"E-mail Address", "Given Name", "Family Name"}, {"E-mail Address", "Given Name", "Family Name"}},
        {{"contact_email", "contact_first_name", "contact_surname"},
         {"contact_email", "contact_first_name", "contact_surname"}},
        {{"mail", "fname", "lname"}, {"mail", "fname", "lname"}},
        {{"mail", "first", "last"}, {"mail", "first", "last"}},
        // The plain name wins, wherever it stands.
        {{"work_email", "email", "emailaddress2"}, {"email", "", ""}},
        {{"emailaddress2", "emailaddress1"}, {"emailaddress1", "", ""}},
        // About an address, and none.
        {{"email_opt_in", "email_status", "EmailHash", "email_id", "last_email_sent"}, {"", "", ""}},
        {{"id", "name", "phone", "first_order", "last_order"}, {"", "", ""}},
        // Cannot be mapped: there twice, or with a character that the option gives a meaning.
        {{"email", "email"}, {"", "", ""}},
        {{"email", "first=name"}, {"email", "", ""}},
        {{}, {"", "", ""}},
    }));
    CHECK(guess_mapping(columns, {}).email == expected.email);
    CHECK(guess_mapping(columns, {}).first_name == expected.first_name);
    CHECK(guess_mapping(columns, {}).last_name == expected.last_name);
}

TEST_CASE("the values of a column count more than its name", "[unit][plan]") {
    const std::vector<SampleRow> rows{{"yes", "ann@example.org", "3", "Ann", "A1"},
                                      {"no", " BO@Example.org", "4", "Bo", "B2"},
                                      {std::nullopt, "", std::nullopt, std::nullopt, ""}};
    SECTION("a column called email without addresses is passed over for one that holds them") {
        CHECK(guess_mapping({"email", "login", "x", "y", "z"}, rows) == MappingGuess{"login", "", ""});
        CHECK(guess_mapping({"email", "contact_email", "x", "y", "z"}, rows) ==
              MappingGuess{"contact_email", "", ""});
    }
    SECTION("numbers are no names") {
        CHECK(guess_mapping({"a", "email", "first", "first_name", "last_name"}, rows) ==
              MappingGuess{"email", "first_name", ""});
        CHECK(guess_mapping({"a", "email", "first_name", "fname", "b"}, rows) ==
              MappingGuess{"email", "fname", ""});
    }
    SECTION("addresses are no names") {
        CHECK(guess_mapping({"a", "last_name", "b", "c", "d"}, rows) == MappingGuess{"last_name", "", ""});
    }
    SECTION("empty columns keep what their name says") {
        const std::vector<SampleRow> empty{{std::nullopt, ""}, {"", " "}};
        CHECK(guess_mapping({"email", "first_name"}, empty) == MappingGuess{"email", "first_name", ""});
    }
}

TEST_CASE("a guess prints as options that a shell takes", "[unit][plan]") {
    CHECK(MappingGuess{"email", "first", "last"}.options() ==
          "--email email --map first=first_name --map last=last_name");
    CHECK(MappingGuess{"E-mail Address", "", "Name's"}.options() ==
          "--email 'E-mail Address' --map 'Name'\\''s=last_name'");
    CHECK(MappingGuess{"", "first", "last"}.options().empty());
}

}  // namespace audienced::unit::plan_guess_mapping_test
