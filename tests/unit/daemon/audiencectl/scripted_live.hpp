// A live daemon that says what the test wrote down, and remembers what it was told.
#pragma once

#include <deque>
#include <map>
#include <set>

#include "aio/event.hpp"
#include "aio/with_deadline.hpp"
#include "control/daemon_seam.hpp"

namespace audienced::test {

struct ScriptedLive final : control::Live {
    explicit ScriptedLive(boost::asio::any_io_executor io) : moved(io) {}

    // What it says.
    std::optional<Error> refuses_key, cannot_check, cannot_read;
    std::string account = "acc-1";
    std::chrono::seconds overdue{7200};
    std::vector<provider::Destination> destinations;
    inspect::Check check;
    inspect::Preview preview;
    inspect::Explanation explanation;
    inspect::Verification verification;
    inspect::SegmentSample sample;
    std::map<std::string, std::string> credentials;  // of the service
    std::set<std::string> strangers;                 // users and groups that the machine does not know
    std::map<model::RunId, std::vector<run::RunEvent>> story;
    std::map<model::RunId, run::Progress> under_way;
    std::vector<schedule::Scheduler::View> due;
    std::vector<model::SubjectState> lasting;
    inspect::doctor::Findings doctor;
    std::function<void()> while_checking;    // what happens while the account is asked
    std::function<void()> while_describing;  // ... while the source is
    // What it was told.
    std::vector<std::string> told;
    std::string last_key;
    bool asked_to_create = false, doctor_was_full = false;
    aio::Event moved;

    awaitable<result<provider::Account>> check_connection(model::Connection c,
                                                          model::Credentials k) override {
        told.push_back("check " + c.name + " at " + c.api_base);
        last_key = std::string(k.api_key.reveal());
        if (while_checking) while_checking();
        if (refuses_key) co_return *refuses_key;
        provider::Account view;
        view.id = account;
        view.name = "The Shop";
        view.role = "owner";
        co_return view;
    }
    awaitable<result<std::vector<provider::Destination>>> list_destinations(model::Connection c) override {
        told.push_back("destinations of " + c.name);
        co_return destinations;
    }
    awaitable<result<inspect::Explanation>> explain_address(model::Export e, std::string address) override {
        told.push_back("explain " + e.name + " " + address);
        if (cannot_check) co_return *cannot_check;
        co_return explanation;
    }
    awaitable<result<inspect::Verification>> verify_export(model::Export e,
                                                           inspect::VerifyOptions options) override {
        told.push_back("verify " + e.name + " " + std::to_string(options.examples) + " " +
                       std::to_string(options.sample));
        if (cannot_check) co_return *cannot_check;
        co_return verification;
    }
    awaitable<result<inspect::Check>> check_export(model::Export e, bool create,
                                                   inspect::Scope scope) override {
        told.push_back("check export " + e.name + (scope.source ? ", source" : "") +
                       (scope.destination ? ", destination" : ""));
        asked_to_create = create;
        if (while_checking) while_checking();
        if (cannot_check) co_return *cannot_check;
        co_return check;
    }
    awaitable<result<inspect::Check>> check_draft_export(model::Export e, inspect::Scope scope,
                                                         run::DraftsPtr) override {
        return check_export(std::move(e), false, scope);
    }
    awaitable<result<inspect::Preview>> preview_export(model::Export, std::size_t) override {
        co_return preview;
    }
    awaitable<result<std::string>> read_credential(std::string name) override {
        const auto at = credentials.find(name);
        if (at == credentials.end())
            co_return make_error(Errc::not_found, "the service has no credential " + name);
        co_return at->second;
    }
    awaitable<std::vector<std::string>> unknown_names(std::vector<std::string> users,
                                                      std::vector<std::string> groups) override {
        std::vector<std::string> out;
        for (const auto* names : {&users, &groups})
            for (const auto& name : *names)
                if (strangers.contains(name)) out.push_back((names == &users ? "user " : "group ") + name);
        co_return out;
    }
    awaitable<result<inspect::doctor::Findings>> examine(bool full) override {
        doctor_was_full = full;
        co_return doctor;
    }
    awaitable<result<std::string>> test_source(model::Source s) override {
        if (cannot_read) co_return *cannot_read;
        co_return "fine: " + s.name;
    }
    awaitable<result<inspect::SegmentSummary>> describe_segment(model::Segment) override {
        if (while_describing) while_describing();
        if (cannot_read) co_return *cannot_read;
        inspect::SegmentSummary out;
        out.columns = {"email", "first"};
        out.rows = 1234;
        out.guess.email = "email";
        out.guess.first_name = "first";
        co_return out;
    }
    awaitable<result<inspect::SegmentSummary>> describe_draft_segment(model::Segment s,
                                                                      run::DraftsPtr) override {
        told.push_back("describe " + s.name);
        return describe_segment(std::move(s));
    }
    awaitable<result<inspect::SegmentSample>> preview_segment(model::Segment, std::size_t) override {
        co_return sample;
    }

    void run_queued(model::RunId id) override { told.push_back("queued " + std::to_string(id)); }
    void cancel_run(model::RunId id) override { told.push_back("cancel " + std::to_string(id)); }
    void approve_run(model::RunId id) override { told.push_back("approve " + std::to_string(id)); }
    void revoke_connection(std::string name, Error why) override {
        told.push_back("revoke connection " + name + ": " + to_string(why.code));
    }
    void revoke_export(std::string name, Error why) override {
        told.push_back("revoke export " + name + ": " + to_string(why.code));
    }
    void schedules_changed() override { told.push_back("schedules"); }
    void connection_changed(std::string name) override { told.push_back("connection " + name); }
    void connection_ready(std::string name, std::string) override { told.push_back("ready " + name); }
    void source_changed(std::string name) override { told.push_back("source " + name); }
    std::size_t runs_at_once() const override { return 256; }
    std::chrono::seconds overdue_after() const override { return overdue; }
    std::vector<model::SubjectState> lasting_states() const override { return lasting; }
    std::optional<run::Progress> progress(model::RunId id) override {
        const auto it = under_way.find(id);
        return it == under_way.end() ? std::nullopt : std::optional(it->second);
    }
    awaitable<result<std::vector<run::RunEvent>>> next_run_events(model::RunId id, std::uint64_t after,
                                                                  Deadline deadline) override {
        for (;;) {
            std::vector<run::RunEvent> fresh;
            for (const auto& event : story[id])
                if (event.seq > after) fresh.push_back(event);
            if (!fresh.empty()) co_return fresh;
            auto waiting = moved.wait();
            auto woken = co_await aio::with_deadline(aio::system_time(), deadline, std::move(waiting));
            if (!woken) co_return std::vector<run::RunEvent>{};
        }
    }
    std::vector<provider::Limiter::View> limits() override { return {}; }
    std::vector<schedule::Scheduler::View> schedules() override { return due; }
    std::string host_timezone() const override { return "America/New_York"; }
    std::string version() const override { return "1.2.3"; }
    SysTime started_at() const override { return from_unix(1'772'359'200); }
};

}  // namespace audienced::test
