#include "store/definitions.hpp"

#include "state.hpp"

namespace audienced::unit::store_definitions_test {

using namespace audienced;
using namespace audienced::test;

TEST_CASE("a source comes back as it was added, its secrets sealed", "[unit][store]") {
    State s;
    REQUIRE(store::add_source(s.db, s.vault, sample_source("crm"),
                              {{"password", Secret("pw")}, {"other", Secret("x")}}));
    auto source = store::get_source(s.db, "crm").value();
    CHECK(source.name == "crm");
    CHECK(source.kind == "postgres");
    CHECK(source.settings == sample_source().settings);
    CHECK(source.created_at == from_unix(1000));
    CHECK(store::get_source_secret(s.db, s.vault, "crm", "password").value().reveal() == "pw");
    CHECK(store::get_source_secret(s.db, s.vault, "crm", "absent").value().empty());
    REQUIRE(store::add_source(s.db, s.vault, sample_source("a"), {}));
    auto all = store::list_sources(s.db).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "a");
}

TEST_CASE("names are checked, taken names refused, unknown ones not found", "[unit][store]") {
    State s;
    define_sample(s);
    for (const char* bad : {"", "Crm", "-crm", "a b", "a/b", "ä"}) {
        INFO(bad);
        CHECK(store::add_source(s.db, s.vault, sample_source(bad), {}).error().code == Errc::usage);
        CHECK(store::add_segment(s.db, sample_segment(bad)).error().code == Errc::usage);
        CHECK(store::add_connection(s.db, s.vault, sample_connection(bad), {}).error().code == Errc::usage);
        CHECK(store::add_export(s.db, sample_export(bad)).error().code == Errc::usage);
    }
    CHECK(store::add_source(s.db, s.vault, sample_source(), {}).error().code == Errc::wrong_state);
    CHECK(store::add_segment(s.db, sample_segment()).error().code == Errc::wrong_state);
    CHECK(store::add_connection(s.db, s.vault, sample_connection(), {}).error().code == Errc::wrong_state);
    CHECK(store::add_export(s.db, sample_export()).error().code == Errc::wrong_state);
    CHECK(store::get_source(s.db, "none").error().code == Errc::not_found);
    CHECK(store::get_segment(s.db, "none").error().code == Errc::not_found);
    CHECK(store::get_connection(s.db, "none").error().code == Errc::not_found);
    CHECK(store::get_export(s.db, "none").error().code == Errc::not_found);
    CHECK(store::export_id(s.db, "none").error().code == Errc::not_found);
    CHECK(store::remove_source(s.db, "none").error().code == Errc::not_found);
    CHECK(store::remove_segment(s.db, "none").error().code == Errc::not_found);
    CHECK(store::remove_connection(s.db, "none", true).error().code == Errc::not_found);
    CHECK(store::remove_export(s.db, "none").error().code == Errc::not_found);
    CHECK(store::update_export(s.db, sample_export("none")).error().code == Errc::not_found);
    CHECK(store::get_credentials(s.db, s.vault, "none").error().code == Errc::not_found);
    CHECK(store::put_credentials(s.db, s.vault, "none", {}).error().code == Errc::not_found);
    CHECK(store::add_segment(s.db, sample_segment("new", "none")).error().code == Errc::not_found);
    CHECK(store::add_export(s.db, sample_export("new", "none")).error().code == Errc::not_found);
    auto e = sample_export("new");
    e.segments.push_back("none");
    CHECK(store::add_export(s.db, e).error().code == Errc::not_found);
    CHECK(store::get_export(s.db, "new").error().code == Errc::not_found);
}

