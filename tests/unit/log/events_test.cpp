#include "log/events.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <set>

#include "support/source_tree.hpp"
#include "unit/log/every_event.hpp"

namespace audienced::unit::log_events_test {

using namespace audienced;
using namespace audienced::log;

namespace {
const std::string* field(const Event& event, std::string_view name) {
    for (const Field& f : event.fields)
        if (f.name == name) return &f.value;
    return nullptr;
}
}  // namespace

TEST_CASE("every kind has a function, a message and journal-fit field names, each once", "[unit][log]") {
    std::set<Kind> seen;
    for (const Event& event : test::every_event()) {
        CAPTURE(info(event.kind).name);
        CHECK(seen.insert(event.kind).second);
        CHECK_FALSE(event.message.empty());
        std::set<std::string> names;
        for (const Field& f : event.fields) {
            CAPTURE(f.name);
            CHECK(is_field_name(f.name));
            CHECK(names.insert(f.name).second);
            CHECK_FALSE(f.value.empty());
        }
    }
    CHECK(seen.size() == all_kinds().size());
}

TEST_CASE("events about a run carry the fields that describe it", "[unit][log]") {
    for (const Event& event : test::every_event()) {
        const std::string name = info(event.kind).name;
        CAPTURE(name);
        if ((name.starts_with("run_") && name != "run_overdue") || name == "batch_retrying" ||
            name == "removals_put_off" || name.starts_with("waiting_for_")) {
            REQUIRE(field(event, "RUN_ID"));
            CHECK(*field(event, "RUN_ID") == "42");
            CHECK(*field(event, "EXPORT") == "vip");
            CHECK(*field(event, "CONNECTION") == "shop");
            CHECK(*field(event, "PROVIDER") == "mailchimp");
        }
    }
}

TEST_CASE("a finished run says its outcome, counts and duration", "[unit][log]") {
    const Event event =
        run_finished({42, "vip", "", ""}, test::finished_run(model::RunStatus::completed_with_rejects));
    CHECK(event.kind == Kind::run_completed_with_rejects);
    CHECK(*field(event, "STATUS") == "completed_with_rejects");
    CHECK(*field(event, "ADDED") == "7");
    CHECK(*field(event, "REJECTED") == "3");
    CHECK(*field(event, "DURATION_US") == "2000000");
    CHECK(field(event, "CONNECTION") == nullptr);
}

TEST_CASE("a failed run says when it is tried again", "[unit][log]") {
    model::Run run = test::finished_run(model::RunStatus::failed);
    CHECK(field(run_finished({42, "vip", "", ""}, run), "NEXT_TRY") == nullptr);
    run.next_try = from_unix(1'772'330'400);
    const Event event = run_finished({42, "vip", "", ""}, run);
    CHECK(*field(event, "NEXT_TRY") == "2026-03-01T02:00:00Z");
    CHECK(event.message.ends_with("; it is tried again at 2026-03-01T02:00:00Z"));
}

TEST_CASE("an event that needs attention names the thing and the state, and its end", "[unit][log]") {
    std::map<std::string, Attention> wanted{{"run_held", {"export:vip", "held"}},
                                            {"run_failed", {"export:vip", "failed"}},
                                            {"run_overdue", {"export:vip", "overdue"}},
                                            {"run_succeeded", {"export:vip", "ok"}},
                                            {"run_completed_with_rejects", {"export:vip", "ok"}},
                                            {"run_completed_with_known_rejects", {"export:vip", "ok"}},
                                            {"run_skipped", {"export:vip", "skipped"}},
                                            {"consent_missing", {"connection:shop", "no_consent"}},
                                            {"run_cancelled", {"export:vip", "ok"}},
                                            {"run_approved", {"export:vip", "ok"}},
                                            {"needs_sign_in", {"connection:shop", "needs_sign_in"}},
                                            {"connection_stopped", {"connection:shop", "stopped"}},
                                            {"sign_in_expires", {"connection:shop", "expires_soon"}},
                                            {"connection_ready", {"connection:shop", "ok"}}};
    for (const Event& event : test::every_event()) {
        const auto found = wanted.find(info(event.kind).name);
        CAPTURE(info(event.kind).name);
        CHECK(event.attention.has_value() == (found != wanted.end()));
        if (event.attention && found != wanted.end()) CHECK(*event.attention == found->second);
    }
}

TEST_CASE("rejects that the run before had too are a notice, new ones a warning", "[unit][log]") {
    const auto run = test::finished_run(model::RunStatus::completed_with_rejects);
    CHECK(info(run_finished({42, "vip", "", ""}, run).kind).level == Level::warning);
    const Event known = run_finished({42, "vip", "", ""}, run, true);
    CHECK(info(known.kind).level == Level::notice);
    CHECK(known.message.find("runs rejects 42") != std::string::npos);
}

TEST_CASE("a full disk is the daemon's own state", "[unit][log]") {
    CHECK_FALSE(store_trouble(make_error(Errc::store_busy, "busy")).attention);
    const Event full = store_trouble(make_error(Errc::store_full, "disk full"));
    REQUIRE(full.attention);
    CHECK(*full.attention == Attention{"daemon", "disk_full"});
}

TEST_CASE("what to do about refused credentials depends on what they are", "[unit][log]") {
    const Event key = needs_sign_in("shop", "mailchimp", "revoked", model::AuthKind::api_key);
    CHECK(key.message.find("connection edit shop --api-key-file") != std::string::npos);
    CHECK(key.message.find("authenticate") == std::string::npos);
    const Event grant = needs_sign_in("shop", "mailchimp", "revoked", model::AuthKind::oauth);
    CHECK(grant.message.find("connection authenticate shop") != std::string::npos);
    CHECK(*key.attention == *grant.attention);
}

TEST_CASE("field names are those that journald keeps", "[unit][log]") {
    for (const char* good : {"A", "RUN_ID", "X9"}) CHECK(is_field_name(good));
    for (const char* bad : {"", "_PID", "run", "9X", "RUN-ID", "RUN ID", "\xC3\x84"})
        CHECK_FALSE(is_field_name(bad));
    CHECK(is_field_name(std::string(64, 'A')));
    CHECK_FALSE(is_field_name(std::string(65, 'A')));
}

TEST_CASE("message ids are distinct and each has one catalog entry, whose fields the event always has",
          "[unit][log]") {
    std::ifstream file(test::source_file("systemd/audienced.catalog"));
    REQUIRE(file);
    std::map<std::string, std::string> entries;
    std::string line, id;
    while (std::getline(file, line)) {
        if (line.starts_with("-- ")) {
            id = line.substr(3);
            CHECK(entries.emplace(id, "").second);
        } else if (!line.starts_with("#")) {
            entries[id] += line + "\n";
        }
    }
    entries.erase("");
    CHECK(entries.size() == all_kinds().size());
    std::set<std::string> ids;
    // A field that is missing is shown as its placeholder.
    for (const Event& event : test::every_event(test::Told::little)) {
        const KindInfo& kind = info(event.kind);
        CAPTURE(kind.name);
        CHECK(ids.insert(kind.message_id).second);
        CHECK(std::string(kind.message_id).find_first_not_of("0123456789abcdef") == std::string::npos);
        CHECK(std::string(kind.message_id).size() == 32);
        REQUIRE(entries.contains(kind.message_id));
        const std::string& text = entries[kind.message_id];
        CHECK(text.find("Subject: ") != std::string::npos);
        for (std::size_t at = text.find('@'); at != std::string::npos;) {
            const std::size_t end = text.find('@', at + 1);
            REQUIRE(end != std::string::npos);
            const std::string name = text.substr(at + 1, end - at - 1);
            CAPTURE(name);
            CHECK(field(event, name) != nullptr);
            at = text.find('@', end + 1);
        }
    }
}

TEST_CASE("the events of the page about monitoring have the ids and priorities that it names",
          "[unit][log]") {
    std::ifstream page(test::source_file("docs/MONITORING.md"));
    std::size_t found = 0;
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("| `")) continue;
        ++found;
        const auto kind = std::find_if(all_kinds().begin(), all_kinds().end(), [&](const KindInfo& one) {
            return line.starts_with("| `" + std::string(one.name) + "` |");
        });
        CAPTURE(line);
        REQUIRE(kind != all_kinds().end());
        const std::string level = kind->level == Level::error ? "err" : to_string(kind->level);
        CHECK(line == "| `" + std::string(kind->name) + "` | " + level + " | " + kind->message_id + " |");
    }
    CHECK(found > 10);
}

}  // namespace audienced::unit::log_events_test
