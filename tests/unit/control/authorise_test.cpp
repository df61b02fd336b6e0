#include "control/authorise.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "control/router.hpp"

namespace audienced::unit::control_authorise_test {

using namespace audienced;
using namespace audienced::control;

namespace {
constexpr uid_t daemon_uid = 990;

Peer peer(uid_t uid, std::vector<std::string> groups) {
    Peer out;
    out.uid = uid;
    out.user = "user" + std::to_string(uid);
    out.groups = std::move(groups);
    return out;
}

RoleGroups role_groups() {
    RoleGroups groups;
    groups.administrators = {"marketing-admins", "it"};
    groups.contributors = {"marketing"};
    groups.viewers = {"office"};
    return groups;
}
}  // namespace

TEST_CASE("the role follows from uid and groups, the greatest wins", "[unit][control]") {
    struct Row {
        uid_t uid;
        std::vector<std::string> groups;
        Role role;
    };
    const Row rows[] = {
        {0, {}, Role::administrator},
        {daemon_uid, {}, Role::administrator},
        {1000, {"office", "it"}, Role::administrator},
        {1000, {"office", "marketing"}, Role::contributor},
        {1000, {"office"}, Role::viewer},
        {1000, {"users"}, Role::none},
        {1000, {}, Role::none},
        {1000, {"Marketing", "market"}, Role::none},
    };
    for (const Row& row : rows)
        CHECK(role_of(peer(row.uid, row.groups), role_groups(), daemon_uid) == row.role);
    CHECK(role_of(peer(1000, {""}), RoleGroups{}, daemon_uid) == Role::none);
}

TEST_CASE("each role may what the table says and nothing else", "[unit][control]") {
    using A = Action;
    const std::set<A> viewer{A::see_status,  A::see_exports,  A::see_runs,
                             A::see_rejects, A::see_schedule, A::use_doctor};
    std::set<A> contributor = viewer;
    contributor.insert({A::see_segments, A::preview_segments, A::see_connections, A::change_exports,
                        A::preview_exports, A::ask_about_members, A::run_exports});
    std::set<A> administrator = contributor;
    administrator.insert({A::see_sources, A::change_sources, A::change_segments, A::change_connections,
                          A::refresh, A::change_schedule, A::see_audit, A::see_definitions,
                          A::apply_definitions, A::backup, A::forget, A::change_keys, A::test_hooks,
                          A::see_consent});
    for (int i = 0; i <= static_cast<int>(A::test_hooks); ++i) {
        const auto action = static_cast<A>(i);
        CAPTURE(i);
        CHECK_FALSE(may(Role::none, action));
        CHECK(may(Role::viewer, action) == (viewer.count(action) == 1));
        CHECK(may(Role::contributor, action) == (contributor.count(action) == 1));
        CHECK(may(Role::administrator, action) == (administrator.count(action) == 1));
    }
}

TEST_CASE("a contributor may use a connection that names the user or one of the user's groups",
          "[unit][control]") {
    model::Connection connection;
    connection.name = "shop";
    connection.allow_users = {"user1001"};
    connection.allow_groups = {"spring-team"};
    const auto may_with = [&](Role role, uid_t uid, std::vector<std::string> groups) {
        Caller caller;
        caller.peer = peer(uid, std::move(groups));
        caller.role = role;
        return may_use(caller, connection);
    };
    CHECK(may_with(Role::contributor, 1001, {"marketing"}));
    CHECK(may_with(Role::contributor, 1002, {"marketing", "spring-team"}));
    CHECK_FALSE(may_with(Role::contributor, 1002, {"marketing"}));
    CHECK_FALSE(may_with(Role::viewer, 1001, {"spring-team"}));
    CHECK_FALSE(may_with(Role::none, 1001, {"spring-team"}));
    CHECK(may_with(Role::administrator, 0, {}));
}

TEST_CASE("a refusal names the group that is missing, the command, and the groups that the daemon sees",
          "[unit][control]") {
    const RoleGroups roles{{"admins"}, {}, {"lookers", "more"}};
    Caller ann;
    ann.peer = peer(1001, {"ann", "audienced"});
    ann.roles = &roles;
    const std::string looking = not_permitted(ann, Action::see_status).text();
    INFO(looking);
    CHECK(looking.find("the groups ann, audienced") != looking.npos);
    CHECK(looking.find("usermod -aG lookers user1001") != looking.npos);
    CHECK(looking.find("next login") != looking.npos);
    CHECK(not_permitted(ann, Action::see_audit).text().find("usermod -aG admins") != std::string::npos);
    // A role without a group: a command would not help.
    const std::string running = not_permitted(ann, Action::run_exports).text();
    CHECK(running.find("usermod") == running.npos);
    CHECK(running.find("roles.contributors") != running.npos);
    ann.peer.groups = {};
    CHECK(not_permitted(ann, Action::see_status).message.find("no group") != std::string::npos);
    CHECK(not_allowed_on(ann, "shop").hint.find("connection edit shop --allow-user user1001") !=
          std::string::npos);
}

TEST_CASE("a request that changes something is not a GET, and a GET only reads", "[unit][control]") {
    const std::set<Action> looking{Action::see_status,       Action::see_sources,     Action::see_segments,
                                   Action::preview_segments, Action::see_connections, Action::see_exports,
                                   Action::see_runs,         Action::see_rejects,     Action::see_schedule,
                                   Action::see_audit,        Action::see_consent,     Action::see_definitions,
                                   Action::use_doctor};
    std::set<std::pair<std::string, std::string>> met;
    for (const Route& route : routes()) {
        CAPTURE(route.method, route.pattern);
        CHECK(met.insert({route.method, route.pattern}).second);
        // A preview, and what a withdrawal would do, take who may change the export; waiting for a sign-in
        // takes who may begin one, and what a backup takes who may make one.
        const bool looks_all_the_same = std::string(route.pattern) == "/v1/exports/{}/preview" ||
                                        std::string(route.pattern) == "/v1/backup" ||
                                        std::string(route.pattern) == "/v1/exports/{}/withdrawal" ||
                                        std::string(route.pattern) == "/v1/connections/{}/authenticate/{}";
        if (std::string(route.method) == "GET")
            CHECK((looks_all_the_same || looking.count(route.action) == 1));
        else
            CHECK(looking.count(route.action) == 0);
    }
}

TEST_CASE("what only looks at a source ends with its client; nothing that changes more than itself does",
          "[unit][control]") {
    std::set<std::string> ending;
    for (const Route& route : routes())
        if (route.ends_with_client) ending.insert(std::string(route.method) + " " + route.pattern);
    CHECK(ending == std::set<std::string>{"GET /v1/connections/{}/destinations", "GET /v1/doctor",
                                          "GET /v1/exports/{}/preview", "GET /v1/segments/{}",
                                          "GET /v1/segments/{}/preview", "POST /v1/backup",
                                          "POST /v1/exports/{}/contact", "POST /v1/exports/{}/explain",
                                          "POST /v1/exports/{}/test", "POST /v1/exports/{}/verify",
                                          "POST /v1/segments", "POST /v1/sources/{}/test"});
    Router router(Context{});
    Request request;
    request.method = "GET";
    request.path = "/v1/segments/all/preview";
    CHECK(router.ends_with_client(request));
    request.path = "/v1/segments";
    CHECK_FALSE(router.ends_with_client(request));
}

}  // namespace audienced::unit::control_authorise_test
