// What a run knows of itself as it goes along: its row, its traffic, its event log and what it waits for.
#pragma once

#include <optional>
#include <string>

#include "log/events.hpp"
#include "model/run.hpp"
#include "provider/provider.hpp"
#include "run/control.hpp"
#include "run/environment.hpp"
#include "run/event_log.hpp"

namespace audienced::run {

/// Hears of every call's waits and tells the journal and the event log. Io thread only.
struct RunProgress final : provider::CallObserver {
    RunProgress(Environment& environment, model::Run row);

    model::Run run;
    std::string connection, provider;  // for the journal; empty until prepare() knows them
    model::Traffic traffic;            // since the daemon started working on it
    RunEventLog events;
    std::optional<SteadyTime> source_wait_ends;  // since its source is not ready
    std::uint64_t members_sent = 0;              // to the provider
    bool made_unnamed = false;                   // contacts, whose ids no answer told
    unsigned long_waits = 0;                     // calls that wait for something other than their answer
    bool recorded = false;                       // its end is in the store, or it is held there
    const RunControl* control = nullptr;         // null: it is not stopped

    log::RunRef ref() const { return log::run_ref(run, connection, provider); }
    /// What the run's row lacks; marks it as stored.
    model::Traffic unsaved_traffic();

    void retrying(std::string_view why, std::chrono::milliseconds wait) override;
    void waited(std::chrono::milliseconds) override;
    void waiting_for_quota(SysTime until) override;
    void quota_is_back() override;
    bool is_stopping() const override { return control && control->stop_reason != StopReason::none; }

private:
    void begin_long_wait(std::string for_what);
    void end_long_wait();
    log::Log& log_;
    model::Traffic traffic_stored_;  // the part that the run's row has already
};

}  // namespace audienced::run
