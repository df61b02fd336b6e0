// One run under way: what its steps share.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aio/event.hpp"
#include "aio/task_group.hpp"
#include "log/events.hpp"
#include "model/export.hpp"
#include "model/run.hpp"
#include "provider/provider.hpp"
#include "run/environment.hpp"
#include "run/progress.hpp"
#include "run/session.hpp"
#include "store/ledger.hpp"

namespace audienced::run {

/// Why a run under way stops before its end.
enum class StopReason { none, cancelled, shutdown };

struct Context final : provider::CallObserver {
    Context(Environment& environment, model::Run r);

    Environment& env;
    model::Run run;
    model::Export definition;
    model::ExportId export_id;
    std::unique_ptr<Session> session;
    provider::Limits limits;
    provider::GroupLayout layout;         // masks in the ledger's bits
    std::vector<store::GroupRow> groups;  // by bit
    model::DestinationKey destination_key;
    std::uint64_t lost_groups = 0;            // bits whose group is gone at the provider
    std::vector<std::string> wire_fields;     // parallel to definition.fields
    std::vector<std::string> missing_fields;  // mapped names that the destination lacks and that may be made
    SteadyTime looked_at{};                   // when opt-outs were pulled last
    model::Traffic traffic;                   // since the daemon started working on it
    model::Traffic traffic_stored;            // the part that the run's row has already
    RunEventLog events;
    aio::Event changed;                          // approved, cancelled, shutting down
    std::optional<SteadyTime> source_wait_ends;  // since its source is not ready
    StopReason stop = StopReason::none;
    bool recorded = false;  // its end is in the store, or it is held there
    std::stop_source stop_reading;
    aio::TaskGroup tasks;             // the run itself, so that it can be cancelled
    aio::TaskGroup* lanes = nullptr;  // its deliveries, while there are any
    unsigned long_waits = 0;          // calls that wait for something other than their answer

    log::RunRef ref() const {
        return log::run_ref(run, definition.connection, session ? session->connection.provider : "");
    }
    /// Errc::cancelled when the run is to stop; looked at before every batch.
    result<void> may_go_on() const;
    /// What the run's row lacks; marks it as stored.
    model::Traffic unsaved_traffic();

    void retrying(std::string_view why, std::chrono::milliseconds wait) override;
    void waited(std::chrono::milliseconds) override;
    void waiting_for_quota(SysTime until) override;
    void quota_is_back() override;

private:
    void begin_long_wait(std::string for_what);
    void end_long_wait();
};

}  // namespace audienced::run
