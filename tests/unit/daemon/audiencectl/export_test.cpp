// audiencectl export, as a process.
#include <catch2/catch.hpp>

#include "desk.hpp"
#include "store/definitions.hpp"

namespace audienced::unit::daemon_audiencectl_export_test {

using namespace audienced;
using nlohmann::json;
using test::Desk;

namespace {
/// export add x, complete, and `more`.
std::vector<std::string> add_export(std::vector<std::string> more) {
    std::vector<std::string> words{"export", "add",     "x",     "--connection", "shop",     "--destination",
                                   "d",      "--email", "email", "--segment",    "customers"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}
/// A second connection "cc", at Constant Contact, as if signed in.
void add_constant_contact(Desk& desk) {
    const auto add = [](store::Database& db, const vault::Vault& vault) {
        model::Connection c;
        c.name = c.title = "cc";
        c.provider = "constant-contact";
        c.auth = model::AuthKind::oauth;
        c.consent = model::Consent{"root", from_unix(1), 1};
        return store::add_connection(db, vault, c, {});
    };
    REQUIRE(desk.in_store(add).has_value());
}
}  // namespace

TEST_CASE("exports: what becomes of contacts that may have left the list is said at Constant Contact alone",
          "[unit][control]") {
    Desk desk;
    desk.furnish();
    add_constant_contact(desk);
    CHECK(desk.expect(0, {"export", "show", "spring", "--json"}).json()["existing"] == "ask");
    for (const char* word : {"ask", "add", "leave"}) {
        desk.refused(2, {"export", "edit", "spring", "--existing", word},
                     "--existing is an option of Constant Contact");
        desk.refused(2, add_export({"--existing", word}), "Mailchimp");
    }
    desk.refused(2, {"export", "edit", "spring", "--tag-segments"},
                 "--tag-segments is an option of Constant Contact");
    desk.expect(0, {"export", "edit", "spring", "--no-tag-segments"});

    const auto at_cc = [](std::vector<std::string> more) {
        auto words = add_export(std::move(more));
        words[4] = "cc";
        return words;
    };
    desk.refused(2, at_cc({"--existing", "perhaps"}), "ask, add or leave");
    desk.expect(0, at_cc({"--existing", "leave", "--tag-segments"}));
    const auto shown = [&](const char* name) {
        return desk.expect(0, {"export", "show", name, "--json"}).json()["existing"];
    };
    CHECK(shown("x") == "leave");
    CHECK(desk.expect(0, {"export", "show", "x"}).out.find("leave") != std::string::npos);
    desk.expect(0, {"export", "duplicate", "x", "y"});
    CHECK(shown("y") == "leave");
    desk.expect(0, {"export", "edit", "x", "--title", "X"});
    CHECK(shown("x") == "leave");
    CHECK(desk.expect(0, {"export", "edit", "x", "--existing", "add", "--json"}).json()["existing"] == "add");
    CHECK(desk.expect(0, {"export", "show", "x", "--json"}).json()["tag_segments"] == true);
}

TEST_CASE("exports: what does not fit is refused", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.refused(5,
                 {"export", "add", "x", "--connection", "nothing", "--destination", "d", "--email", "email",
                  "--segment", "customers"},
                 "nothing");
    desk.refused(5,
                 {"export", "add", "x", "--connection", "shop", "--destination", "d", "--email", "email",
                  "--segment", "unknown"},
                 "unknown");
    desk.live.check.problems = {make_error(Errc::not_found, "there is no audience d"),
                                make_error(Errc::wrong_state, "second")};
    desk.refused(5, add_export({}), "no audience d");
    desk.live.check.problems.clear();
    desk.live.cannot_check = retryable(Errc::network, "connection reset");
    desk.refused(1, add_export({}), "reset");
    desk.live.cannot_check.reset();
    desk.refused(6,
                 {"export", "add", "spring", "--connection", "shop", "--destination", "d", "--email", "email",
                  "--segment", "customers"},
                 "exists");
    desk.refused(2, add_export({"--schedule", "daily 25:00"}));
    desk.refused(2, add_export({"--schedule", "daily 02:00", "--timezone", "Mars/Olympus"}), "Mars");
    desk.refused(2, add_export({"--timezone", "Europe/Berlin"}), "--schedule");
    desk.refused(2, add_export({"--min-profiles", "9", "--max-profiles", "8"}), "--min-profiles");
    desk.refused(2, add_export({"--max-removal-percent", "101"}), "--max-removal-percent must be");
    desk.refused(2, add_export({"--map", "a=F", "--map", "b=F"}), "F");
}

TEST_CASE("exports: the key of a person is kept, changed and taken off", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const auto shown = [&](const char* name) {
        return desk.expect(0, {"export", "show", name, "--json"}).json()["key"];
    };
    CHECK(shown("spring") == "");
    desk.expect(0, add_export({"--key", "customer_id"}));
    CHECK(shown("x") == "customer_id");
    desk.expect(0, {"export", "duplicate", "x", "y"});
    CHECK(shown("y") == "customer_id");
    desk.expect(0, {"export", "edit", "x", "--title", "X"});
    CHECK(shown("x") == "customer_id");
    desk.expect(0, {"export", "edit", "x", "--no-key"});
    CHECK(shown("x") == "");
    desk.expect(0, {"export", "edit", "x", "--key", "id"});
    CHECK(shown("x") == "id");
    desk.refused(2, {"export", "edit", "x", "--key", "email"}, "--key is the address itself");
}

TEST_CASE("exports: checked live before they are stored, never run by it", "[unit][control]") {
    Desk desk;
    desk.furnish();
    desk.live.check.destination_name = "Newsletter";
    const auto words = add_export({"--map",
                                   "first=FNAME",
                                   "--map",
                                   "last=LNAME",
                                   "--mode",
                                   "upsert",
                                   "--schedule",
                                   "daily 02:00",
                                   "--timezone",
                                   "Europe/Berlin",
                                   "--hold",
                                   "--create-fields",
                                   "--clear-empty",
                                   "--max-profiles",
                                   "10",
                                   "--min-profiles",
                                   "2",
                                   "--max-removal-percent",
                                   "0",
                                   "--title",
                                   "X",
                                   "--json"});
    const auto added = desk.expect(0, words).json();
    CHECK(desk.live.asked_to_create);
    CHECK(added["destination_name"] == "Newsletter");
    CHECK(added["next_run"].is_string());
    const auto shown = desk.expect(0, {"export", "show", "x", "--json"}).json();
    CHECK(shown["map"] ==
          json::parse(R"([{"attribute":"first","field":"FNAME"},{"attribute":"last","field":"LNAME"}])"));
    CHECK(shown["mode"] == "upsert");
    CHECK(shown["timezone"] == "Europe/Berlin");
    for (const char* flag : {"hold", "create_fields", "clear_empty", "enabled", "may_change"})
        CHECK(shown[flag] == true);
    CHECK(shown["max_profiles"] == 10);
    CHECK(shown["min_profiles"] == 2);
    CHECK(shown["max_removal_percent"] == 0);
    CHECK(desk.expect(0, {"export", "show", "spring", "--json"}).json()["title"] == "spring");
    CHECK(desk.expect(0, {"export", "list"}).out.find("never ran") != std::string::npos);
    CHECK(desk.expect(0, {"runs", "list", "--json"}).json().empty());
}

TEST_CASE("exports: an edit asks the account and the source only for what it touches", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const auto asked = [&](std::vector<std::string> options) {
        desk.live.told.clear();
        options.insert(options.begin(), {"export", "edit", "spring"});
        desk.expect(0, options);
        for (const auto& one : desk.live.told)
            if (one.starts_with("check export spring")) return one.substr(19);
        return std::string();
    };
    CHECK(asked({"--email", "mail"}) == ", source");
    CHECK(asked({"--mode", "upsert"}) == ", destination");
    CHECK(asked({"--map", "first=FNAME"}) == ", source, destination");
    // While neither can be asked.
    desk.expect(0, {"connection", "consent", "shop", "--withdraw"});
    desk.live.cannot_check = make_error(Errc::not_ready, "the file is not there");
    CHECK(asked({"--schedule", "daily 03:00", "--timezone", "Europe/Berlin"}).empty());
    CHECK(asked({"--title", "Spring", "--hold", "--max-profiles", "9"}).empty());
    desk.refused(6, {"export", "edit", "spring", "--mode", "mirror"}, "consent");
    desk.expect(0, {"connection", "remove", "shop", "--detach"});
    CHECK(asked({"--title", "Summer"}).empty());
    desk.refused(6, {"export", "edit", "spring", "--mode", "mirror"}, "attach spring");
}

TEST_CASE("exports: edited, duplicated, switched, tested, previewed, removed", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const auto edited = desk.expect(0, {"export", "edit", "spring", "--map", "first=FNAME", "--schedule",
                                        "manual", "--hold", "--json"})
                            .json();
    CHECK(edited["schedule"] == "manual");
    CHECK(edited["email"] == "email");
    CHECK(edited["hold"] == true);
    CHECK(desk.expect(0, {"export", "edit", "spring", "--no-hold", "--no-map", "--json"})
              .json()["map"]
              .empty());
    desk.live.check.problems = {make_error(Errc::not_found, "no column mail")};
    desk.refused(5, {"export", "edit", "spring", "--email", "mail"}, "no column mail");
    CHECK(desk.expect(5, {"export", "test", "spring"}).out.find("problem: no column mail") !=
          std::string::npos);
    desk.live.check.problems.clear();
    desk.live.check.destination_name = "Newsletter";
    CHECK(desk.expect(0, {"export", "test", "spring", "--json"}).json()["ok"] == true);

    desk.expect(0, {"export", "duplicate", "spring", "summer"});
    const auto copy = desk.expect(0, {"export", "show", "summer", "--json"}).json();
    CHECK(copy["title"] == "summer");
    CHECK(copy["destination"] == "a1b2c3");
    CHECK(copy["enabled"] == false);
    desk.refused(6, {"export", "duplicate", "spring", "summer"}, "summer");
    desk.refused(6, {"run", "summer"}, "disabled");
    desk.expect(0, {"export", "enable", "summer"});

    desk.live.preview.counts.read = 3;
    desk.live.preview.counts.added = 3;
    desk.live.preview.verdict.kind = plan::GuardVerdict::Kind::hold;
    desk.live.preview.verdict.reason = "too many would leave";
    inspect::PreviewRow row;
    row.change = "add";
    row.address = "anna@example.com";
    row.values = {{"FNAME", "Anna"}};
    row.left_out = {{"BIRTHDAY", "not_a_birthday", "the field takes 12/24"}};
    desk.live.preview.counts.values_dropped = 1;
    desk.live.preview.rows = {row, row};
    const auto text = desk.expect(0, {"export", "preview", "spring"}).out;
    CHECK(text.find("a***@example.com") != std::string::npos);
    CHECK(text.find("would be held: too many would leave") != std::string::npos);
    CHECK(text.find("BIRTHDAY (not_a_birthday)") != std::string::npos);
    const auto reason = text.find("BIRTHDAY (not_a_birthday): the field takes 12/24");
    REQUIRE(reason != std::string::npos);
    CHECK(text.find("the field takes 12/24", reason + 60) == std::string::npos);  // told once
    const auto previewed = desk.expect(0, {"export", "preview", "spring", "--json"}).json();
    CHECK(previewed["values_dropped"] == 1);
    CHECK(previewed["rows"][0]["left_out"][0]["code"] == "not_a_birthday");
    CHECK(desk.expect(0, {"export", "preview", "spring", "--json", "--limit", "5"}).out.find("anna@") ==
          std::string::npos);
    desk.expect(0, {"export", "remove", "summer"});
    for (const char* verb : {"show", "enable", "disable", "test", "preview", "remove"})
        desk.refused(5, {"export", verb, "summer"}, "summer");
    desk.refused(5, {"export", "edit", "summer", "--hold"}, "summer");
}

TEST_CASE("exports: an edit shows the calendar with its zone", "[unit][control]") {
    Desk desk;
    desk.furnish();
    const auto edit = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"export", "edit", "spring"});
        return desk.expect(0, words).out;
    };
    const auto berlin = edit({"--schedule", "daily 03:00", "--timezone", "Europe/Berlin"});
    CHECK(berlin.find(":00 CE") != std::string::npos);  // CET, or CEST
    CHECK(berlin.find(", daily 03:00 Europe/Berlin\n") != std::string::npos);
}

}  // namespace audienced::unit::daemon_audiencectl_export_test
