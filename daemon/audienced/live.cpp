#include "live.hpp"

#include "inspect/check.hpp"
#include "inspect/preview.hpp"
#include "run/session.hpp"
#include "version.hpp"

namespace audienced::daemon {
namespace {

control::Progress view(const run::Progress& p) {
    control::Progress out;
    out.status = p.status;
    out.done = p.done;
    out.total = p.total;
    out.rate = p.rate;
    out.waiting_for = p.waiting_for;
    return out;
}

}  // namespace

awaitable<result<control::AccountView>> Live::check_connection(model::Connection connection,
                                                               model::Credentials credentials) {
    auto session =
        run::open_session_with(env_, std::move(connection), std::move(credentials), nullptr, nullptr);
    if (!session) co_return session.error();
    auto account = co_await (*session)->provider->check_account();
    if (!account) co_return account.error();
    control::AccountView out;
    out.id = account->id;
    out.name = account->name;
    out.role = account->role;
    co_return std::move(out);
}

awaitable<result<control::ExportCheck>> Live::check_export(model::Export definition, bool create_fields) {
    auto checked = co_await inspect::check_export(env_, std::move(definition), create_fields);
    if (!checked) co_return checked.error();
    control::ExportCheck out;
    out.destination_name = checked->destination_name;
    out.destination_members = checked->destination_members;
    for (const inspect::CheckedField& f : checked->fields) {
        control::ExportCheck::Field field;
        field.attribute = f.mapped.attribute;
        field.field = f.mapped.field;
        field.wire = f.wire;
        field.label = f.label;
        field.type = f.type;
        out.fields.push_back(std::move(field));
    }
    out.created_fields = std::move(checked->created);
    out.groups = std::move(checked->groups);
    out.warnings = std::move(checked->warnings);
    out.problems = std::move(checked->problems);
    co_return std::move(out);
}

awaitable<result<control::Preview>> Live::preview_export(model::Export definition, std::size_t limit) {
    auto preview = co_await inspect::preview_export(env_, std::move(definition), limit);
    if (!preview) co_return preview.error();
    control::Preview out;
    out.counts = preview->counts;
    out.ledger = preview->ledger;
    if (preview->verdict.kind == plan::GuardVerdict::Kind::skip) out.guard = model::RunStatus::skipped;
    if (preview->verdict.kind == plan::GuardVerdict::Kind::hold) out.guard = model::RunStatus::held;
    out.reason = preview->verdict.reason;
    for (inspect::PreviewRow& r : preview->rows) {
        control::Preview::Row row;
        row.change = std::move(r.change);
        row.address = std::move(r.address);
        row.values = std::move(r.values);
        row.groups = std::move(r.groups);
        out.rows.push_back(std::move(row));
    }
    co_return std::move(out);
}

std::optional<control::Progress> Live::progress(model::RunId run) {
    const auto ctx = queue_.find(run);
    if (!ctx || model::is_final(ctx->events.progress().status)) return std::nullopt;
    return view(ctx->events.progress());
}

awaitable<result<std::vector<control::RunEvent>>> Live::next_run_events(model::RunId run,
                                                                        std::uint64_t after_seq,
                                                                        Deadline deadline) {
    std::vector<control::RunEvent> out;
    const auto ctx = queue_.find(run);
    if (!ctx) co_return std::move(out);
    auto lines = co_await ctx->events.after(after_seq, deadline);
    if (!lines) co_return lines.error();
    for (const run::RunEvent& line : *lines) {
        control::RunEvent event;
        event.seq = line.seq;
        event.at = line.at;
        event.progress = view(line.progress);
        event.text = line.text;
        out.push_back(std::move(event));
    }
    co_return std::move(out);
}

std::vector<control::LimiterView> Live::limits() {
    std::vector<control::LimiterView> out;
    for (const auto& limiter : env_.limiters->all()) {
        const auto v = limiter->view();
        control::LimiterView view;
        view.share_key = limiter->share_key();
        view.in_flight = v.in_flight;
        view.waiting = v.waiting;
        view.spent_today = v.spent_today;
        view.per_day = v.per_day;
        view.blocked_until = v.blocked_until;
        out.push_back(std::move(view));
    }
    return out;
}

std::vector<control::Due> Live::next_due() {
    std::vector<control::Due> out;
    for (const auto& line : scheduler_.view())
        if (line.next) out.push_back({line.key, *line.next});
    return out;
}

std::string Live::version() const {
    return version_text;
}

}  // namespace audienced::daemon
