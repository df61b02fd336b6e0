// One event of each kind, with telling values.
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

inline std::vector<log::Event> every_event() {
    using namespace log;
    const RunRef ref{42, "vip", "shop", "mailchimp"};
    const Error error = make_error(Errc::network, "connection refused", "try again");
    const SysTime later = from_unix(1'800'000'000);
    std::vector<Event> out{daemon_started("1.0", "/var/lib/audienced"),
                           daemon_stopping("SIGTERM", 2),
                           daemon_drain_expired(1, std::chrono::seconds(30)),
                           config_invalid("/etc/a.toml", error),
                           config_reloaded("/etc/a.toml"),
                           store_trouble(error),
                           internal_error("run", "oops"),
                           control_error("GET /v1/status", error),
                           hook_failed("webhook", "not found"),
                           start_failed("/etc/a.toml", error),
                           attention_ended("export:vip", "failed", "it was disabled"),
                           log_dropped(5),
                           run_queued(ref, model::Trigger::schedule, "uid 0"),
                           run_started(ref),
                           run_resumed(ref, model::RunStatus::delivering),
                           run_planned(ref, {}),
                           removals_put_off(ref, 7, 2, "line 3 is cut short"),
                           run_held(ref, {}, "too many removals"),
                           run_approved(ref, "ann"),
                           run_overdue("vip", later, "the database is busy"),
                           batch_retrying(ref, 3, 2, error, std::chrono::milliseconds(1500)),
                           waiting_for_quota(ref, later),
                           waiting_for_source(ref, error, later),
                           needs_sign_in("shop", "mailchimp", "token revoked"),
                           connection_ready("shop", "mailchimp"),
                           connection_stopped("shop", "mailchimp", "resubscribed"),
                           sign_in_expires("shop", "mailchimp", later),
                           consent_missing("shop", "mailchimp"),
                           schedule_set("refresh", "daily 02:00", "Europe/Berlin", "root"),
                           schedule_missed("refresh", later),
                           schedule_invalid("export:vip", error)};
    for (const auto status :
         {model::RunStatus::succeeded, model::RunStatus::completed_with_rejects, model::RunStatus::failed,
          model::RunStatus::skipped, model::RunStatus::cancelled})
        out.push_back(run_finished(ref, finished_run(status)));
    out.push_back(run_finished(ref, finished_run(model::RunStatus::completed_with_rejects), true));
    return out;
}

}  // namespace audienced::test
