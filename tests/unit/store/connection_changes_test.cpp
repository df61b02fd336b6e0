// Narrow updates: none writes what another may have changed meanwhile.
#include "state.hpp"

namespace audienced::unit::store_connection_changes_test {

using namespace audienced;
using namespace audienced::test;
using State_ = model::ConnectionState;

namespace {

struct Scene : State {
    Scene() { REQUIRE(store::add_connection(db, vault, sample_connection(), {})); }
    model::Connection row() { return store::get_connection(db, "news").value(); }
    std::int64_t revision() { return row().revision; }
    void clear_account() { REQUIRE(db.execute("UPDATE connections SET account_id = ''")); }
};

}  // namespace

TEST_CASE("an edit changes what it names, and raises the revision", "[unit][store]") {
    Scene s;
    const auto before = s.row();
    auto after = before;
    after.title = "Other";
    after.allow_users = {"eve"};
    after.allow_groups.clear();
    after.api_base = "https://api";
    after.login_base = "https://login";
    after.ca_file = "/ca.pem";
    after.client_id = "cid";
    REQUIRE(store::edit_connection(s.db, before, after));
    const auto row = s.row();
    CHECK(row.title == "Other");
    CHECK(row.allow_users == after.allow_users);
    CHECK(row.allow_groups.empty());
    CHECK(row.api_base == "https://api");
    CHECK(row.login_base == "https://login");
    CHECK(row.ca_file == "/ca.pem");
    CHECK(row.client_id == "cid");
    CHECK(row.account_id == "acc1");
    CHECK(row.consent);
    CHECK(row.revision == 2);
    CHECK(store::edit_connection(s.db, sample_connection("none"), after).error().code == Errc::not_found);
}

TEST_CASE("an edit of the title, or of who may use it, leaves the plans good", "[unit][store]") {
    Scene s;
    const auto edited = [&](const std::function<void(model::Connection&)>& edit,
                            bool new_credentials = false) {
        const auto before = s.row();
        auto after = before;
        edit(after);
        const auto raised = store::edit_connection(s.db, before, after, new_credentials);
        REQUIRE(raised);
        CHECK(s.row().revision == before.revision + (*raised ? 1 : 0));
        return *raised;
    };
    CHECK_FALSE(edited([](model::Connection& c) { c.title = "Other"; }));
    CHECK_FALSE(edited([](model::Connection& c) { c.allow_users = {"eve"}; }));
    CHECK_FALSE(edited([](model::Connection& c) { c.allow_groups = {"staff"}; }));
    CHECK(edited([](model::Connection& c) { c.api_base = "https://other"; }));
    CHECK(edited([](model::Connection& c) { c.ca_file = "/other.pem"; }));
    CHECK(edited([](model::Connection& c) { c.client_id = "other"; }));
    CHECK(edited([](model::Connection&) {}, true));
}

TEST_CASE("an edit that proves the account writes account and state; another leaves them as they are now",
          "[unit][store]") {
    Scene s;
    s.clear_account();
    const auto before = s.row();
    auto after = before;
    after.title = "Other";
    // Neither of these raises the revision.
    REQUIRE(store::set_account_id(s.db, "news", "learned"));
    REQUIRE(store::set_needs_sign_in(s.db, "news", "the grant is gone"));
    REQUIRE(store::edit_connection(s.db, before, after));
    CHECK(s.row().account_id == "learned");
    CHECK(s.row().state == State_::needs_sign_in);
    CHECK(s.row().state_reason == "the grant is gone");
    const auto next = s.row();
    after = next;
    after.account_id = "proved";
    after.state = State_::ready;
    after.state_reason.clear();
    REQUIRE(store::edit_connection(s.db, next, after));
    CHECK(s.row().account_id == "proved");
    CHECK(s.row().state == State_::ready);
    CHECK(s.row().state_reason == "");
}

TEST_CASE("an edit of a connection that was changed meanwhile is refused, and undoes nothing",
          "[unit][store]") {
    Scene s;
    const auto before = s.row();
    auto after = before;
    after.title = "Other";
    const int what = GENERATE(0, 1, 2);
    if (what == 0) REQUIRE(store::withdraw_consent(s.db, "news"));
    if (what == 1) REQUIRE(store::stop_connection(s.db, "news", "an answer"));
    auto allowed = before;
    allowed.allow_users = {"eve"};
    if (what == 2) REQUIRE(store::edit_connection(s.db, before, allowed));
    const auto refused = store::edit_connection(s.db, before, after);
    REQUIRE(!refused);
    CHECK(refused.error().code == Errc::wrong_state);
    CHECK(refused.error().hint.find("audiencectl connection show news") != std::string::npos);
    CHECK(s.row().title == "Newsletter");
    CHECK(s.row().consent.has_value() == (what != 0));
    CHECK((s.row().state == State_::stopped) == (what == 1));
    CHECK((s.row().allow_users == allowed.allow_users) == (what == 2));
}

TEST_CASE("the account is learned once, and a token needed again is no other connection", "[unit][store]") {
    Scene s;
    REQUIRE(store::set_account_id(s.db, "news", "other"));
    CHECK(s.row().account_id == "acc1");
    s.clear_account();
    REQUIRE(store::set_account_id(s.db, "news", "other"));
    CHECK(s.row().account_id == "other");
    CHECK(store::set_account_id(s.db, "none", "x").error().code == Errc::not_found);
    CHECK(store::set_needs_sign_in(s.db, "news", "gone").value());
    CHECK_FALSE(store::set_needs_sign_in(s.db, "news", "again").value());
    CHECK(s.row().state_reason == "gone");
    CHECK(store::set_needs_sign_in(s.db, "none", "x").error().code == Errc::not_found);
    REQUIRE(store::set_signed_in(s.db, "news", "other"));
    CHECK(s.row().state == State_::ready);
    CHECK(s.row().state_reason == "");
    REQUIRE(store::set_api_base(s.db, "news", s.row().api_base));
    CHECK(s.revision() == 1);
    REQUIRE(store::set_api_base(s.db, "news", "https://elsewhere"));
    CHECK(s.row().api_base == "https://elsewhere");
    CHECK(s.revision() == 2);
    REQUIRE(store::set_signed_in(s.db, "news", "third"));
    CHECK(s.row().account_id == "third");
    CHECK(s.revision() == 3);
    CHECK(store::set_signed_in(s.db, "none", "x").error().code == Errc::not_found);
    CHECK(store::set_api_base(s.db, "none", "x").error().code == Errc::not_found);
}

TEST_CASE("a connection that stopped itself stays stopped until a person gives consent", "[unit][store]") {
    Scene s;
    REQUIRE(store::stop_connection(s.db, "news", "an answer"));
    CHECK(s.row().state == State_::stopped);
    CHECK(s.row().state_reason == "an answer");
    CHECK(s.revision() == 2);
    REQUIRE(store::set_signed_in(s.db, "news", "acc1"));
    CHECK_FALSE(store::set_needs_sign_in(s.db, "news", "gone").value());
    CHECK(s.row().state == State_::stopped);
    REQUIRE(store::give_consent(s.db, "news", model::Consent{"eve", from_unix(2000)}));
    CHECK(s.row().state == State_::ready);
    CHECK(s.row().state_reason == "");
    CHECK(s.revision() == 3);
    CHECK(store::stop_connection(s.db, "none", "x"));  // its batch is settled all the same
}

TEST_CASE("consent raises the revision when it comes and when it goes", "[unit][store]") {
    Scene s;
    REQUIRE(store::give_consent(s.db, "news", model::Consent{"eve", from_unix(2000)}));
    CHECK(s.revision() == 1);  // it was there
    CHECK(s.row().consent->by == "eve");
    CHECK(s.row().consent->at == from_unix(2000));
    CHECK(s.row().consent->is_current());
    REQUIRE(store::withdraw_consent(s.db, "news"));
    CHECK_FALSE(s.row().consent);
    CHECK(s.revision() == 2);
    REQUIRE(store::withdraw_consent(s.db, "news"));
    CHECK(s.revision() == 2);
    REQUIRE(store::give_consent(s.db, "news", model::Consent{"ann", from_unix(2001)}));
    CHECK(s.revision() == 3);
    CHECK(store::give_consent(s.db, "none", {}).error().code == Errc::not_found);
    CHECK(store::withdraw_consent(s.db, "none").error().code == Errc::not_found);
}

}  // namespace audienced::unit::store_connection_changes_test
