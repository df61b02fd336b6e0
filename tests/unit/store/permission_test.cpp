#include "store/permission.hpp"

#include "state.hpp"

namespace audienced::unit::store_permission_test {

using namespace audienced;
using namespace audienced::test;

namespace {

struct Scene : State {
    Scene() { define_sample(*this); }
    store::Permission permission() {
        const auto e = store::get_export(db, "weekly").value();
        return {"weekly", e.revision, "news", store::get_connection(db, "news").value().revision};
    }
    void edit_export(const std::function<void(model::Export&)>& edit) {
        auto e = store::get_export(db, "weekly").value();
        edit(e);
        REQUIRE(store::update_export(db, e));
    }
    void edit_connection() {
        const auto c = store::get_connection(db, "news").value();
        REQUIRE(store::edit_connection(db, c, c, true));
    }
    Error refusal(const store::Permission& p) {
        const auto checked = store::check_permission(db, p);
        REQUIRE(!checked);
        CHECK(!checked.error().hint.empty());
        return checked.error();
    }
};

}  // namespace

TEST_CASE("what was planned may be sent as long as nothing changes", "[unit][store]") {
    Scene s;
    const auto p = s.permission();
    CHECK(store::check_permission(s.db, p));
    // Tokens, the account, and a new sign-in change nothing of what is sent.
    REQUIRE(store::put_credentials(s.db, s.vault, "news", {}));
    REQUIRE(store::set_account_id(s.db, "news", "x"));
    REQUIRE(store::set_needs_sign_in(s.db, "news", "gone").value());
    CHECK(store::check_plan(s.db, p));
    REQUIRE(store::set_signed_in(s.db, "news", "acc1"));
    CHECK(store::check_permission(s.db, p));
}

TEST_CASE(
    "nothing may be sent without consent, by a connection that is not ready, or for an export that is off",
    "[unit][store]") {
    Scene s;
    const auto p = s.permission();
    const auto refused = [&](const char* says, const char* hint) {
        const Error e = s.refusal(p);
        CHECK(e.code == Errc::wrong_state);
        CHECK(e.message.find(says) != std::string::npos);
        CHECK(e.hint.find(hint) != std::string::npos);
    };
    SECTION("consent withdrawn") {
        REQUIRE(store::withdraw_consent(s.db, "news"));
        refused("no consent", "audiencectl connection consent news --give");
    }
    SECTION("consent to an earlier text") {
        REQUIRE(s.db.execute("UPDATE connections SET consent_text = consent_text - 1"));
        refused("version 0 of its text; version 1 holds now", "audiencectl connection consent news --give");
        REQUIRE(store::give_consent(s.db, "news", model::Consent{"ann", from_unix(1)}));
        CHECK(store::check_permission(s.db, s.permission()));
    }
    SECTION("stopped") {
        REQUIRE(store::stop_connection(s.db, "news", "an answer"));
        refused("stopped itself: an answer", "audiencectl connection consent news --give");
    }
    SECTION("not signed in") {
        REQUIRE(store::set_needs_sign_in(s.db, "news", "gone").value());
        refused("needs a working API key: gone", "audiencectl connection edit news --api-key-file");
        REQUIRE(s.db.execute("UPDATE connections SET auth = 'oauth'"));
        refused("needs a new sign-in: gone", "audiencectl connection authenticate news");
    }
    SECTION("disabled") {
        s.edit_export([](model::Export& e) { e.enabled = false; });
        refused("disabled", "audiencectl export enable weekly");
    }
    SECTION("detached") {
        REQUIRE(store::remove_connection(s.db, "news", true));
        refused("detached", "audiencectl export attach weekly");
    }
    SECTION("removed") {
        REQUIRE(store::remove_export(s.db, "weekly"));
        refused("was removed", "audiencectl export add");
    }
}

TEST_CASE("a plan expires with every change of its export or connection, within the same second too",
          "[unit][store]") {
    Scene s;
    const auto p = s.permission();
    const auto change = GENERATE(0, 1, 2, 3, 4);
    CAPTURE(change);
    if (change == 0) s.edit_export([](model::Export& e) { std::swap(e.fields[0].field, e.fields[1].field); });
    if (change == 1) s.edit_connection();
    if (change == 2)
        for (const bool on : {false, true}) s.edit_export([&](model::Export& e) { e.enabled = on; });
    if (change == 3) {
        REQUIRE(store::withdraw_consent(s.db, "news"));
        REQUIRE(store::give_consent(s.db, "news", model::Consent{"ann", from_unix(1), 1}));
    }
    if (change == 4) {
        REQUIRE(store::remove_connection(s.db, "news", true));
        REQUIRE(store::add_connection(s.db, s.vault, sample_connection(), {}));
        s.edit_export([](model::Export& e) { e.connection = "news"; });
    }
    CHECK(s.refusal(p).code == Errc::plan_expired);
    CHECK(store::check_plan(s.db, p).error().code == Errc::plan_expired);
    CHECK(store::check_permission(s.db, s.permission()));
}

}  // namespace audienced::unit::store_permission_test
