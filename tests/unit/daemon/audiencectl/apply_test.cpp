// audiencectl apply, diff and dump, as processes.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/definitions.hpp"
#include "store/schedules.hpp"

namespace audienced::unit::daemon_audiencectl_apply_test {

using namespace audienced;
using nlohmann::json;
using test::Desk;

namespace {

struct FileDesk : Desk {
    FileDesk() {
        furnish();
        live.told.clear();
    }
    std::string file() { return expect(0, {"dump"}).out; }
    /// The dump with one piece in the place of another.
    std::string with(const std::string& old, const std::string& now) {
        std::string text = file();
        const auto at = text.find(old);
        REQUIRE(at != text.npos);
        return text.replace(at, old.size(), now);
    }
    test::Said apply(const std::string& text, int code = 0) {
        return expect(code, {"apply", dir.write("d.toml", text)});
    }
    bool was_told(const std::string& what) const {
        return std::find(live.told.begin(), live.told.end(), what) != live.told.end();
    }
};

}  // namespace

TEST_CASE("apply: a dump changes nothing and asks neither account nor source", "[unit][control]") {
    FileDesk desk;
    const auto before = desk.definitions();
    CHECK(desk.apply(desk.file()).out == "nothing to change\n");
    CHECK(desk.expect(0, {"diff", "-"}, desk.file()).out == "no difference\n");
    CHECK(desk.definitions() == before);
    CHECK(desk.live.told.empty());
}

TEST_CASE("apply: each edit revokes what its command would revoke, with the same reason", "[unit][control]") {
    FileDesk desk;
    const auto told_after = [&](const std::string& old, const std::string& now) {
        const std::string text = desk.with(old, now);
        desk.live.told.clear();
        desk.apply(text);
        std::string out;
        for (const auto& one : desk.live.told)
            if (one.starts_with("revoke")) out += one + "\n";
        return out;
    };
    CHECK(told_after("email = \"email\"\n", "email = \"email\"\nhold = true\n") ==
          "revoke export spring: plan_expired\n");
    CHECK(told_after("hold = true", "enabled = false") == "revoke export spring: wrong_state\n");
    CHECK(told_after("\"people.csv\"", "\"more.csv\"") == "revoke export spring: plan_expired\n");
    CHECK(told_after("consent = true", "consent = true\ntitle = \"Shop\"") == "");
    CHECK(told_after("consent = true", "consent = true\nca_file = \"/etc/ca.pem\"") ==
          "revoke connection shop: plan_expired\n");
    CHECK(told_after("consent = true", "consent = false") == "revoke connection shop: wrong_state\n");
}

TEST_CASE("apply: only what changes, and what depends on it, is asked", "[unit][control]") {
    FileDesk desk;
    const auto asked = [&](const std::string& old, const std::string& now) {
        const std::string text = desk.with(old, now);
        desk.live.told.clear();
        desk.apply(text);
        std::string out;
        for (const auto& one : desk.live.told)
            if (one.starts_with("check") || one.starts_with("describe")) out += one + "\n";
        return out;
    };
    CHECK(asked("email = \"email\"\n", "email = \"email\"\nmax_profiles = 5\n").empty());
    CHECK(asked("max_profiles = 5", "clear_empty = true") == "check export spring, destination\n");
    CHECK(asked("\"people.csv\"", "\"more.csv\"") == "describe customers\n");
    CHECK(asked("consent = true", "consent = true\nca_file = \"/etc/ca\"") ==
          "check shop at https://us6.api.mailchimp.com\n");
    // diff asks neither.
    desk.live.told.clear();
    desk.live.cannot_read = make_error(Errc::not_found, "away");
    desk.expect(7, {"diff", "-"}, desk.with("\"more.csv\"", "\"other.csv\""));
    CHECK(desk.live.told.empty());
}

TEST_CASE("apply: what is changed by another command while the file is checked refuses it",
          "[unit][control]") {
    FileDesk desk;
    const std::string text = desk.with("email = \"email\"\n", "email = \"email\"\nclear_empty = true\n");
    bool stored = false;
    desk.live.while_checking = [&] {
        const auto write = [](store::Database& db, const vault::Vault&) -> result<void> {
            auto e = store::get_export(db, "spring");
            e->title = "meanwhile";
            return store::update_export(db, *e);
        };
        stored = desk.in_store(write).has_value();  // Catch counts on one thread alone
    };
    CHECK(desk.apply(text, 6).err.find("were changed while this file was checked") != std::string::npos);
    CHECK(stored);
    desk.live.while_checking = {};
    const auto shown = desk.expect(0, {"export", "show", "spring", "--json"}).json();
    CHECK(shown["title"] == "meanwhile");
    CHECK(shown["clear_empty"] == false);
}

TEST_CASE("apply: the caller's view of the definitions may be asked for", "[unit][control]") {
    FileDesk desk;
    control::Caller root;
    root.role = control::Role::administrator;
    root.peer.user = "root";
    const auto state = json::parse(desk.ask(root, "GET", "/v1/definitions").body)["state"].get<std::string>();
    const auto body = [&](const std::string& expect) {
        return R"({"objects":{"source":{"x":{"sqlite":"/x.db"}}},"expect":")" + expect + "\"}";
    };
    CHECK(desk.ask(root, "POST", "/v1/apply", body("0123")).status == 409);
    CHECK(desk.ask(root, "POST", "/v1/apply", body(state)).status == 200);
    CHECK(desk.ask(root, "POST", "/v1/apply", body(state)).status == 409);
    for (const char* bad :
         {"", "[]", "{}", R"({"objects":[]})", R"({"objects":{},"dry":true})",
          R"({"objects":{"sources":{}}})", R"({"objects":{"source":[]}})",
          R"({"objects":{"source":{"x":1}}})", R"({"objects":{"source":{"X":{}}}})",
          R"({"objects":{"export":{"x":{"hold":1}}}})", R"({"objects":{"schedule":1}})",
          R"({"objects":{"connection":{"shop":{"provider":1}}}})",
          R"({"objects":{"connection":{"shop":{"provider":"mailchimp","api_key":{"x":1}}}}})",
          R"({"objects":{"connection":{"shop":{"provider":"mailchimp","api_key":1}}}})",
          R"({"objects":{"connection":{"shop":{"provider":"mailchimp","consent":1}}}})"}) {
        CAPTURE(bad);
        CHECK(desk.ask(root, "POST", "/v1/apply", bad).status == 400);
    }
}

