// Composition root: the daemon's objects, in the order in which they are built; destroyed in reverse.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

#include "control/listener.hpp"
#include "control/router.hpp"
#include "last_resort.hpp"
#include "lifecycle.hpp"
#include "live.hpp"
#include "log/events.hpp"
#include "log/sink.hpp"
#include "notifications.hpp"
#include "notify/watched_log.hpp"
#include "provider/rate_limit.hpp"
#include "run/queue.hpp"
#include "run/retention.hpp"
#include "run/schedule_book.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "settings.hpp"
#include "store/forget_journal.hpp"
#include "store/open.hpp"
#include "stored_quota.hpp"
#include "watchdog.hpp"

namespace audienced::daemon {

/// What the state told when it was opened.
struct StateFound {
    store::ForgetsApplied forgets;  // of the journal
    std::string audit_doubt;        // see store::note_start()
};

class App {
public:
    App(const config::Config& config, const config::Config& in_file, std::string file, store::Opened opened,
        vault::Vault vault, control::Listener listener, http::ClientOptions client, ReceiverFiles receivers,
        LastResort& last_resort, StateFound found)
        : last_resort_(last_resort),
          found_(std::move(found)),
          config_(config),
          in_file_(in_file),
          file_(std::move(file)),
          lock_(std::move(opened.lock)),
          plain_log_(log::make_sink(log::format(config.log.format).value_or(log::Format::automatic)), time_,
                     log_options(config)),
          log_(plain_log_, wake_notifier()),
          signals_(io_.get_executor()),
          store_(std::move(opened.db), std::move(vault)),
          http_(http::make_client(io_.get_executor(), time_, std::move(client))),
          notifications_(io_.get_executor(), time_, store_, *http_, plain_log_, config, std::move(receivers)),
          quota_(io_.get_executor(), store_),
          limiters_(time_, io_.get_executor(), &quota_),
          sign_ins_(io_.get_executor(), time_, system_random(), store_, *http_, limiters_, log_),
          source_threads_(thread_limits(config)),
          readers_(reader_threads(config)),
          queue_(environment(), config.limits.runs_at_once),
          book_(queue_),
          scheduler_(io_.get_executor(), time_, book_),
          live_(queue_, scheduler_, notifications_.notifier(), time_.now(), config.state_dir, file_),
          router_(control_context(), on_bug()),
          server_(io_.get_executor(), std::move(listener), router_, server_settings(config, log_)),
          background_(io_.get_executor(), on_bug()),
          service_(io_.get_executor(), on_bug()) {}

    int run() {
        service_.spawn("start", start());
        io_.run();
        if (exit_ != 0 || source_threads_.under_way() != 0) leave_as_it_stands();
        return exit_;
    }

private:
    run::Environment environment() {
        run::Environment env;
        env.io = io_.get_executor();
        env.time = &time_;
        env.random = &system_random();
        env.store = &store_;
        env.http = http_.get();
        env.limiters = &limiters_;
        env.sign_ins = &sign_ins_;
        env.log = &log_;
        env.readers = &readers_;
        env.source_threads = &source_threads_;
        env.spool_dir = config_.state_dir + "/spool";
        env.patience.span = config_.limits.patience;
        env.reject_tries = static_cast<int>(config_.limits.reject_tries);
        return env;
    }
    control::Context control_context() {
        control::Context context;
        context.store = &store_;
        context.live = &live_;
        context.time = &time_;
        return context;
    }
    /// Any thread may write to the log.
    std::function<void(const log::Event&)> wake_notifier() {
        return [this](const log::Event& event) {
            std::string disk = event.attention->key == "daemon" ? event.message : "";
            const auto wake = [this, disk = std::move(disk)] {
                auto& notifier = notifications_.notifier();
                disk.empty() ? notifier.wake() : notifier.disk_is_full(disk);
            };
            boost::asio::post(io_, wake);
        };
    }
    std::function<void(const std::string&, const std::string&)> on_bug() {
        return [this](const std::string& where, const std::string& what) {
            log_.write(log::internal_error(where, what));
        };
    }

    awaitable<void> start();
    awaitable<void> report_status();
    awaitable<void> shut_down(std::string why);
    awaitable<result<void>> healthy();
    awaitable<void> reload();
    awaitable<void> tell_faults();
    awaitable<void> finish_rotation();
    awaitable<void> tell_origin();
    awaitable<void> end_notifications();
    void stop_now();
    [[noreturn]] void leave_as_it_stands();

    LastResort& last_resort_;
    StateFound found_;
    config::Config config_;
    config::Config in_file_;   // as it was at the start, without what the command line set
    std::string reload_note_;  // what of a reload does not count yet; stands in the status
    std::string file_;
    aio::Time& time_ = aio::system_time();
    store::StateLock lock_;
    log::QueuedLog plain_log_;
    boost::asio::io_context io_{1};
    notify::WatchedLog log_;
    Notify notify_;
    Signals signals_;
    store::Store store_;
    std::unique_ptr<http::Client> http_;
    Notifications notifications_;
    StoredQuota quota_;
    provider::Limiters limiters_;
    run::SignIns sign_ins_;
    source::Threads source_threads_;
    aio::Worker readers_;
    run::Queue queue_;
    run::ScheduleBook book_;
    schedule::Scheduler scheduler_;
    Live live_;
    control::Router router_;
    control::Server server_;
    HealthCheck health_;
    run::Retention retention_{config_.retention.runs, config_.retention.rejects};
    aio::TaskGroup background_;  // signals, watchdog, quota: until the very end
    aio::TaskGroup service_;     // control socket, scheduler, runs
    int exit_ = 0;
};

}  // namespace audienced::daemon
