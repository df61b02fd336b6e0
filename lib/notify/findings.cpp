#include "notify/findings.hpp"

#include <algorithm>

#include "log/events.hpp"

namespace audienced::notify {
namespace {

using Status = model::RunStatus;

/// A run that ended longer ago is no sign of life.
constexpr std::chrono::hours fresh{1};

Finding finding(std::string subject, std::string state, log::Event event) {
    Finding out;
    out.subject = std::move(subject);
    out.state = std::move(state);
    out.event = std::move(event);
    return out;
}

std::string state_of(const model::Run& run) {
    if (run.status == Status::failed) return "failed";
    return run.status == Status::skipped ? "skipped" : "ok";
}

bool needs_a_person(const model::Connection& c) {
    return c.state != model::ConnectionState::ready || !c.has_consent();
}

const model::Connection* connection_of(const World& world, const ExportView& view) {
    for (const ConnectionView& c : world.connections)
        if (c.connection.name == view.definition.connection) return &c.connection;
    return nullptr;
}

log::RunRef ref_of(const model::Run& run, const model::Connection* connection) {
    return log::run_ref(run, connection ? connection->name : "", connection ? connection->provider : "");
}

/// Why a run that is not over counts as overdue; empty: it does not. A start of the schedule that finds a run
/// waiting is served by that run, so what began it does not matter.
std::string overdue_because(const World& world, const ExportView& view, const model::Run& run) {
    if (view.definition.schedule == "manual" || run.approved) return {};
    const bool late = world.now - run.queued_at >= world.overdue_after;
    const auto is_next_start = [&](const model::Run& other) {
        return other.id > run.id && other.trigger == model::Trigger::schedule &&
               !model::is_final(other.status);
    };
    const bool next_came = run.trigger == model::Trigger::schedule &&
                           std::any_of(view.runs.begin(), view.runs.end(), is_next_start);
    if (!late && !next_came) return {};
    std::string why = "run " + std::to_string(run.id);
    const auto before = std::find_if(view.runs.begin(), view.runs.end(), [&](const model::Run& other) {
        return other.id < run.id && !model::is_final(other.status) && !model::waits_for_approval(other);
    });
    if (run.status == Status::queued && before != view.runs.end())
        why += " did not start yet; it waits behind run " + std::to_string(before->id);
    else
        why += " is not over yet (" + std::string(model::to_string(run.status)) + ")";
    if (next_came) why += ", and its next start came";
    return why + "; look at it: audiencectl runs show " + std::to_string(run.id);
}

/// What ran before is of no interest any more.
Finding instead_of_before(Finding found, const model::Run& run) {
    found.run = run.id - 1;
    return found;
}

/// What a run that is not over says of its export; nothing: it is in time.
std::optional<Finding> judge_open(const World& world, const ExportView& view, const model::Run& run) {
    const std::string subject = "export:" + view.definition.name;
    const log::RunRef ref = ref_of(run, connection_of(world, view));
    if (model::waits_for_approval(run))
        return instead_of_before(finding(subject, "held", log::run_held(ref, run.planned, run.reason)), run);
    if (run.approved) return finding(subject, "ok", log::run_approved(ref, "a user"));
    const std::string why = overdue_because(world, view, run);
    if (why.empty()) return std::nullopt;
    const auto event = log::run_overdue(view.definition.name, run.queued_at, why, run.id);
    Finding late = instead_of_before(finding(subject, "overdue", event), run);
    late.unlogged = true;
    return late;
}

Finding judge_ended(const World& world, const ExportView& view, const model::Run& run,
                    const model::SubjectState& before) {
    const model::Connection* connection = connection_of(world, view);
    Finding out = finding("export:" + view.definition.name, state_of(run),
                          log::run_finished(ref_of(run, connection), run));
    out.run = run.id;
    out.good_run = run.id > before.run && model::ended_well(run) && run.finished_at &&
                   world.now - *run.finished_at < fresh;
    // Four exports of a connection that needs a person are one matter.
    if (out.state != "ok" && connection && needs_a_person(*connection)) {
        out.state = before.state;
        out.no_words = true;
    }
    return out;
}

/// What an export's newest run that is over, held or overdue says of it.
Finding judge(const World& world, const ExportView& view, const model::SubjectState& before) {
    const std::string subject = "export:" + view.definition.name;
    // States of a run that is not over, which end with it.
    const bool passing = before.state == "held" || before.state == "overdue";
    Finding stays = finding(subject, before.state, {});
    stays.no_words = true;
    bool under_way = false, took_back = false, mended = false;
    const model::Run* silent = nullptr;
    for (const model::Run& run : view.runs) {
        if (model::says_nothing(run)) {
            if (!silent) silent = &run;
            took_back = took_back || model::ended_well(run);  // only an undo that ended well says nothing
        } else if (!model::is_final(run.status)) {
            if (auto found = judge_open(world, view, run)) return std::move(*found);
            under_way = true;
        } else if (took_back && run.options.takes_back()) {
            mended = true;  // an undo that failed; a later one ended well
        } else {
            if (run.id <= before.run && (under_way || !(passing || mended))) return stays;
            Finding out = judge_ended(world, view, run, before);
            out.run = std::max(out.run, before.run);
            if ((passing || mended) && silent && out.state == "ok")
                out.event = log::run_finished(ref_of(*silent, connection_of(world, view)), *silent);
            return out;
        }
    }
    if (under_way || (silent && !(passing || mended))) return stays;
    if (!silent) return finding(subject, "ok", log::attention_ended(subject, before.state, "it has no run"));
    const log::RunRef ref = ref_of(*silent, connection_of(world, view));
    return finding(subject, "ok", log::run_finished(ref, *silent));
}

Finding find_export(const World& world, const ExportView& view, const model::SubjectState& before) {
    const std::string subject = "export:" + view.definition.name;
    const char* idle = !view.definition.enabled             ? "it is disabled"
                       : view.definition.connection.empty() ? "it has no connection"
                                                            : nullptr;
    Finding out = idle ? finding(subject, "ok", log::attention_ended(subject, before.state, idle))
                       : judge(world, view, before);
    out.unlogged = out.unlogged || idle;
    if (idle && !view.runs.empty()) out.run = view.runs.front().id;
    return out;
}

Finding find_connection(const World& world, const ConnectionView& view) {
    const model::Connection& c = view.connection;
    const std::string subject = "connection:" + c.name;
    const bool used = std::any_of(world.exports.begin(), world.exports.end(), [&](const ExportView& e) {
        return e.definition.enabled && e.definition.connection == c.name;
    });
    if (!used) return finding(subject, "ok", log::connection_ready(c.name, c.provider));
    if (c.state == model::ConnectionState::stopped)
        return finding(subject, "stopped", log::connection_stopped(c.name, c.provider, c.state_reason));
    if (c.state == model::ConnectionState::needs_sign_in)
        return finding(subject, "needs_sign_in",
                       log::needs_sign_in(c.name, c.provider, c.state_reason, c.auth));
    if (!c.has_consent()) {
        Finding out =
            finding(subject, "no_consent", log::consent_missing(c.name, c.provider, c.consent.has_value()));
        out.unlogged = true;
        return out;
    }
    if (view.sign_in_dies)
        return finding(subject, "expires_soon", log::sign_in_expires(c.name, c.provider, *view.sign_in_dies));
    return finding(subject, "ok", log::connection_ready(c.name, c.provider));
}

Finding find_daemon(const World& world, const model::SubjectState& before) {
    if (!world.disk_full.empty())
        return finding("daemon", "disk_full",
                       log::store_trouble(make_error(Errc::store_full, world.disk_full)));
    Finding out =
        finding("daemon", "ok", log::attention_ended("daemon", before.state, "the disk has room again"));
    out.unlogged = true;
    return out;
}

model::SubjectState subject_state_of(const Book& book, const std::string& subject) {
    const auto found = book.subject_states.find(subject);
    return found == book.subject_states.end() ? model::SubjectState() : found->second;
}

}  // namespace

std::vector<Finding> find(const World& world, const Book& book) {
    std::vector<Finding> out;
    for (const ExportView& view : world.exports)
        out.push_back(find_export(world, view, subject_state_of(book, "export:" + view.definition.name)));
    for (const ConnectionView& view : world.connections) out.push_back(find_connection(world, view));
    out.push_back(find_daemon(world, subject_state_of(book, "daemon")));
    for (const auto& known : book.subject_states) {
        const std::string& subject = known.first;  // no structured binding: Clang 14 captures none
        const bool there =
            std::any_of(out.begin(), out.end(), [&](const Finding& f) { return f.subject == subject; });
        if (there) continue;
        out.push_back(
            finding(subject, "ok", log::attention_ended(subject, known.second.state, "it was removed")));
        out.back().unlogged = out.back().gone = true;
    }
    return out;
}

bool is_round_good(const World& world) {
    bool any = false;
    for (const model::RoundEntry& entry : world.round) {
        const auto view = std::find_if(world.exports.begin(), world.exports.end(), [&](const ExportView& e) {
            return e.definition.name == entry.export_name;
        });
        if (view == world.exports.end() || !view->definition.enabled || view->definition.connection.empty() ||
            view->definition.schedule != "refresh")
            continue;
        any = true;
        const auto last = std::find_if(view->runs.begin(), view->runs.end(),
                                       [](const model::Run& run) { return !model::says_nothing(run); });
        if (last == view->runs.end() || last->id <= entry.after || !model::ended_well(*last)) return false;
    }
    return any;
}

}  // namespace audienced::notify