TEST_CASE("what is in use is not removed, and the answer names the users", "[unit][store]") {
    State s;
    define_sample(s);
    auto source = store::remove_source(s.db, "crm");
    CHECK(source.error().code == Errc::wrong_state);
    CHECK(source.error().message.find("buyers, lapsed") != std::string::npos);
    auto segment = store::remove_segment(s.db, "buyers");
    CHECK(segment.error().code == Errc::wrong_state);
    CHECK(segment.error().message.find("weekly") != std::string::npos);
    auto connection = store::remove_connection(s.db, "news", false);
    CHECK(connection.error().code == Errc::wrong_state);
    CHECK(connection.error().message.find("weekly") != std::string::npos);

    REQUIRE(store::remove_connection(s.db, "news", true));
    auto kept = store::get_export(s.db, "weekly").value();
    CHECK(kept.connection.empty());
    CHECK(kept.revision == 2);
    CHECK(kept.fields == sample_export().fields);
    REQUIRE(store::remove_export(s.db, "weekly"));
    REQUIRE(store::remove_segment(s.db, "buyers"));
    REQUIRE(store::remove_segment(s.db, "lapsed"));
    REQUIRE(store::remove_source(s.db, "crm"));
    CHECK(store::list_segments(s.db).value().empty());
    // A new source of that name does not inherit the old one's password.
    REQUIRE(store::add_source(s.db, s.vault, sample_source(), {}));
    CHECK(store::get_source_secret(s.db, s.vault, "crm", "password").value().empty());
}

TEST_CASE("a segment of every kind comes back as it was added", "[unit][store]") {
    State s;
    REQUIRE(store::add_source(s.db, s.vault, sample_source(), {}));
    using Kind = model::Segment::Kind;
    for (Kind kind : {Kind::query, Kind::table, Kind::file, Kind::entity}) {
        auto segment = sample_segment(std::string("of-") + model::to_string(kind));
        segment.kind = kind;
        REQUIRE(store::add_segment(s.db, segment));
        auto back = store::get_segment(s.db, segment.name).value();
        CHECK(back.kind == kind);
        CHECK(back.source == "crm");
        CHECK(back.what == segment.what);
        CHECK(back.title == segment.title);
        CHECK(back.created_at == segment.created_at);
    }
    CHECK(store::list_segments(s.db).value().size() == 4);
}

TEST_CASE("a connection comes back as it was added", "[unit][store]") {
    State s;
    auto c = sample_connection();
    c.auth = model::AuthKind::oauth;
    c.state = model::ConnectionState::needs_sign_in;
    c.state_reason = "never signed in";
    c.login_base = "https://login";
    c.ca_file = "/ca.pem";
    c.client_id = "cid";
    REQUIRE(store::add_connection(s.db, s.vault, c, {}));
    auto back = store::get_connection(s.db, "news").value();
    CHECK(back.title == c.title);
    CHECK(back.provider == c.provider);
    CHECK(back.auth == c.auth);
    CHECK(back.state == c.state);
    CHECK(back.state_reason == c.state_reason);
    REQUIRE(back.consent);
    CHECK(back.consent->by == c.consent->by);
    CHECK(back.consent->at == c.consent->at);
    CHECK(back.consent->text_version == c.consent->text_version);
    CHECK(back.allow_users == c.allow_users);
    CHECK(back.allow_groups == c.allow_groups);
    CHECK(back.api_base == c.api_base);
    CHECK(back.login_base == c.login_base);
    CHECK(back.ca_file == c.ca_file);
    CHECK(back.client_id == c.client_id);
    CHECK(back.account_id == c.account_id);
    CHECK(back.created_at == from_unix(1003));
    CHECK(back.revision == 1);
    CHECK(store::list_connections(s.db).value().size() == 1);
}

TEST_CASE("credentials come back as they were put, and lie sealed", "[unit][store]") {
    State s;
    model::Credentials c;
    c.api_key = Secret("canary-key-us6");
    REQUIRE(store::add_connection(s.db, s.vault, sample_connection(), c));
    CHECK(store::get_credentials(s.db, s.vault, "news").value().api_key.reveal() == "canary-key-us6");
    c.api_key = Secret();
    c.client_secret = Secret("canary-client");
    c.access_token = Secret("canary-access");
    c.refresh_token = Secret("canary-refresh");
    c.access_expires_at = from_unix(7000);
    c.refreshed_at = from_unix(6000);
    REQUIRE(store::put_credentials(s.db, s.vault, "news", c));
    auto back = store::get_credentials(s.db, s.vault, "news").value();
    CHECK(back.api_key.empty());
    CHECK(back.client_secret.reveal() == "canary-client");
    CHECK(back.access_token.reveal() == "canary-access");
    CHECK(back.refresh_token.reveal() == "canary-refresh");
    CHECK(back.access_expires_at == from_unix(7000));
    CHECK(back.refreshed_at == from_unix(6000));
    CHECK(store::get_connection(s.db, "news")->revision == 1);  // a new token is no other connection
    for (const char* file : {"state/audienced.db", "state/audienced.db-wal"})
        CHECK(s.dir.read(file).find("canary") == std::string::npos);
}

