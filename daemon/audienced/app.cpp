#include "app.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "app_parts.hpp"
#include "base/own_file.hpp"
#include "check_config.hpp"
#include "config/settings.hpp"
#include "config_file.hpp"
#include "doctor_setup.hpp"
#include "run/finish_forget.hpp"
#include "run/seal_again.hpp"
#include "run/sign_in/watch.hpp"
#include "start_failure.hpp"
#include "store/forget_journal.hpp"
#include "store/keys.hpp"
#include "store/note_start.hpp"
#include "store/restore.hpp"
#include "version.hpp"

namespace audienced::daemon {
namespace {

result<control::Listener> listen(const std::string& path) {
    auto inherited = inherited_socket();
    if (!inherited) return inherited.error();
    if (*inherited) return control::Listener::adopt(**inherited);
    return control::Listener::open(path);
}

/// Made and private. Errors: those of own_file_error().
result<void> make_spool(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return own_file_error("make", path, errno);
    if (::chmod(path.c_str(), 0700) != 0) return own_file_error("make private", path, errno);
    return {};
}

/// The vault, and a row of the audit for what the state went through before.
result<vault::Vault> open_vault_of(store::Opened& opened, const std::string& state_dir, std::string& doubt) {
    auto key_before = store::key_id_of(opened.db);
    if (!key_before) return key_before.error();
    auto vault = store::open_vault(opened.db, state_dir);
    if (!vault) return vault;
    const store::StartFacts facts{opened.schema_before, *key_before};
    auto noted = store::note_start(opened.db, *vault, aio::system_time().now(), facts,
                                   store::audit_head_path(state_dir));
    if (!noted) return noted.error();
    doubt = std::move(*noted);
    return vault;
}

}  // namespace

awaitable<void> App::start() {
    store_.keep_audit_head_in(store::audit_head_path(config_.state_dir));
    live_.set_doctor(doctor_setup(config_, file_, scheduler_, live_.started_at()));
    live_.set_rotation_later([this] { background_.spawn("keys", finish_rotation()); });
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
    auto forgotten = co_await run::finish_forgets(queue_.environment());
    if (!forgotten) log_.write(log::store_trouble(forgotten.error()));
    service_.spawn("queue", queue_.serve());
    service_.spawn("scheduler", scheduler_.run());
    service_.spawn("sign-ins", run::watch_sign_ins(queue_.environment()));
    service_.spawn("forgets", run::keep_log_emptied(queue_.environment()));
    service_.spawn("retention", run::keep_pruned(queue_.environment(), retention_));
    service_.spawn("control", server_.serve());
    service_.spawn("notifier", notifications_.notifier().serve());
    background_.spawn("configuration", tell_faults());
    background_.spawn("keys", finish_rotation());
    background_.spawn("origin", tell_origin());
    log_.write(log::daemon_started(version_text, config_.state_dir));
    notify_.ready("ready");
}

/// What `systemctl status` shows; sent only when it changed.
awaitable<void> App::report_status() {
    for (;;) {
        const std::size_t runs = queue_.under_way();
        notify_.status((runs == 0 ? std::string("idle")
                                  : std::to_string(runs) + (runs == 1 ? " run" : " runs") + " under way") +
                       reload_note_);
        auto slept = co_await time_.sleep_for(std::chrono::seconds(5));
        if (!slept) co_return;
    }
}

awaitable<result<void>> App::healthy() {
    const auto ping = [](store::Database& db, const vault::Vault&) { return db.execute("SELECT 1"); };
    co_return co_await store_.run(ping);
}

/// A change of the master key that a stop cut short, or that a new credential began.
awaitable<void> App::finish_rotation() {
    const auto ask = [](store::Database&, vault::Vault& vault) { return vault.has_former(); };
    const bool left = co_await store_.change_keys(ask);
    if (left) (void)co_await run::seal_again(queue_.environment());
}

/// A restored state, forgets that it did not know, and an audit that lost rows, are told once.
awaitable<void> App::tell_origin() {
    if (!found_.audit_doubt.empty()) log_.write(log::audit_doubtful(found_.audit_doubt));
    if (found_.forgets.damaged > 0) log_.write(log::forget_journal_damaged(found_.forgets.damaged));
    if (found_.forgets.forgets > 0) log_.write(log::forgets_applied(found_.forgets.forgets));
    const auto ask = [](store::Database& db, const vault::Vault&) { return store::get_origin(db); };
    auto origin = co_await store_.run(ask);
    if (!origin || !*origin || (*origin)->announced || !(*origin)->restored_at) co_return;
    log_.write(log::state_restored((*origin)->backup_at, *(*origin)->restored_at, (*origin)->restored_by,
                                   (*origin)->forgets_lost_since));
    const auto told = [](store::Database& db, const vault::Vault&) { return store::set_announced(db); };
    (void)co_await store_.run(told);
}

/// A hook that cannot be run and a role that no group gives are told now, not when they are wanted.
awaitable<void> App::tell_faults() {
    const auto look = [this] { return faults_of(config_); };
    const auto faults = co_await readers_.run(look);
    for (const std::string& fault : faults) log_.write(log::config_doubtful(file_, fault));
}

awaitable<void> App::reload() {
    notify_.reloading();
    reload_note_.clear();
    ReceiverFiles receivers;
    const auto read = [&]() -> result<config::Config> {
        // What was never there cannot be reloaded; what has gone since must not become the defaults.
        auto fresh = read_config({file_, false});
        if (!fresh) return fresh;
        auto files = read_receiver_files(*fresh);
        if (!files) return files.error();
        receivers = std::move(*files);
        return fresh;
    };
    auto fresh = co_await readers_.run(read);
    if (!fresh) {
        log_.write(log::config_invalid(file_, fresh.error()));
        reload_note_ =
            "; the changed configuration is not valid and does not count: " + fresh.error().message;
    } else {
        const auto waits = config::need_restart(in_file_, *fresh);
        server_.set_roles(role_groups(*fresh));
        config_.roles = fresh->roles;
        plain_log_.set_level(log::level(fresh->log.level).value_or(log::Level::info));
        notifications_.configure(*fresh, std::move(receivers));
        config_.drain_timeout = fresh->drain_timeout;
        config_.hook = fresh->hook;
        retention_ = {fresh->retention.runs, fresh->retention.rejects};
        fresh->state_dir = config_.state_dir;
        live_.set_doctor(doctor_setup(*fresh, file_, scheduler_, live_.started_at()));
        log_.write(log::config_reloaded(file_, waits));
        for (const std::string& name : waits)
            reload_note_ +=
                (reload_note_.empty() ? "; changed, and counts after a restart only: " : ", ") + name;
        co_await tell_faults();
    }
    scheduler_.reload();
    notify_.ready("ready" + reload_note_);
}

int run_daemon(const config::Config& config, const config::Config& in_file, const std::string& file) {
    const auto format = log::format(config.log.format).value_or(log::Format::automatic);
    const auto refuse = [&](const Error& error, const std::string& what = {}) {
        return end_start(error, format, what);
    };
    auto opened = store::open_state(config.state_dir);
    if (!opened) return refuse(opened.error());
    std::string doubt;
    auto vault = open_vault_of(*opened, config.state_dir, doubt);
    if (!vault) return refuse(vault.error());
    auto forgets =
        store::apply_forget_journal(opened->db, *vault, config.state_dir, aio::system_time().now());
    if (!forgets) return refuse(forgets.error());
    if (auto spool = make_spool(config.state_dir + "/spool"); !spool) return refuse(spool.error());
    auto client = client_options(config);
    if (!client) return refuse(client.error(), file);
    auto receivers = read_receiver_files(config);
    if (!receivers) return refuse(receivers.error(), file);
    auto listener = listen(config.socket);
    if (!listener) return refuse(listener.error());
    LastResort last_resort;
    App app(config, in_file, file, std::move(*opened), std::move(*vault), std::move(*listener),
            std::move(*client), std::move(*receivers), last_resort, {*forgets, std::move(doubt)});
    return app.run();
}

}  // namespace audienced::daemon
