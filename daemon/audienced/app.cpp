#include "app.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "control/listener.hpp"
#include "control/router.hpp"
#include "last_resort.hpp"
#include "lifecycle.hpp"
#include "live.hpp"
#include "log/sink.hpp"
#include "provider/rate_limit.hpp"
#include "run/queue.hpp"
#include "run/schedule_book.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "run/sign_in/watch.hpp"
#include "settings.hpp"
#include "store/keys.hpp"
#include "store/open.hpp"
#include "stored_quota.hpp"
#include "version.hpp"
#include "watchdog.hpp"

namespace audienced::daemon {
namespace {

namespace asio = boost::asio;

// Exit codes after sysexits(3); systemd restarts after 70 and 74, and not after 65, 75 and 78.
int exit_code(const Error& error) {
    switch (error.code) {
        case Errc::store_corrupt:
            return 65;
        case Errc::store_busy:
            return 75;
        case Errc::bad_config:
        case Errc::wrong_state:
            return 78;
        default:
            return 74;
    }
}

int refuse(const Error& error) {
    std::fprintf(stderr, "audienced: %s\n", error.text().c_str());
    return exit_code(error);
}

result<control::Listener> listen(const std::string& path) {
    auto inherited = inherited_socket();
    if (!inherited) return inherited.error();
    if (*inherited) return control::Listener::adopt(**inherited);
    return control::Listener::open(path);
}

/// After the drain: cancelling, writing the log, closing the database.
constexpr std::chrono::seconds time_to_close{10};

/// The daemon's objects, in the order in which they are built; destroyed in reverse.
class App {
public:
    App(const config::Config& config, std::string file, store::Opened opened, vault::Vault vault,
        control::Listener listener, http::ClientOptions client, LastResort& last_resort)
        : last_resort_(last_resort),
          config_(config),
          file_(std::move(file)),
          lock_(std::move(opened.lock)),
          plain_log_(log::make_sink(log::format(config.log.format).value_or(log::Format::automatic)), time_,
                     log_options(config)),
          log_(plain_log_, time_, hook_options(config)),
          signals_(io_.get_executor()),
          store_(std::move(opened.db), std::move(vault)),
          http_(http::make_client(io_.get_executor(), time_, std::move(client))),
          quota_(io_.get_executor(), store_),
          limiters_(time_, io_.get_executor(), &quota_),
          sign_ins_(io_.get_executor(), time_, system_random(), store_, *http_, limiters_, log_),
          source_threads_(thread_limits(config)),
          readers_(reader_threads(config)),
          queue_(environment(), config.limits.runs_at_once),
          book_(queue_),
          scheduler_(io_.get_executor(), time_, book_),
          live_(queue_, scheduler_, time_.now()),
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
        return env;
    }
    control::Context control_context() {
        control::Context context;
        context.store = &store_;
        context.live = &live_;
        context.time = &time_;
        return context;
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
    void stop_now();
    [[noreturn]] void leave_as_it_stands();

    LastResort& last_resort_;
    config::Config config_;
    std::string file_;
    aio::Time& time_ = aio::system_time();
    store::StateLock lock_;
    log::QueuedLog plain_log_;
    log::HookedLog log_;
    asio::io_context io_{1};
    Notify notify_;
    Signals signals_;
    store::Store store_;
    std::unique_ptr<http::Client> http_;
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
    aio::TaskGroup background_;  // signals, watchdog, quota: until the very end
    aio::TaskGroup service_;     // control socket, scheduler, runs
    int exit_ = 0;
};

awaitable<void> App::start() {
    auto loaded = co_await quota_.load(provider::utc_day_of(time_.now()));
    if (!loaded) log_.write(log::store_trouble(loaded.error()));
    Actions actions;
    actions.reload = [this] { background_.spawn("reload", reload()); };
    actions.drain = [this](std::string_view why) {
        background_.spawn("shut down", shut_down(std::string(why)));
    };
    actions.stop_now = [this] { stop_now(); };
    health_ = [this] { return healthy(); };
    background_.spawn("signals", signals_.watch(actions));
    background_.spawn("watchdog", beat_while_healthy(time_, notify_, health_));
    background_.spawn("quota", quota_.keep());
    background_.spawn("status", report_status());
    service_.spawn("queue", queue_.serve());
    service_.spawn("scheduler", scheduler_.run());
    service_.spawn("sign-ins", run::watch_sign_ins(queue_.environment()));
    service_.spawn("control", server_.serve());
    log_.write(log::daemon_started(version_text, config_.state_dir));
    notify_.ready("ready");
}

/// What `systemctl status` shows; sent only when it changed.
awaitable<void> App::report_status() {
    for (;;) {
        const std::size_t runs = queue_.under_way();
        notify_.status(runs == 0 ? std::string("idle")
                                 : std::to_string(runs) + (runs == 1 ? " run" : " runs") + " under way");
        auto slept = co_await time_.sleep_for(std::chrono::seconds(5));
        if (!slept) co_return;
    }
}

awaitable<result<void>> App::healthy() {
    const auto ping = [](store::Database& db, const vault::Vault&) { return db.execute("SELECT 1"); };
    co_return co_await store_.run(ping);
}

awaitable<void> App::reload() {
    notify_.reloading();
    const auto read = [this] { return read_config(file_); };
    auto fresh = co_await readers_.run(read);
    if (!fresh) {
        log_.write(log::config_invalid(file_, fresh.error()));
    } else {
        // Paths, roles and limits need a restart; docs/CONFIG.md says which keys do not.
        plain_log_.set_level(log::level(fresh->log.level).value_or(log::Level::info));
        log_.set_command(fresh->hook.command, fresh->hook.timeout);
        config_.drain_timeout = fresh->drain_timeout;
        log_.write(log::config_reloaded(file_));
    }
    scheduler_.reload();
    notify_.ready("ready");
}

awaitable<void> App::shut_down(std::string why) {
    const StopTimes times = stop_times(config_.drain_timeout);
    last_resort_.arm(time_.steady() + times.at_most, 0);
    notify_.stopping("stopping");
    log_.write(log::daemon_stopping(why, queue_.under_way()));
    server_.stop();
    queue_.drain();
    auto under_way = [this] { return queue_.under_way(); };
    const std::size_t left = co_await drain(time_, notify_, under_way, times.drain);
    if (left != 0) {
        log_.write(log::daemon_drain_expired(left, times.drain));
        queue_.abort();
    }
    service_.cancel();
    co_await service_.wait();
    co_await live_.close_sign_ins();
    co_await sign_ins_.close();
    http_->close();
    background_.cancel();
}

/// Coroutines end before what they use is destroyed: a context that is stopped in the middle would destroy
/// their frames after it, and in no order. What does not end in time is left to the last resort.
void App::stop_now() {
    const bool again = std::exchange(exit_, 1) != 0;
    last_resort_.arm(time_.steady() + (again ? std::chrono::seconds{0} : cut_off_time), 1);
    queue_.abort();
    service_.cancel();
}

/// The end without destructors, where they would wait for ever or free what is in use: a read hangs in the
/// kernel, or the second signal cut tasks off in the middle. Nothing is lost by it, since the daemon has to
/// come up from a kill at any instruction: what is committed is on the disk, and the next start takes the
/// socket and the spool over.
void App::leave_as_it_stands() {
    if (const std::size_t hanging = source_threads_.under_way(); hanging != 0)
        std::fprintf(stderr, "audienced: %zu reads of sources hang in the system and are not waited for\n",
                     hanging);
    if (exit_ == 0) {
        const auto nothing = [](store::Database&, const vault::Vault&) { return true; };
        (void)store_.run_blocking(nothing);  // what it has begun is committed
    }
    plain_log_.flush(std::chrono::seconds(2));
    ::_exit(exit_);
}

}  // namespace

int run_daemon(const config::Config& config, const std::string& file) {
    auto opened = store::open_state(config.state_dir);
    if (!opened) return refuse(opened.error());
    auto vault = store::open_vault(opened->db, config.state_dir);
    if (!vault) return refuse(vault.error());
    std::error_code ec;
    std::filesystem::create_directories(config.state_dir + "/spool", ec);
    if (ec)
        return refuse(make_error(Errc::bad_config, "the spool folder cannot be created: " + ec.message()));
    ::chmod((config.state_dir + "/spool").c_str(), 0700);
    auto client = client_options(config);
    if (!client) return refuse(client.error());
    auto listener = listen(config.socket);
    if (!listener) return refuse(listener.error());
    LastResort last_resort;
    App app(config, file, std::move(*opened), std::move(*vault), std::move(*listener), std::move(*client),
            last_resort);
    return app.run();
}

}  // namespace audienced::daemon