TEST_CASE("a sealed secret under another connection's name does not open", "[unit][store]") {
    State s;
    model::Credentials c;
    c.api_key = Secret("key-one");
    REQUIRE(store::add_connection(s.db, s.vault, sample_connection("one"), c));
    REQUIRE(store::add_connection(s.db, s.vault, sample_connection("two"), {}));
    REQUIRE(s.db.execute("INSERT INTO secrets SELECT owner_kind, 'two', name, sealed FROM secrets"));
    CHECK(store::get_credentials(s.db, s.vault, "one"));
    auto stolen = store::get_credentials(s.db, s.vault, "two");
    REQUIRE(!stolen);
    CHECK(stolen.error().code == Errc::store_corrupt);
    CHECK(stolen.error().text().find("key-one") == std::string::npos);
}

TEST_CASE("an export comes back as it was added, and as it was updated", "[unit][store]") {
    State s;
    const auto id = define_sample(s);
    auto e = sample_export();
    const auto check = [&] {
        auto back = store::get_export(s.db, "weekly").value();
        CHECK(back.title == e.title);
        CHECK(back.connection == e.connection);
        CHECK(back.destination == e.destination);
        CHECK(back.segments == e.segments);
        CHECK(back.email == e.email);
        CHECK(back.key == e.key);
        CHECK(back.fields == e.fields);
        CHECK(back.mode == e.mode);
        CHECK(back.schedule == e.schedule);
        CHECK(back.timezone == e.timezone);
        CHECK(back.hold == e.hold);
        CHECK(back.clear_empty == e.clear_empty);
        CHECK(back.create_fields == e.create_fields);
        CHECK(back.tag_segments == e.tag_segments);
        CHECK(back.enabled == e.enabled);
        CHECK(back.existing == e.existing);
        CHECK(back.guards.max_profiles == e.guards.max_profiles);
        CHECK(back.guards.min_profiles == e.guards.min_profiles);
        CHECK(back.guards.max_removal_percent == e.guards.max_removal_percent);
        CHECK(back.created_at == e.created_at);
        CHECK(back.updated_at == e.updated_at);
    };
    check();
    bool* flags[] = {&e.hold, &e.clear_empty, &e.create_fields, &e.tag_segments, &e.enabled};
    for (bool* flag : flags) {  // one by one, so that no two columns are mixed up
        *flag = !*flag;
        REQUIRE(store::update_export(s.db, e));
        check();
    }
    e.title = "T";
    e.destination = "aud2";
    e.segments = {"buyers"};
    e.email = "other";
    e.key = "customer_id";
    e.fields = {{"x", "Y"}};
    e.mode = model::Mode::upsert;
    e.schedule = "daily 02:00";
    e.timezone = "Europe/Berlin";
    e.guards = {5, 2, 33};
    e.existing = model::Existing::leave;
    e.updated_at = from_unix(9000);
    const auto revision = store::get_export(s.db, "weekly")->revision;
    REQUIRE(store::update_export(s.db, e));
    CHECK(store::get_export(s.db, "weekly")->revision == revision + 1);
    check();
    CHECK(store::export_id(s.db, "weekly").value() == id);
    REQUIRE(store::add_export(s.db, sample_export("another")));
    auto all = store::list_exports(s.db).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "another");
    CHECK(all[1].segments == e.segments);
}

TEST_CASE("definitions and their audit row can be one transaction", "[unit][store]") {
    State s;
    {
        auto outer = store::Transaction::begin(s.db).value();
        REQUIRE(store::add_source(s.db, s.vault, sample_source(), {{"password", Secret("pw")}}));
        CHECK(!store::add_source(s.db, s.vault, sample_source(),
                                 {}));  // an inner failure spares the outer's work
        CHECK(store::get_source(s.db, "crm"));
    }
    CHECK(store::list_sources(s.db).value().empty());
    {
        auto outer = store::Transaction::begin(s.db).value();
        REQUIRE(store::add_source(s.db, s.vault, sample_source(), {}));
        REQUIRE(outer.commit());
    }
    CHECK(store::list_sources(s.db).value().size() == 1);
}

}  // namespace audienced::unit::store_definitions_test
