#include "inspect/preview.hpp"

#include <map>

#include "inspect/look.hpp"
#include "run/look/see_opt_outs.hpp"
#include "run/planning/plan_step.hpp"
#include "run/prepare.hpp"

namespace audienced::inspect {
namespace {

/// Keeps the first rows of a plan and forgets the rest.
class PreviewWriter final : public run::PlanWriter {
public:
    PreviewWriter(const run::Prepared& prepared, std::size_t limit) : prepared_(prepared), limit_(limit) {}

    result<void> upsert(const spool::Record& r) override {
        if (upserts_.size() < limit_) upserts_.push_back(r);
        return {};
    }
    result<void> regroup(int bit, const spool::Record& r) override {
        if (bit < 0) return {};
        const std::string& title = prepared_.groups.groups[static_cast<std::size_t>(bit)].title;
        if (const auto at = row_of_.find(r.member); at != row_of_.end()) {
            rows[at->second].groups.push_back(title);
            return {};
        }
        if (r.counted_as == model::CountedAs::none || rows.size() >= limit_) return {};
        PreviewRow row = shown(r);
        row.change = r.counted_as == model::CountedAs::removed ? "remove" : "update";
        row.groups.push_back(title);
        row_of_[r.member] = rows.size();
        rows.push_back(std::move(row));
        return {};
    }
    result<void> reject(const store::Reject&) override { return {}; }
    result<void> again(const std::function<result<void>(const spool::Record&)>& each) override {
        for (const spool::Record& r : upserts_) {
            if (rows.size() >= limit_) break;
            row_of_[r.member] = rows.size();
            rows.push_back(shown(r));
            rows.back().change = r.counted_as == model::CountedAs::added ? "add" : "update";
            if (auto done = each(r); !done) return done;
        }
        return {};
    }
    result<void> finish() override { return {}; }

    std::vector<PreviewRow> rows;

private:
    PreviewRow shown(const spool::Record& r) const {
        PreviewRow row;
        row.address = r.sent.address;
        for (std::size_t i = 0; i < r.sent.values.size(); ++i)
            if (r.sent.values[i])
                row.values.emplace_back(prepared_.definition.wire_fields[i], *r.sent.values[i]);
        return row;
    }
    const run::Prepared& prepared_;
    std::size_t limit_;
    std::vector<spool::Record> upserts_;
    std::map<MemberHash, std::size_t> row_of_;
};

Error took_too_long_to_plan(const model::Export& settings) {
    return retryable(Errc::timeout,
                     "reading the segments of " + settings.name + " took longer than " +
                         std::to_string(look_limit.count()) + " s",
                     "a run may take longer: audiencectl run " + settings.name + " --dry-run");
}

}  // namespace

awaitable<result<Preview>> preview_export(run::Environment& env, model::Export definition,
                                          std::size_t limit) {
    auto prepared = co_await run::prepare(env, definition.name, nullptr, nullptr);
    if (!prepared) co_return prepared.error();
    const model::Export& settings = prepared->definition.settings;
    auto opted_out = co_await run::see_opt_outs(env, prepared->definition);
    if (!opted_out) co_return opted_out.error();
    PreviewWriter writer(*prepared, limit);
    model::RunOptions options;
    options.dry_run = true;
    std::stop_source stop;
    auto planning = run::plan_into(env, prepared->definition, prepared->groups, 0, options, stop.get_token(),
                                   writer, std::move(*opted_out));
    const Deadline deadline = env.time->steady() + look_limit;
    auto plan = co_await aio::with_deadline(*env.time, deadline, stop, std::move(planning));
    if (!plan && plan.error().code == Errc::timeout) co_return took_too_long_to_plan(settings);
    if (!plan) co_return plan.error();
    Preview out;
    out.counts = plan->planned;
    out.ledger = plan->figures.ledger;
    out.verdict = plan::check_guards(settings, plan->figures, settings.hold);
    out.rows = std::move(writer.rows);
    co_return std::move(out);
}

}  // namespace audienced::inspect
