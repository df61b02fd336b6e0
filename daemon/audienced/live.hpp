// The live daemon as the control socket sees it: control::Live over the run queue, the sources and the
// providers. Only delegates: the logic is in lib/run and lib/inspect.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "control/daemon_seam.hpp"
#include "inspect/doctor/examine.hpp"
#include "inspect/explain/explain.hpp"
#include "notify/notifier.hpp"
#include "run/queue.hpp"
#include "run/sign_in/flows.hpp"
#include "schedule/scheduler.hpp"

namespace audienced::daemon {

class Live final : public control::Live {
public:
    Live(run::Queue& queue, schedule::Scheduler& scheduler, notify::Notifier& notifier, SysTime started_at,
         std::string state_dir, std::string config_file)
        : queue_(queue),
          env_(queue.environment()),
          scheduler_(scheduler),
          notifier_(notifier),
          sign_in_flows_(env_),
          started_at_(started_at),
          state_dir_(std::move(state_dir)),
          config_file_(std::move(config_file)) {}
    /// Goes on with a change of keys that could not be ended now.
    void set_rotation_later(std::function<void()> later) { rotation_later_ = std::move(later); }
    void set_doctor(inspect::doctor::Setup setup) { doctor_setup_ = std::move(setup); }

    awaitable<result<provider::Account>> check_connection(model::Connection connection,
                                                          model::Credentials credentials) override {
        return inspect::check_connection(env_, std::move(connection), std::move(credentials));
    }
    awaitable<result<std::vector<provider::Destination>>> list_destinations(
        model::Connection connection) override {
        return inspect::list_destinations(env_, std::move(connection));
    }
    awaitable<result<run::SignInStarted>> start_sign_in(run::SignInRequest request) override {
        return sign_in_flows_.start(std::move(request));
    }
    awaitable<result<std::optional<provider::Account>>> await_sign_in(std::string connection, std::string id,
                                                                      Deadline deadline) override {
        return sign_in_flows_.wait(std::move(connection), std::move(id), deadline);
    }
    awaitable<result<provider::Account>> import_token(std::string connection, model::Credentials tokens,
                                                      run::SignInBy by) override {
        return sign_in_flows_.import_token(std::move(connection), std::move(tokens), std::move(by));
    }
    /// Ends the sign-ins under way.
    awaitable<void> close_sign_ins() { return sign_in_flows_.close(); }
    awaitable<result<inspect::Check>> check_export(model::Export definition, bool create_fields,
                                                   inspect::Scope scope) override {
        return inspect::check_export(env_, std::move(definition), create_fields, scope);
    }
    awaitable<result<inspect::OneContact>> read_contact(model::Export definition,
                                                        std::string address) override {
        return inspect::read_one_contact(env_, std::move(definition), std::move(address));
    }
    awaitable<result<inspect::Check>> check_draft_export(model::Export definition, inspect::Scope scope,
                                                         run::DraftsPtr drafts) override {
        return inspect::check_export(env_, std::move(definition), false, scope, std::move(drafts));
    }
    awaitable<result<inspect::Preview>> preview_export(model::Export definition, std::size_t limit) override {
        return inspect::preview_export(env_, std::move(definition), limit);
    }
    awaitable<result<std::string>> read_credential(std::string name) override;
    awaitable<result<inspect::Explanation>> explain_address(model::Export definition,
                                                            std::string address) override {
        return inspect::explain_address(env_, std::move(definition), std::move(address));
    }
    awaitable<result<inspect::Verification>> verify_export(model::Export definition,
                                                           inspect::VerifyOptions options) override {
        return inspect::verify_export(env_, std::move(definition), options);
    }
    awaitable<std::vector<std::string>> unknown_names(std::vector<std::string> users,
                                                      std::vector<std::string> groups) override;
    awaitable<result<std::string>> test_source(model::Source source) override;
    awaitable<result<inspect::SegmentSummary>> describe_segment(model::Segment segment) override;
    awaitable<result<inspect::SegmentSummary>> describe_draft_segment(model::Segment segment,
                                                                      run::DraftsPtr drafts) override;
    awaitable<result<inspect::SegmentSample>> preview_segment(model::Segment segment,
                                                              std::size_t limit) override {
        return inspect::sample_segment(env_, std::move(segment), limit);
    }

    void run_queued(model::RunId) override { queue_.wake(); }
    void cancel_run(model::RunId run) override { queue_.cancel(run); }
    void approve_run(model::RunId) override { queue_.wake(); }
    void revoke_connection(std::string name, Error why) override { queue_.revoke_connection(name, why); }
    void revoke_export(std::string name, Error why) override { queue_.revoke_export(name, why); }
    void schedules_changed() override {
        scheduler_.reload();
        notifier_.wake();
    }
    void connection_changed(std::string name) override;
    void connection_ready(std::string name, std::string provider) override;
    void source_changed(std::string) override {}

    std::size_t runs_at_once() const override { return queue_.most(); }
    std::chrono::seconds overdue_after() const override { return notifier_.overdue_after(); }
    std::vector<model::SubjectState> lasting_states() const override { return notifier_.lasting(); }
    std::optional<run::Progress> progress(model::RunId run) override;
    awaitable<result<std::vector<run::RunEvent>>> next_run_events(model::RunId run, std::uint64_t after_seq,
                                                                  Deadline deadline) override;
    awaitable<result<std::vector<notify::WayTest>>> test_hooks() override;
    awaitable<result<inspect::doctor::Findings>> examine(bool full) override {
        return inspect::doctor::examine(env_, doctor_setup_, full);
    }
    BackupFacts backup_facts() const override;
    awaitable<result<std::unique_ptr<run::Backup>>> make_backup(store::AuditRow by) override {
        return backups_.make(env_, state_dir_, std::move(by));
    }
    awaitable<result<run::ForgetOutcome>> would_forget(std::string address) override;
    awaitable<result<run::ForgetOutcome>> forget(std::string address, store::AuditRow by) override;
    awaitable<result<RotatedKeys>> rotate_keys(store::AuditRow by) override;
    std::vector<provider::Limiter::View> limits() override;
    std::vector<schedule::Scheduler::View> schedules() override { return scheduler_.view(); }
    std::string host_timezone() const override;
    std::string version() const override;
    SysTime started_at() const override { return started_at_; }

private:
    run::Queue& queue_;
    run::Environment& env_;
    schedule::Scheduler& scheduler_;
    notify::Notifier& notifier_;
    run::SignInFlows sign_in_flows_;
    SysTime started_at_;
    inspect::doctor::Setup doctor_setup_;
    std::string state_dir_, config_file_;
    run::Backups backups_;
    std::function<void()> rotation_later_ = [] {};
};

}  // namespace audienced::daemon
