// Roles at the real handlers: what others than administrators see and may.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/contacts.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/planned_parts.hpp"

namespace audienced::unit::daemon_audiencectl_commands_roles_test {

using namespace audienced;
using nlohmann::json;
using test::Desk;

namespace {
control::Caller caller(control::Role role, const std::string& user, std::vector<std::string> groups = {}) {
    control::Caller out;
    out.peer.uid = 1000;
    out.peer.user = user;
    out.peer.groups = std::move(groups);
    out.role = role;
    return out;
}

json body(const control::Reply& reply) {
    return json::parse(reply.body);
}

/// The furnished desk, a connection `own` for eve and the team with its export `mine`, and callers of each
/// role.
struct RolesDesk : Desk {
    const control::Caller eve = caller(control::Role::contributor, "eve");
    const control::Caller ted = caller(control::Role::contributor, "ted", {"team"});
    const control::Caller max = caller(control::Role::contributor, "max");
    const control::Caller viewer = caller(control::Role::viewer, "eve");
    const control::Caller none = caller(control::Role::none, "eve");

    RolesDesk() {
        furnish();
        const std::string key = std::string(32, 'a') + "-us6";
        expect(0,
               {"connection", "add", "own", "--provider", "mailchimp", "--consent", "--api-key-file", "-",
                "--allow-user", "eve", "--allow-group", "team"},
               key);
        expect(0, {"export", "add", "mine", "--connection", "own", "--destination", "d", "--segment",
                   "customers", "--email", "email"});
    }
};
}  // namespace

TEST_CASE("what lasts is told to each role as far as it sees the thing", "[unit][control]") {
    RolesDesk desk;
    for (const char* subject : {"daemon", "connection:shop", "connection:own"}) {
        model::SubjectState one;
        one.subject = subject;
        one.state = std::string(subject) == "daemon" ? "disk_full" : "expires_soon";
        one.message = R"({"message": "in /var/lib/audienced"})";
        desk.live.lasting.push_back(one);
    }
    const auto told = [&](const control::Caller& caller) {
        std::vector<std::string> out;
        const json status = body(desk.ask(caller, "GET", "/v1/status"));
        for (const auto& one : status["attention"])
            out.push_back(one["subject"].get<std::string>() + " " + one["reason"].get<std::string>());
        return out;
    };
    using Told = std::vector<std::string>;
    const control::Caller root = caller(control::Role::administrator, "root");
    CHECK(told(root) == Told{"daemon in /var/lib/audienced", "connection:own in /var/lib/audienced",
                             "connection:shop in /var/lib/audienced"});
    CHECK(told(desk.viewer) == Told{"daemon ", "connection:own ", "connection:shop "});
    CHECK(told(desk.eve) == Told{"daemon ", "connection:own "});
    CHECK(told(desk.max) == Told{"daemon "});
}

TEST_CASE("a contributor sees only the connections that name the user or a group", "[unit][control]") {
    RolesDesk desk;
    const auto listed = body(desk.ask(desk.eve, "GET", "/v1/connections"));
    REQUIRE(listed.size() == 1);
    CHECK(listed[0]["consent"]["by"].is_null());
    CHECK(listed[0]["consent"]["current"] == true);
    auto others = listed[0];
    others.erase("consent");
    CHECK(others == json::parse(R"({"name":"own","title":"own","provider":"mailchimp","state":"ready"})"));
    CHECK(body(desk.ask(desk.max, "GET", "/v1/connections")).empty());
    CHECK(desk.ask(desk.eve, "GET", "/v1/connections/own").status == 200);
    CHECK(desk.ask(desk.eve, "GET", "/v1/connections/shop").status == 403);
    CHECK(desk.ask(desk.eve, "GET", "/v1/sources/crm").status == 403);
    CHECK(desk.ask(desk.viewer, "GET", "/v1/connections").status == 403);
    CHECK(body(desk.ask(desk.eve, "GET", "/v1/status"))["connections"].size() == 1);
}

TEST_CASE("every role sees the state of the connections that it sees, and nothing of how they sign in",
          "[unit][control]") {
    RolesDesk desk;
    desk.expect(0, {"connection", "consent", "own", "--withdraw"});
    const auto names = [&](const control::Caller& who, const char* path) {
        json said = body(desk.ask(who, "GET", path));
        std::vector<std::string> out;
        for (const auto& one : said.is_array() ? said : said["connections"]) {
            out.push_back(one.at("name").get<std::string>());
            CAPTURE(one.dump());
            CHECK(one.at("state") == "ready");
            const bool has_consent = one.at("consent") != nullptr && one.at("consent") != false;
            CHECK(has_consent == (one.at("name") != "own"));
            for (const char* hidden : {"account_id", "client_id", "api_base", "allow_users", "state_reason"})
                CHECK_FALSE(one.contains(hidden));
        }
        return out;
    };
    using Names = std::vector<std::string>;
    for (const char* path : {"/v1/status", "/v1/connections"}) {
        if (std::string(path) == "/v1/status") CHECK(names(desk.viewer, path) == Names{"own", "shop"});
        CHECK(names(desk.eve, path) == Names{"own"});
        CHECK(names(desk.max, path).empty());
    }
}

TEST_CASE("a contributor uses only the connections that name the user or a group, a viewer changes nothing",
          "[unit][control]") {
    RolesDesk desk;
    const std::string own =
        R"({"name":"n","connection":"own","destination":"d","segments":["customers"],"email":"email"})";
    const std::string shops =
        R"({"name":"n","connection":"shop","destination":"d","segments":["customers"],"email":"email"})";
    CHECK(desk.ask(desk.max, "POST", "/v1/exports", own).status == 403);
    CHECK(desk.ask(desk.viewer, "POST", "/v1/exports", own).status == 403);
    CHECK(desk.ask(desk.eve, "POST", "/v1/exports", shops).status == 403);
    CHECK(desk.ask(desk.eve, "POST", "/v1/exports", own).status == 201);
    CHECK(desk.ask(desk.ted, "POST", "/v1/exports/mine/disable").status == 200);
    CHECK(desk.ask(desk.ted, "POST", "/v1/exports/mine/enable").status == 200);
    for (const auto& [method, path, text] : std::vector<std::array<std::string, 3>>{
             {"PATCH", "/v1/exports/spring", R"({"hold":true})"},
             {"POST", "/v1/exports/spring/attach", R"({"connection":"own"})"},
             {"POST", "/v1/exports/spring/duplicate", R"({"name":"c"})"},
             {"POST", "/v1/exports/spring/disable", ""},
             {"POST", "/v1/exports/spring/test", ""},
             {"GET", "/v1/exports/spring/preview", ""},
             {"DELETE", "/v1/exports/spring", ""},
             {"POST", "/v1/runs", R"({"exports":["mine","spring"]})"},
             {"POST", "/v1/refresh", ""},
             {"PUT", "/v1/schedule", R"({"calendar":"daily 02:00","timezone":"UTC"})"},
             {"PATCH", "/v1/connections/own", R"({"title":"x"})"},
             {"POST", "/v1/connections/own/test", ""},
             {"DELETE", "/v1/sources/crm", ""},
             {"PATCH", "/v1/segments/customers", R"({"title":"x"})"},
             {"GET", "/v1/definitions", ""},
             {"POST", "/v1/apply", R"({"objects":{}})"},
             {"GET", "/v1/audit", ""}}) {
        CAPTURE(method, path);
        CHECK(desk.ask(desk.eve, method, path, text).status == 403);
        CHECK(desk.ask(desk.viewer, method, path, text).status == 403);
    }
    CHECK(body(desk.ask(desk.max, "GET", "/v1/runs")).empty());
    CHECK(desk.ask(desk.eve, "POST", "/v1/runs", R"({"exports":["mine"]})").status == 202);
    CHECK(desk.ask(desk.max, "POST", "/v1/runs/1/cancel").status == 403);
    CHECK(desk.ask(desk.ted, "POST", "/v1/runs/1/cancel").status == 200);
    CHECK(desk.ask(desk.viewer, "GET", "/v1/exports").status == 200);
    CHECK(body(desk.ask(desk.viewer, "GET", "/v1/exports/mine"))["may_change"] == false);
    const auto audit = body(desk.ask(caller(control::Role::administrator, "root"), "GET", "/v1/audit"));
    CHECK(audit[0]["user"] == "ted");
    CHECK(audit[0]["action"] == "run cancel");
}

TEST_CASE(
    "what a plan would do is told to every role in figures, and its members to those that may use the export",
    "[unit][control]") {
    RolesDesk desk;
    desk.expect(0, {"run", "mine", "--hold"});
    auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        const auto id = store::export_id(db, "mine").value();
        const auto to = store::bind_export(db, id, model::DestinationKey("acc-1/d")).value().destination;
        store::Contact contact;
        contact.member = vault.members().member("anna@example.org");
        contact.address = "anna@example.org";
        if (auto put = store::put_contact(db, vault, to, contact); !put) return put;
        model::PlannedPart part;
        part.segment = part.title = "customers";
        part.members = 7;
        part.leaves = 1;
        return store::put_planned(db, 1, to, {part}, {{contact.member, 1}});
    };
    REQUIRE(desk.in_store(write).has_value());
    for (const auto& who : {desk.viewer, desk.max, desk.eve, desk.ted}) {
        const auto reply = desk.ask(who, "GET", "/v1/runs/1");
        if (who.peer.user == "max") {
            CHECK(reply.status == 403);
            continue;
        }
        const json run = body(reply);
        CHECK(run["segments"][0]["members"] == 7);
        CHECK(run["segments"][0]["leaves"] == 1);
        CHECK(reply.body.find("anna@") == std::string::npos);
        const bool allowed = who.role == control::Role::contributor;
        CAPTURE(who.peer.user, to_string(who.role));
        CHECK(run["leavers"].is_null() != allowed);
        if (allowed) CHECK(run["leavers"][0]["address"] == "a***@example.org");
    }
}

TEST_CASE("a caller without a role may do nothing, and what is not there is told apart", "[unit][control]") {
    RolesDesk desk;
    for (const auto& route : control::routes()) {
        std::string path = route.pattern;
        for (auto at = path.find("{}"); at != path.npos; at = path.find("{}")) path.replace(at, 2, "1");
        CAPTURE(route.method, path);
        CHECK(desk.ask(desk.none, route.method, path).status == 403);
    }
    CHECK(desk.ask(desk.none, "GET", "/v1/nothing").status == 403);
    CHECK(desk.ask(desk.eve, "GET", "/v1/nothing").status == 404);
    CHECK(desk.ask(desk.eve, "DELETE", "/v1/status").status == 405);
}

}  // namespace audienced::unit::daemon_audiencectl_commands_roles_test
