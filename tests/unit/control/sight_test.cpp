#include "control/sight.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

namespace audienced::unit::control_sight_test {

using namespace audienced;
using namespace audienced::control;
using nlohmann::json;

namespace {
Caller with(Role role) {
    Caller out;
    out.peer.user = "ann";
    out.role = role;
    return out;
}
const Caller administrator = with(Role::administrator), contributor = with(Role::contributor),
             viewer = with(Role::viewer);
}  // namespace

TEST_CASE("a field without a row is for administrators", "[unit][control]") {
    const json segment = json::parse(
        R"({"name":"a","title":"A","query":"SELECT 1","file":"x.csv","novel":1,"columns":["e"]})");
    CHECK(seen(administrator, Thing::segment, segment) == segment);
    CHECK(seen(contributor, Thing::segment, segment) ==
          json::parse(R"({"name":"a","title":"A","columns":["e"]})"));
    CHECK(seen(viewer, Thing::segment, segment).empty());
    const json reject = json::parse(R"({"code":"c","count":1,"detail":"the value Paris"})");
    CHECK(seen(contributor, Thing::reject, reject) == reject);
    CHECK(seen(viewer, Thing::reject, reject) == json::parse(R"({"code":"c","count":1})"));
}

TEST_CASE("no field has two rows", "[unit][control]") {
    std::set<std::pair<Thing, std::string>> met;
    for (const FieldRule& rule : field_rules()) {
        CAPTURE(rule.field);
        CHECK(met.insert({rule.thing, rule.field}).second);
        CHECK(rule.least != Role::none);
        CHECK(rule.least != Role::administrator);
    }
}

TEST_CASE("others than administrators read no path and no complete address", "[unit][control]") {
    const std::pair<const char*, const char*> rows[] = {
        {"cannot open /srv/crm/people.db: no such file", "cannot open (a path): no such file"},
        {"the file \"/srv/my data/a b.csv\" is gone", "the file \"(a path)\" is gone"},
        {"(/etc/ssl/ca.pem)", "((a path))"},
        {"--ca-file=/etc/ca.pem, twice", "--ca-file=(a path), twice"},
        {"/var/lib/audienced", "(a path)"},
        {"see /a. Then /b/c", "see (a path). Then (a path)"},
        {"https://us6.api.example.com/3.0/lists", "https://us6.api.example.com/3.0/lists"},
        {"and/or, 1 / 2, a /", "and/or, 1 / 2, a /"},
        {"of anna.brown@example.com", "of a***@example.com"},
        {"the CA file /srv/my leakydir/sub dir/gone.pem: No such file", "the CA file (a path): No such file"},
        {"cannot read /srv/my dir/a b.csv (mode 0600), twice", "cannot read (a path) (mode 0600), twice"},
        {"no connection to 127.0.0.1:4433: refused", "no connection to (a host): refused"},
        {"api.example.com:443 refused it, [::1]:443 and localhost:80 too.",
         "(a host) refused it, (a host) and (a host) too."},
        {"at 12:30:00, run 12.5:3x, 1:2", "at 12:30:00, run 12.5:3x, 1:2"},
        {"docs/CONTROL.md lists them", "docs/CONTROL.md lists them"},
        {"", ""},
    };
    for (const auto& [text, shown] : rows) {
        CHECK(as_seen(viewer, std::string(text)) == shown);
        CHECK(as_seen(contributor, std::string(text)) == shown);
        CHECK(as_seen(administrator, std::string(text)) == text);
    }
}

TEST_CASE("the words of a source are for administrators", "[unit][control]") {
    Error error = make_error(Errc::not_found, "no such column: secret_column", "the query was SELECT secret");
    error.quotes = Quotes::source;
    CHECK(as_seen(administrator, error).text() == error.text());
    for (const Caller& caller : {contributor, viewer}) {
        const Error told = as_seen(caller, error);
        CHECK(told.code == Errc::not_found);
        CHECK(told.text().find("secret") == std::string::npos);
        CHECK(told.hint.find("administrator") != std::string::npos);
    }
    model::Run run;
    run.id = 7;
    run.status = model::RunStatus::failed;
    run.reason = run.error = "syntax error near secret";
    CHECK(as_seen(viewer, run).reason == run.reason);
    run.reason_quotes = Quotes::source;
    CHECK(as_seen(administrator, run).error == run.error);
    CHECK(as_seen(contributor, run).error.find("secret") == std::string::npos);
    CHECK(as_seen(viewer, run).reason.find("audiencectl runs show 7") != std::string::npos);
}

TEST_CASE("why a connection cannot be used is for administrators", "[unit][control]") {
    Error of_state =
        make_error(Errc::wrong_state, "connection shop needs a working API key: API Key Invalid");
    of_state.quotes = Quotes::connection;
    const Error of_call = make_error(Errc::auth, "Mailchimp refused the credentials: API Key Invalid");
    for (const Error& error : {of_state, of_call}) {
        CHECK(as_seen(administrator, error).text() == error.text());
        const Error told = as_seen(contributor, error);
        CHECK(told.code == error.code);
        CHECK(told.text().find("API Key") == std::string::npos);
        CHECK(told.hint.find("ask an administrator") == 0);
    }
    model::Run run;
    run.reason = run.error = "connection shop needs a working API key: API Key Invalid";
    run.reason_quotes = Quotes::connection;
    for (const Caller& caller : {contributor, viewer}) {
        CHECK(as_seen(caller, run).reason.find("API Key") == std::string::npos);
        CHECK(as_seen(caller, run).error.find("the connection of the export") == 0);
    }
    CHECK(as_seen(administrator, run).error == run.error);
}

TEST_CASE("a viewer reads no value in the reason of a run", "[unit][control]") {
    model::Run run;
    run.status = model::RunStatus::completed_with_rejects;
    run.reason = "1 value of CITY: Paris is no number. 1 values were left out";
    CHECK(as_seen(contributor, run).reason == run.reason);
    CHECK(as_seen(viewer, run).reason.find("Paris") == std::string::npos);
}

}  // namespace audienced::unit::control_sight_test
