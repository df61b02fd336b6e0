#include "live.hpp"

#include "control/peer.hpp"
#include "inspect/look.hpp"
#include "log/events.hpp"
#include "run/open_source.hpp"
#include "run/seal_again.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "store/rotation.hpp"
#include "vault/credential.hpp"
#include "vault/master_key.hpp"
#include "version.hpp"

namespace audienced::daemon {

awaitable<std::vector<std::string>> Live::unknown_names(std::vector<std::string> users,
                                                        std::vector<std::string> groups) {
    const auto look_up = [&] { return control::unknown_names(users, groups); };
    co_return co_await env_.readers->run(look_up);
}

awaitable<result<std::string>> Live::test_source(model::Source source) {
    auto opened = co_await run::open_source(env_, source);
    if (!opened) co_return opened.error();
    const auto test = [&](std::stop_token stop) { return opened->source->test(std::move(stop)); };
    co_return co_await inspect::look(env_, source.name, test);
}

awaitable<result<std::string>> Live::read_credential(std::string name) {
    const auto read = [&] { return vault::read_credential(name); };
    co_return co_await env_.readers->run(read);
}

awaitable<result<inspect::SegmentSummary>> Live::describe_segment(model::Segment segment) {
    co_return co_await describe_draft_segment(std::move(segment), nullptr);
}

awaitable<result<inspect::SegmentSummary>> Live::describe_draft_segment(model::Segment segment,
                                                                        run::DraftsPtr drafts) {
    auto opened = co_await run::open_segment(env_, std::move(segment), std::move(drafts));
    if (!opened) co_return opened.error();
    co_return co_await inspect::describe_segment(env_, *opened);
}

void Live::connection_changed(std::string name) {
    if (env_.sign_ins) env_.sign_ins->forget(name);
    notifier_.wake();
}

void Live::connection_ready(std::string name, std::string provider) {
    env_.log->write(log::connection_ready(name, provider));
}

std::optional<run::Progress> Live::progress(model::RunId run) {
    const auto events = queue_.events(run);
    if (!events || model::is_final(events->progress().status)) return std::nullopt;
    return events->progress();
}

awaitable<result<std::vector<run::RunEvent>>> Live::next_run_events(model::RunId run, std::uint64_t after_seq,
                                                                    Deadline deadline) {
    const auto events = queue_.events(run);
    if (!events) co_return std::vector<run::RunEvent>();
    co_return co_await events->after(after_seq, deadline);
}

awaitable<result<std::vector<notify::WayTest>>> Live::test_hooks() {
    co_return co_await notifier_.test();
}

control::Live::BackupFacts Live::backup_facts() const {
    BackupFacts facts;
    facts.state_dir = state_dir_;
    facts.config_file = config_file_;
    facts.key_is_credential = vault::master_key_is_credential();
    return facts;
}

awaitable<result<run::ForgetOutcome>> Live::would_forget(std::string address) {
    co_return co_await run::look_for_address(env_, std::move(address));
}

awaitable<result<run::ForgetOutcome>> Live::forget(std::string address, store::AuditRow by) {
    run::ForgetRequest request;
    request.address = std::move(address);
    request.state_dir = state_dir_;
    request.by = std::move(by);
    request.plan_anew = [this](model::RunId run) { queue_.forget_in(run); };
    co_return co_await run::forget_address(env_, std::move(request));
}

namespace {

/// The client is told at once: room on a disk may not come for days.
Error not_at_its_end(const Error& why, const std::string& key_file) {
    return make_error(why.code, why.message + "; " + store::unfinished_rotation,
                      "free disk space; audiencectl status shows it until it is at its end. Keep a copy of " +
                          key_file + ": backups from now on need it");
}

}  // namespace

awaitable<result<control::Live::RotatedKeys>> Live::rotate_keys(store::AuditRow by) {
    RotatedKeys out;
    out.key_file = state_dir_ + "/master.key";
    const auto begin = [&](store::Database& db, vault::Vault& vault) {
        auto begun = store::begin_rotation(db, vault, state_dir_, std::move(by));
        out.key_id = vault.key_id();
        return begun;
    };
    auto begun = co_await env_.store->change_keys(begin);
    if (!begun) co_return begun.error();
    auto rest = co_await store::finish_rotation(*env_.store);
    if (!rest && rest.error().code == Errc::wrong_state) co_return rest.error();
    if (!rest) {
        env_.log->write(log::store_trouble(rest.error()));
        rotation_later_();
        co_return not_at_its_end(rest.error(), out.key_file);
    }
    env_.log->write(log::keys_rotated(rest->values, rest->unreadable));
    out.count.values = begun->values + rest->values;
    out.count.unreadable = rest->unreadable;
    co_return out;
}

std::vector<provider::Limiter::View> Live::limits() {
    std::vector<provider::Limiter::View> out;
    for (const auto& limiter : env_.limiters->all()) out.push_back(limiter->view());
    return out;
}

std::string Live::host_timezone() const {
    return schedule::host_timezone();
}

std::string Live::version() const {
    return version_text;
}

}  // namespace audienced::daemon
