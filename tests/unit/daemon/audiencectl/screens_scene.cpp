#include "screens_scene.hpp"

#include <catch2/catch.hpp>

#include "store/contacts.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/planned_parts.hpp"
#include "store/rejects.hpp"
#include "store/retries.hpp"
#include "store/runs.hpp"

namespace audienced::test {

using model::RunStatus;

ScreensScene::ScreensScene() {
    desk.environment = {{"TZ", "America/New_York"}, {"TERM", "dumb"}, {"NO_COLOR", ""}};
}

model::RunId ScreensScene::put_run(const std::string& export_name, int minutes_ago,
                                   const std::function<void(model::Run&)>& edit, const std::string& by,
                                   const model::RunOptions& options) {
    const SysTime began = scene_now() - std::chrono::minutes(minutes_ago);
    auto write = [&](store::Database& db, const vault::Vault&) -> result<model::RunId> {
        model::Run run;
        run.export_name = export_name;
        run.trigger = by == "schedule" ? model::Trigger::schedule : model::Trigger::on_demand;
        run.queued_at = began;
        run.requested_by = by;
        run.options = options;
        auto id = store::queue_run(db, run);
        if (!id) return id;
        run = store::get_run(db, *id).value();
        run.started_at = began + std::chrono::seconds(2);
        edit(run);
        if (model::is_final(run.status)) run.finished_at = began + std::chrono::seconds(250);
        if (run.status == RunStatus::queued) run.started_at.reset();
        if (auto done = store::update_run(db, run); !done) return done.error();
        return id;
    };
    auto id = desk.in_store(write);
    REQUIRE(id.has_value());
    return *id;
}

void ScreensScene::define() {
    desk.expect(0, {"source", "add", "crm", "--csv", "/srv/crm"});
    desk.expect(0, {"segment", "add", "readers", "--source", "crm", "--file", "readers.csv", "--title",
                    "Leser in Köln und 東京"});
    desk.expect(0,
                {"segment", "add", "buyers", "--source", "crm", "--file", "buyers.csv", "--title", "Buyers"});
    const std::string key(32, 'a');
    for (const char* name : {"shop", "club"})
        desk.expect(0,
                    {"connection", "add", name, "--provider", "mailchimp", "--consent", "--api-key-file", "-",
                     "--title", std::string(name) == "shop" ? "東京ショップ" : "Club"},
                    key + "-us6\n");
    desk.expect(0, {"schedule", "set", "daily 03:00", "--timezone", "Europe/Berlin"});
    const auto add = [&](const char* name, const char* title, std::vector<std::string> more) {
        std::vector<std::string> words{
            "export",        "add",    name,      "--connection", "shop",  "--title",     title,
            "--destination", "a1b2c3", "--email", "email",        "--map", "first=FNAME", "--segment"};
        words.insert(words.end(), more.begin(), more.end());
        desk.expect(0, words);
    };
    add("newsletter", "Leser in Köln und 東京", {"readers", "buyers"});
    add("spring", "Spring \xe2\x80\xaeoffer\xe2\x80\xac", {"buyers"});
    add("tokyo", "東京のお客様へのお知らせ",
        {"readers", "--schedule", "daily 04:00", "--timezone", "Asia/Tokyo"});
    add("weekly", "weekly", {"buyers", "--schedule", "manual"});
    add("vip", "VIP 👩‍👩‍👧 customers", {"buyers"});
    add("welcome", "Welcome", {"buyers"});
    desk.expect(0, {"export", "disable", "welcome"});
}

void ScreensScene::put_ended() {
    before_held = put_run("newsletter", 1890, [](model::Run& run) {
        run.status = RunStatus::succeeded;
        run.counts.read = run.planned.read = 10'480;
        run.counts.added = run.planned.added = 1050;
        run.counts.unchanged = run.planned.unchanged = 9430;
    });
    failed = put_run("spring", 445, [](model::Run& run) {
        run.status = RunStatus::failed;
        run.reason = "the provider refused the key: \"API Key Invalid\"";
        run.error = run.reason +
                    "; give the connection a working one: audiencectl connection edit shop "
                    "--api-key-file FILE";
        run.planned.read = run.counts.read = 1234;
        run.planned.added = 900;
        run.planned.unchanged = run.counts.unchanged = 334;
        run.counts.added = 500;
        run.counts.not_sent = 400;
        run.traffic = {14, 3, 2, 1'234'567, 0};
    });
    const auto try_again = [this](store::Database& db, const vault::Vault&) {
        return store::put_retry(db, {"spring", failed, 1, scene_now() + std::chrono::minutes(5)});
    };
    REQUIRE(desk.in_store(try_again).has_value());
    skipped = put_run("tokyo", 870, [](model::Run& run) {
        run.status = RunStatus::skipped;
        run.reason =
            "the file readers.csv of source crm is older than max-age = 86400 s: written 2026-11-28 "
            "02:00 UTC; let what writes it run, then start the export again";
    });
    rejected = put_run(
        "weekly", 90,
        [](model::Run& run) {
            run.status = RunStatus::completed_with_rejects;
            run.reason = "2 rows: no e-mail address. 3 profiles were not delivered";
            run.planned.read = run.counts.read = 1000;
            run.counts.added = run.planned.added = 950;
            run.counts.unchanged = run.planned.unchanged = 47;
            run.counts.invalid = 2;
            run.counts.rejected = 1;
        },
        "anna");
    put_rejects(rejected);
}

void ScreensScene::put_open() {
    held = put_run("newsletter", 450, [](model::Run& run) {
        run.status = RunStatus::held;
        run.planned.read = 10'300;
        run.planned.removed = 2120;
        run.planned.added = 30;
        run.planned.updated = 4;
        run.planned.unchanged = 10'266;
        run.delivered_before = 10'480;
        run.reason =
            "2,120 of 10,480 delivered members would lose a tag or the list, more than --max-removal-percent "
            "20 "
            "allows; look at the plan, then `audiencectl runs approve` or `runs cancel`";
    });
    put_plans();
    delivering = put_run("vip", 6, [](model::Run& run) {
        run.status = RunStatus::delivering;
        run.planned.read = run.planned.added = 12'000;
        run.counts.added = 6000;
    });
    waiting = put_run("vip", 1, [](model::Run&) {});
    run::Progress progress;
    progress.status = RunStatus::delivering;
    progress.done = 6000;
    progress.total = 12'000;
    progress.rate = 93.4;
    progress.left = std::chrono::seconds{65};
    desk.live.under_way[delivering] = progress;
}

void ScreensScene::put_everything() {
    define();
    put_ended();
    put_open();
    schedule::Scheduler::View refresh;
    refresh.key = "refresh";
    refresh.next = from_unix(1'796'176'800);
    schedule::Scheduler::View own = refresh;
    own.key = "export:tokyo";
    own.next = from_unix(1'796'151'600);
    desk.live.due = {refresh, own};
}

void ScreensScene::put_plans() {
    const auto part = [](const char* segment, const char* title, std::uint64_t members) {
        model::PlannedPart out;
        out.segment = segment;
        out.title = title;
        out.profiles = members + 40;
        out.members = members;
        out.joins = out.leaves = 0;
        return out;
    };
    auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        const auto id = store::export_id(db, "newsletter").value();
        const auto destination =
            store::bind_export(db, id, model::DestinationKey("acc-1/a1b2c3")).value().destination;
        std::vector<model::PlannedPart> parts{part("readers", "Leser in Köln und 東京", 10'480),
                                              part("buyers", "Buyers", 510)};
        if (auto put = store::put_planned(db, before_held, destination, parts, {}); !put) return put;
        parts = {part("readers", "Leser in Köln und 東京", 8400), part("buyers", "Buyers", 500),
                 part("", "Spring 2025", 0)};
        parts[0].joins = 30;
        parts[0].leaves = 2110;
        parts[1].leaves = 10;
        parts[2].profiles = parts[2].members = std::nullopt;
        parts[2].leaves = 4;
        std::vector<model::PlannedLeaver> leavers;
        for (const auto& [address, mask] :
             {std::pair("anna@example.org", 1U), std::pair("bob@example.net", 3U)}) {
            store::Contact contact;
            contact.member = vault.members().member(address);
            contact.address = address;
            if (auto put = store::put_contact(db, vault, destination, contact); !put) return put;
            leavers.push_back({contact.member, mask});
        }
        return store::put_planned(db, held, destination, parts, leavers);
    };
    REQUIRE(desk.in_store(write).has_value());
}

void ScreensScene::put_rejects(model::RunId run) {
    auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        store::Reject row;
        row.run = run;
        row.segment = "buyers";
        row.code = "address_missing";
        row.reject_class = model::RejectClass::fix_data;
        row.detail = "no e-mail address";
        row.counted_in = model::CountedIn::invalid;
        for (row.row = 17; row.row <= 18; ++row.row)
            if (auto kept = store::add_reject(db, row); !kept) return kept;
        row.member = MemberHash::from(std::string(16, 'a'));
        row.row = 306;
        row.code = "provider_unavailable";
        row.field.clear();
        row.detail = "the provider answered: \"An internal error \x1b[31m occurred\"";
        row.reject_class = model::RejectClass::retry_later;
        row.counted_in = model::CountedIn::rejected;
        row.attempts = 2;
        row.next_try = scene_now() + std::chrono::hours(1);
        return store::add_reject(db, row);
    };
    REQUIRE(desk.in_store(write).has_value());
}

}  // namespace audienced::test
