#include "run/prepare.hpp"

#include <catch2/catch.hpp>

#include "unit/run/run_bench.hpp"

namespace audienced::unit::run_prepare_test {

using namespace audienced;
using namespace audienced::test;
using Status = model::RunStatus;

namespace {

struct PrepareScene : RunBench {
    PrepareScene() { rows({{"ann@example.org", "Ann"}}); }
    /// The run fails with such a reason, and nothing was written at the provider.
    void check_failed(const std::string& reason, const std::string& hint) {
        const auto run = run_once();
        CHECK(run.status == Status::failed);
        CHECK_THAT(run.reason, Catch::Contains(reason));
        CHECK_THAT(run.error, Catch::Contains(hint));
        CHECK(service.count(CallKind::submit) + service.count(CallKind::make_group) +
                  service.count(CallKind::create_fields) ==
              0);
    }
};

}  // namespace

TEST_CASE("a connection that may not be used fails the run before any call", "[unit][run]") {
    PrepareScene s;
    SECTION("no consent") {
        s.edit_connection([](model::Connection& c) { c.consent.reset(); });
        s.check_failed("connection news has no consent", "connection consent news --give");
    }
    SECTION("stopped") {
        s.edit_connection([](model::Connection& c) {
            c.state = model::ConnectionState::stopped;
            c.state_reason = "an answer";
        });
        s.check_failed("stopped itself: an answer", "look at this contact");
    }
    SECTION("not signed in") {
        s.edit_connection([](model::Connection& c) { c.state = model::ConnectionState::needs_sign_in; });
        s.check_failed("needs a working API key", "connection edit news --api-key-file");
    }
    SECTION("OAuth where it is off") {
        s.edit_connection([](model::Connection& c) { c.auth = model::AuthKind::oauth; });
        s.check_failed("signs in with OAuth", "");
    }
    SECTION("detached") {
        s.in_store([](store::Database& db, const vault::Vault&) -> result<bool> {
            return store::remove_connection(db, "news", true).has_value();
        });
        s.check_failed("export weekly has no connection", "export attach weekly --connection NAME");
    }
    CHECK(s.service.calls.empty());
}

TEST_CASE("a destination that is gone fails the run", "[unit][run]") {
    PrepareScene s;
    s.edit_export([](model::Export& e) { e.destination = "gone"; });
    s.check_failed("there is no audience gone", "");
}

TEST_CASE("a mapped field that the destination lacks fails the run by name, unless it may be made",
          "[unit][run]") {
    PrepareScene s;
    s.edit_export([](model::Export& e) {
        e.fields = {{"first", "NICK"}, {"first", "FNAME"}, {"first", "TITLE"}};
    });
    s.check_failed("Customers has no field NICK, TITLE", "export edit weekly --create-fields");
    s.edit_export([](model::Export& e) { e.create_fields = true; });
    CHECK(s.run_once().status == Status::succeeded);
    const auto made = s.service.of(CallKind::create_fields);
    REQUIRE(made.size() == 1);
    CHECK(made[0].list == std::vector<std::string>{"NICK", "TITLE"});
    CHECK(s.service.of(CallKind::submit)[0].batch.fields ==
          std::vector<std::string>{"NICK", "FNAME", "TITLE"});
}

TEST_CASE("fields and groups are made before the first batch, and only when there is something to send",
          "[unit][run]") {
    PrepareScene s;
    s.edit_export([](model::Export& e) {
        e.fields.push_back({"first", "NICK"});
        e.create_fields = true;
    });
    SECTION("something") {
        REQUIRE(s.run_once().status == Status::succeeded);
        std::vector<CallKind> writes;
        for (const auto& call : s.service.calls)
            if (call.kind == CallKind::create_fields || call.kind == CallKind::make_group ||
                call.kind == CallKind::submit)
                writes.push_back(call.kind);
        CHECK(writes == std::vector<CallKind>{CallKind::create_fields, CallKind::make_group, CallKind::submit,
                                              CallKind::submit});
        REQUIRE(s.run_once().status == Status::succeeded);
        CHECK(s.service.count(CallKind::make_group) == 1);
        CHECK(s.service.count(CallKind::create_fields) == 1);
    }
    SECTION("nothing: the only member must not be touched") {
        s.put_opt_out("ann@example.org", "left_list");
        REQUIRE(s.run_once().status == Status::succeeded);
        CHECK(s.service.count(CallKind::make_group) + s.service.count(CallKind::create_fields) == 0);
    }
}

TEST_CASE("a group that cannot be made fails the run, and the next one goes on from there", "[unit][run]") {
    PrepareScene s;
    s.service.before = at_call(CallKind::make_group, 1,
                               []() -> result<void> { return make_error(Errc::network, "no answer"); });
    CHECK(s.run_once().status == Status::failed);
    CHECK(s.service.count(CallKind::submit) == 0);
    CHECK(s.run_once().status == Status::succeeded);
    CHECK(s.service.members_of("Buyers") == std::vector<std::string>{"ann@example.org"});
}

TEST_CASE("an account that is not known yet is learned and kept", "[unit][run]") {
    PrepareScene s;
    REQUIRE(s.run_once().status == Status::succeeded);
    CHECK(s.service.count(CallKind::check_account) == 0);
    s.edit_connection([](model::Connection& c) { c.account_id.clear(); });
    s.service.account.id = "acc9";
    REQUIRE(s.run_once().status == Status::succeeded);
    CHECK(s.service.count(CallKind::check_account) == 1);
    CHECK(s.in_store([](store::Database& db, const vault::Vault&) {
               return store::get_connection(db, "news");
           }).account_id == "acc9");
    s.destination_key = "acc9/aud1";
    CHECK(s.pull_state().since);
}

TEST_CASE("each segment is a group by its title, or by its name where it has none", "[unit][run]") {
    PrepareScene s;
    s.add_segment("lapsed");
    s.execute("UPDATE segments SET title = '' WHERE name = 'lapsed'");
    s.rows({{"bob@example.org", "Bob"}, {"ann@example.org", "Again"}}, "lapsed");
    const auto run = s.run_once();
    CHECK(run.counts.duplicate == 1);
    CHECK(s.service.of(CallKind::find_groups)[0].list == std::vector<std::string>{"Buyers", "lapsed"});
    CHECK(s.service.members_of("Buyers") == std::vector<std::string>{"ann@example.org"});
    CHECK(s.service.members_of("lapsed") == std::vector<std::string>{"ann@example.org", "bob@example.org"});
}

TEST_CASE("a tag that was deleted at the provider is made anew, and its members join it again",
          "[unit][run]") {
    PrepareScene s;
    REQUIRE(s.run_once().status == Status::succeeded);
    const std::string old = s.service.account.groups["Buyers"];
    s.service.account.groups.clear();
    const auto run = s.run_once();
    CHECK(run.status == Status::succeeded);
    CHECK(run.counts.updated == 1);
    CHECK(s.service.account.groups["Buyers"] != old);
    CHECK(s.service.members_of("Buyers") == std::vector<std::string>{"ann@example.org"});
}

TEST_CASE("a run logs what its calls wait for", "[unit][run]") {
    PrepareScene s;
    s.service.before = at_call(CallKind::pull, 1, [&]() -> result<void> {
        s.service.observer->waiting_for_quota(s.time.now() + std::chrono::hours{1});
        s.service.observer->quota_is_back();
        s.service.observer->retrying("no answer", std::chrono::seconds{30});
        s.service.observer->waited(std::chrono::seconds{30});
        return {};
    });
    CHECK(s.run_once().status == Status::succeeded);
    CHECK(s.log.count(log::Kind::waiting_for_quota) == 1);
    CHECK(s.log.count(log::Kind::batch_retrying) == 1);
}

}  // namespace audienced::unit::run_prepare_test
