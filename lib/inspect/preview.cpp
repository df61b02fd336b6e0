#include "inspect/preview.hpp"

#include <map>
#include <span>
#include <utility>

#include "inspect/look.hpp"
#include "inspect/old_values.hpp"
#include "run/look/see_contacts.hpp"
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
        if (r.kind == spool::Record::Kind::leave && leavers_.size() < plan::GroupCounts::leavers_kept)
            leavers_.emplace(r.member, r.sent.address);
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
    /// What is left out of a member is told right behind the member.
    result<void> reject(const store::Reject& r) override {
        if (r.field.empty() || upserts_.empty() || r.member != upserts_.back().member) return {};
        left_out_[upserts_.back().member].push_back({r.field, r.code, r.detail});
        return {};
    }
    result<void> reject_again(const store::Reject&, std::uint32_t) override { return {}; }
    result<void> again(const std::function<result<void>(const spool::Record&)>& each) override {
        for (const spool::Record& r : show_upserts())
            if (auto done = each(r); !done) return done;
        return {};
    }
    /// Where upserts join all groups by themselves, no joins were asked for.
    result<void> finish() override {
        show_upserts();
        return {};
    }

    std::vector<PreviewRow> rows;

    /// Of one of the first members that leave.
    std::string address_of(const MemberHash& member) const {
        const auto at = leavers_.find(member);
        return at == leavers_.end() ? std::string() : at->second;
    }

private:
    /// Puts them among the rows, once -> those that are shown.
    std::span<const spool::Record> show_upserts() {
        const bool first = !std::exchange(upserts_shown_, true);
        for (std::size_t i = 0; first && i < upserts_.size() && rows.size() < limit_; ++i) {
            row_of_[upserts_[i].member] = rows.size();
            rows.push_back(shown(upserts_[i]));
            rows.back().change = upserts_[i].counted_as == model::CountedAs::added ? "add" : "update";
            ++shown_;
        }
        return {upserts_.data(), shown_};
    }
    PreviewRow shown(const spool::Record& r) const {
        PreviewRow row;
        row.address = r.sent.address;
        if (const auto at = left_out_.find(r.member); at != left_out_.end()) row.left_out = at->second;
        for (std::size_t i = 0; i < r.sent.values.size(); ++i)
            if (r.sent.values[i])
                row.values.emplace_back(prepared_.definition.wire_fields[i], *r.sent.values[i]);
        return row;
    }
    const run::Prepared& prepared_;
    std::size_t limit_;
    std::vector<spool::Record> upserts_;
    std::size_t shown_ = 0;  // of upserts_
    bool upserts_shown_ = false;
    std::map<MemberHash, std::size_t> row_of_;
    std::map<MemberHash, std::string> leavers_;
    std::map<MemberHash, std::vector<LeftOut>> left_out_;
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
    auto seen = co_await run::see_contacts(env, prepared->definition, prepared->groups);
    if (!seen) co_return seen.error();
    PreviewWriter writer(*prepared, limit);
    model::RunOptions options;
    options.dry_run = true;
    std::stop_source stop;
    auto planning = run::plan_into(env, prepared->definition, prepared->groups, 0, options, stop.get_token(),
                                   writer, std::move(*seen));
    const Deadline deadline = env.time->steady() + look_limit;
    auto plan = co_await aio::with_deadline(*env.time, deadline, stop, std::move(planning));
    if (!plan && plan.error().code == Errc::timeout) co_return took_too_long_to_plan(settings);
    if (!plan) co_return plan.error();
    Preview out;
    out.counts = plan->planned;
    out.ledger = plan->figures.ledger;
    out.verdict = plan::check_guards(settings, plan->figures, settings.hold);
    out.rows = std::move(writer.rows);
    out.parts = std::move(plan->parts);
    out.leavers = std::move(plan->leavers);
    for (const model::PlannedLeaver& leaver : out.leavers)
        out.leaver_addresses.push_back(writer.address_of(leaver.member));
    if (auto read = co_await read_old_values(env, *prepared, out.rows); !read) co_return read.error();
    co_return std::move(out);
}

}  // namespace audienced::inspect
