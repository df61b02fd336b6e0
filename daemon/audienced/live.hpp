// The live daemon as the control socket sees it: control::Live over the run queue, the sources and the
// providers.
#pragma once

#include <string>

#include "control/daemon_seam.hpp"
#include "run/queue.hpp"
#include "run/sign_in/flows.hpp"
#include "schedule/scheduler.hpp"

namespace audienced::daemon {

class Live final : public control::Live {
public:
    Live(run::Queue& queue, schedule::Scheduler& scheduler, SysTime started_at)
        : queue_(queue),
          env_(queue.environment()),
          scheduler_(scheduler),
          desk_(env_),
          started_at_(started_at) {}

    awaitable<result<control::AccountView>> check_connection(model::Connection connection,
                                                             model::Credentials credentials) override;
    awaitable<result<control::SignInView>> start_sign_in(control::SignInRequest wish) override;
    awaitable<result<std::optional<control::AccountView>>> await_sign_in(std::string connection,
                                                                         std::string id,
                                                                         Deadline deadline) override;
    awaitable<result<control::AccountView>> import_token(control::SignInRequest wish,
                                                         model::Credentials tokens) override;
    /// Ends the sign-ins under way.
    awaitable<void> close_sign_ins() { return desk_.close(); }
    awaitable<result<control::ExportCheck>> check_export(model::Export definition,
                                                         bool create_fields) override;
    awaitable<result<control::Preview>> preview_export(model::Export definition, std::size_t limit) override;
    awaitable<result<std::string>> test_source(model::Source source) override;
    awaitable<result<control::SegmentDescription>> describe_segment(model::Segment segment) override;
    awaitable<result<control::SegmentSample>> preview_segment(model::Segment segment,
                                                              std::size_t limit) override;

    void run_queued(model::RunId) override { queue_.wake(); }
    void cancel_run(model::RunId run) override { queue_.cancel(run); }
    void approve_run(model::RunId) override { queue_.wake(); }
    void schedules_changed() override { scheduler_.reload(); }
    void connection_changed(std::string name) override;
    void source_changed(std::string) override {}

    std::optional<control::Progress> progress(model::RunId run) override;
    awaitable<result<std::vector<control::RunEvent>>> next_run_events(model::RunId run,
                                                                      std::uint64_t after_seq,
                                                                      Deadline deadline) override;
    std::vector<control::LimiterView> limits() override;
    std::vector<control::Due> next_due() override;
    std::string version() const override;
    SysTime started_at() const override { return started_at_; }

private:
    run::Queue& queue_;
    run::Environment& env_;
    schedule::Scheduler& scheduler_;
    run::SignInFlows desk_;
    SysTime started_at_;
};

}  // namespace audienced::daemon