TEST_CASE("apply: an export cannot be detached by a file, and what is detached stays so", "[unit][control]") {
    FileDesk desk;
    desk.expect(6, {"apply", "-"}, desk.with("connection = \"shop\"\n", ""));
    desk.expect(0, {"connection", "remove", "shop", "--detach"});
    const std::string text = desk.file();
    CHECK(text.find("connection = ") == std::string::npos);
    CHECK(desk.apply(text).out == "nothing to change\n");
    desk.apply(desk.with("email = \"email\"\n", "email = \"email\"\nmax_profiles = 5\n"));
    CHECK(desk.apply(desk.with("email = \"email\"\n", "email = \"email\"\nclear_empty = true\n"), 6)
              .err.find("d.toml:") != std::string::npos);
}

TEST_CASE("apply: a calendar without a time zone has that of the refresh schedule, whatever was stored",
          "[unit][control]") {
    FileDesk desk;
    desk.apply(desk.with("email = \"email\"\n", "email = \"email\"\nschedule = \"daily 03:00\"\n"));
    const auto zone = [&] {
        return desk.expect(0, {"export", "show", "spring", "--json"}).json()["timezone"];
    };
    CHECK(zone() == "America/New_York");  // of the machine
    desk.expect(0, {"schedule", "set", "daily 02:00", "--timezone", "Europe/Berlin"});
    desk.apply(desk.with("timezone = \"America/New_York\"\n", ""));
    CHECK(zone() == "Europe/Berlin");
    desk.apply(desk.with("daily 03:00", "daily 04:00"));
    CHECK(zone() == "Europe/Berlin");
}

}  // namespace audienced::unit::daemon_audiencectl_apply_test
