// One event of each kind, with telling values or with as few as a real one may have.
#pragma once

#include "log/events.hpp"

namespace audienced::test {

inline model::Run finished_run(model::RunStatus status) {
    model::Run run;
    run.id = 42;
    run.export_name = "vip";
    run.status = status;
    run.reason = "because of the weather";
    run.counts.read = 10;
    run.counts.added = 7;
    run.counts.rejected = 3;
    run.started_at = from_unix(1'000'000);
    run.finished_at = from_unix(1'000'002);
    return run;
}

enum class Told { everything, little };

inline std::vector<log::Event> every_event(Told told = Told::everything) {
    using namespace log;
    const bool all = told == Told::everything;
    // A run of a detached export has no connection.
    const RunRef ref = all ? RunRef{42, "vip", "shop", "mailchimp"} : RunRef{42, "vip", {}, {}};
    const auto maybe = [&](const char* text) { return std::string_view(all ? text : ""); };
    const Error error = make_error(Errc::network, "connection refused", "try again");
    const SysTime later = from_unix(1'800'000'000);
    std::vector<Event> out{daemon_started("1.0", "/var/lib/audienced"),
                           daemon_stopping("SIGTERM", 2),
                           daemon_drain_expired(1, std::chrono::seconds(30)),
                           start_failed("/etc/a.toml", error, 74),
                           config_invalid("/etc/a.toml", error),
                           config_doubtful("/etc/a.toml", "there is no group staff"),
                           config_reloaded("/etc/a.toml", {"proxy.url"}),
                           store_trouble(error),
                           internal_error("run", maybe("oops")),
                           control_error("GET /v1/status", error),
                           hook_failed("webhook", maybe("not found")),
                           attention_ended("export:vip", "failed", maybe("it was disabled")),
                           log_dropped(5),
                           keys_rotated(12, all ? 1 : 0),
                           state_restored(later, later, "root", later),
                           audit_doubtful("the audit is empty"),
                           forgets_applied(3),
                           forget_journal_damaged(2),
                           run_queued(ref, model::Trigger::schedule, maybe("uid 0")),
                           run_started(ref),
                           run_resumed(ref, model::RunStatus::delivering),
                           run_planned(ref, {}),
                           removals_put_off(ref, 7, 2, maybe("line 3 is cut short")),
                           rejects_quarantined(ref, 3),
                           run_held(ref, {}, maybe("too many removals")),
                           run_approved(ref, "ann"),
                           run_overdue("vip", later, maybe("the database is busy")),
                           batch_retrying(ref, 3, 2, error, std::chrono::milliseconds(1500)),
                           waiting_for_quota(ref, later),
                           waiting_for_source(ref, error, later),
                           needs_sign_in("shop", "mailchimp", maybe("token revoked")),
                           connection_ready("shop", "mailchimp"),
                           connection_stopped("shop", "mailchimp", maybe("resubscribed")),
                           sign_in_expires("shop", "mailchimp", later),
                           consent_missing("shop", "mailchimp", false),
                           schedule_set("refresh", "daily 02:00", "Europe/Berlin", "root"),
                           schedule_missed("refresh", later),
                           schedule_invalid("export:vip", error)};
    for (const auto status :
         {model::RunStatus::succeeded, model::RunStatus::completed_with_rejects, model::RunStatus::failed,
          model::RunStatus::skipped, model::RunStatus::cancelled}) {
        model::Run run = finished_run(status);
        if (!all) run.reason.clear();
        if (!all) run.started_at.reset();
        out.push_back(run_finished(ref, run));
    }
    out.push_back(run_finished(ref, finished_run(model::RunStatus::completed_with_rejects), true));
    return out;
}

}  // namespace audienced::test
