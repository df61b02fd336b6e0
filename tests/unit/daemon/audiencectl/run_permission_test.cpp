// What takes back the permission of runs, and what happens while an edit is checked: as processes.
#include <algorithm>
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/definitions.hpp"
#include "store/runs.hpp"

namespace audienced::unit::daemon_audiencectl_run_permission_test {

using namespace audienced;
using test::Desk;
using Words = std::vector<std::string>;

namespace {

const std::string key = std::string(32, 'a') + "-us6";

/// What the runs under way were told by this command.
Words revoked_by(Desk& desk, Words command, const std::string& input = {}) {
    desk.live.told.clear();
    desk.expect(0, std::move(command), input);
    Words out;
    for (const std::string& one : desk.live.told)
        if (one.rfind("revoke ", 0) == 0) out.push_back(one.substr(7));
    return out;
}

template <class F>
void store_does(Desk& desk, F f) {
    auto write = [&](store::Database& db, const vault::Vault&) -> result<void> { return f(db); };
    REQUIRE(desk.in_store(write).has_value());
}

void hold(Desk& desk, model::RunId id) {
    store_does(desk, [&](store::Database& db) -> result<void> {
        auto run = store::get_run(db, id).value();
        run.status = model::RunStatus::held;
        if (auto done = store::update_run(db, run); !done) return done;
        return store::store_plan_revisions(db, id, store::get_export(db, "spring")->revision,
                                           store::get_connection(db, "shop")->revision);
    });
}

}  // namespace

TEST_CASE("a command that takes a permission back tells the runs under way before it answers",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    CHECK(revoked_by(desk, {"connection", "consent", "shop", "--withdraw"}) ==
          Words{"connection shop: wrong_state"});
    CHECK(revoked_by(desk, {"connection", "consent", "shop", "--give"}).empty());
    CHECK(revoked_by(desk, {"connection", "edit", "shop", "--title", "New"}).empty());
    CHECK(revoked_by(desk, {"connection", "edit", "shop", "--ca-file", "/etc/ca.pem"}) ==
          Words{"connection shop: plan_expired"});
    CHECK(revoked_by(desk, {"connection", "test", "shop"}).empty());
    CHECK(revoked_by(desk, {"export", "edit", "spring", "--map", "first=FNAME"}) ==
          Words{"export spring: plan_expired"});
    CHECK(revoked_by(desk, {"export", "disable", "spring"}) == Words{"export spring: wrong_state"});
    CHECK(revoked_by(desk, {"export", "disable", "spring"}).empty());
    CHECK(revoked_by(desk, {"export", "enable", "spring"}).empty());
    CHECK(revoked_by(desk, {"connection", "remove", "shop", "--detach"}) ==
          Words{"connection shop: wrong_state"});
    desk.expect(0,
                {"connection", "add", "other", "--provider", "mailchimp", "--consent", "--api-key-file", "-"},
                key);
    CHECK(revoked_by(desk, {"export", "attach", "spring", "--connection", "other"}) ==
          Words{"export spring: plan_expired"});
    CHECK(revoked_by(desk, {"export", "remove", "spring"}) == Words{"export spring: wrong_state"});
}

TEST_CASE("switching an export on that is on changes nothing", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"export", "enable", "spring"});
    store_does(desk, [](store::Database& db) -> result<void> {
        CHECK(store::get_export(db, "spring")->revision == 1);
        return {};
    });
}

TEST_CASE("a held run whose export was edited cannot be approved, and the queue is told to look",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring"});
    hold(desk, 1);
    desk.expect(0, {"export", "edit", "spring", "--map", "first=LNAME"});
    desk.live.told.clear();
    desk.refused(6, {"runs", "approve", "1"}, "its plan has expired: the export spring was changed");
    CHECK(desk.live.told.back() == "approve 1");
    CHECK(desk.expect(0, {"runs", "show", "1", "--json"}).json()["approved"] == false);
}

TEST_CASE("a held run is no reason to keep an export, a run under way is", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.expect(0, {"run", "spring"});
    desk.refused(6, {"export", "remove", "spring"}, "unfinished runs");
    hold(desk, 1);
    desk.expect(0, {"export", "remove", "spring"});
}

TEST_CASE("what happens while an edit of a connection is checked is not undone", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const bool consent = GENERATE(true, false);
    desk.live.while_checking = [&] {
        store_does(desk, [&](store::Database& db) -> result<void> {
            if (consent) return store::withdraw_consent(db, "shop");
            auto before = store::get_connection(db, "shop").value();
            auto after = before;
            after.allow_users = {"eve"};
            auto done = store::edit_connection(db, before, after);
            return done ? result<void>() : result<void>(done.error());
        });
    };
    SECTION("the edit is refused, and says so") {
        desk.expect(6, {"connection", "edit", "shop", "--api-key-file", "-"}, std::string(32, 'b') + "-us6");
    }
    SECTION("a test stores nothing") {
        desk.expect(0, {"connection", "test", "shop"});
    }
    const auto shown = desk.expect(0, {"connection", "show", "shop", "--json"}).json();
    CHECK(shown["consent"].is_null() == consent);
    CHECK(shown["allow_users"].empty() == consent);
}

TEST_CASE("what happens while an edit of an export is checked is not undone", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.live.while_checking = [&] {
        store_does(desk, [](store::Database& db) -> result<void> {
            auto e = store::get_export(db, "spring").value();
            e.enabled = false;
            e.title = "By another";
            return store::update_export(db, e);
        });
    };
    desk.expect(6, {"export", "edit", "spring", "--mode", "upsert"});
    const auto shown = desk.expect(0, {"export", "show", "spring", "--json"}).json();
    CHECK(shown["title"] == "By another");
    CHECK(shown["enabled"] == false);
}

}  // namespace audienced::unit::daemon_audiencectl_run_permission_test
