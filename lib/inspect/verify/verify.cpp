#include "inspect/verify/verify.hpp"

#include <algorithm>
#include <set>

#include "inspect/explain/words.hpp"
#include "inspect/verify/listing.hpp"
#include "inspect/verify/values.hpp"
#include "run/prepare.hpp"
#include "store/acts.hpp"
#include "store/definitions.hpp"
#include "store/delivered.hpp"
#include "store/destinations.hpp"
#include "store/runs.hpp"

namespace audienced::inspect {
namespace {

Error never_ran(const std::string& name) {
    return make_error(Errc::wrong_state,
                      "the export " + name + " has never run there: there is nothing to compare",
                      "audiencectl run " + name);
}

/// Runs of the destination's exports that send or are about to.
result<std::set<model::RunId>> runs_at_work(store::Database& db, model::DestinationId destination) {
    auto exports = store::exports_at(db, destination);
    if (!exports) return exports.error();
    auto open = store::open_runs(db);
    if (!open) return open.error();
    std::set<model::RunId> out;
    for (const model::Run& run : *open) {
        const bool there = std::any_of(exports->begin(), exports->end(), [&](const store::ExportThere& one) {
            return one.name == run.export_name;
        });
        const bool works =
            run.status == model::RunStatus::delivering || run.status == model::RunStatus::settling;
        if (there && works) out.insert(run.id);
    }
    return out;
}

/// A missing member, asked for by itself: where is the contact?
awaitable<result<void>> locate(const run::RunDefinition& definition, Difference& missing) {
    if (missing.address.empty()) co_return result<void>{};
    provider::ContactQuestion question;
    question.destination = definition.settings.destination;
    question.address = missing.address;
    auto found = co_await definition.session->provider->read_contact(std::move(question));
    if (!found) co_return found.error();
    if (!*found) {
        missing.detail = "there is no contact of this address any more";
        co_return result<void>{};
    }
    const auto reason = provider::opt_out_of((**found).status.state);
    missing.detail = reason ? words_of(*reason) : std::string("the contact is there without it");
    co_return result<void>{};
}

awaitable<result<void>> compare_groups(run::Environment& env, const run::Prepared& prepared,
                                       const VerifyOptions& options, ContactSample& sample,
                                       Verification& out) {
    const run::RunDefinition& definition = prepared.definition;
    for (const store::GroupRow& group : prepared.groups.groups) {
        if (group.title.empty() || group.no == model::GroupNo()) continue;
        ListingQuestion question;
        question.destination = definition.destination;
        question.group = group;
        question.examples = options.examples;
        GroupComparison comparison(*env.store, std::move(question), out, sample);
        if (group.id.empty()) {
            out.groups.back().is_made = false;
            continue;
        }
        const model::Group asked{group.id, group.title};
        auto listed = co_await definition.session->provider->list_members(definition.settings.destination,
                                                                          asked, comparison);
        if (!listed) co_return listed.error();
        if (auto finished = co_await comparison.finish(); !finished) co_return finished;
    }
    for (Difference& one : out.of(Drift::missing).examples)
        if (auto located = co_await locate(definition, one); !located) co_return located;
    co_return result<void>{};
}

/// Groups of the export that the provider has no more.
result<void> report_gone(store::Database& db, const run::Prepared& prepared, std::size_t examples,
                         Verification& out) {
    auto own = store::get_groups(db, prepared.definition.export_id);
    if (!own) return own.error();
    for (const store::GroupRow& group : *own) {
        const auto& gone = prepared.groups.gone;
        if (std::find(gone.begin(), gone.end(), group.no) == gone.end()) continue;
        auto members = store::count_memberships(db, group.no, model::Membership::ours);
        if (!members) return members.error();
        GroupReport report;
        report.title = group.title;
        report.is_list = group.is_list;
        report.is_gone = true;
        out.groups.push_back(std::move(report));
        DriftReport& drift = out.of(Drift::group_gone);
        ++drift.count;
        if (drift.examples.size() < examples)
            drift.examples.push_back(
                {Drift::group_gone, group.title, {}, {}, std::to_string(*members) + " members had it"});
    }
    return {};
}

}  // namespace

awaitable<result<Verification>> verify_export(run::Environment& env, model::Export definition,
                                              VerifyOptions options) {
    const auto bound = [&](store::Database& db, const vault::Vault&) -> result<bool> {
        auto id = store::export_id(db, definition.name);
        if (!id) return id.error();
        auto destination = store::bound_destination(db, *id);
        if (!destination) return destination.error();
        return destination->has_value();
    };
    auto ran = co_await env.store->run(bound);
    if (!ran) co_return ran.error();
    if (!*ran) co_return never_ran(definition.name);
    auto prepared = co_await run::prepare(env, definition.name, nullptr, nullptr);
    if (!prepared) co_return prepared.error();
    const run::RunDefinition& found = prepared->definition;
    if (found.slots.own == 0) co_return never_ran(definition.name);

    Verification out;
    std::int64_t acts_before = 0;
    std::set<model::RunId> at_work;
    const auto before = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto last = store::last_act(db, found.destination);
        if (!last) return last.error();
        acts_before = *last;
        auto working = runs_at_work(db, found.destination);
        if (!working) return working.error();
        at_work = std::move(*working);
        auto delivered = store::count_delivered(db, found.export_id);
        if (!delivered) return delivered.error();
        out.delivered = *delivered;
        return report_gone(db, *prepared, options.examples, out);
    };
    if (auto done = co_await env.store->run(before); !done) co_return done.error();
    ContactSample sample(options.sample, *env.random);
    auto compared = co_await compare_groups(env, *prepared, options, sample, out);
    if (!compared) co_return compared.error();
    auto values = co_await compare_values(env, found, sample.chosen(), options.examples, out);
    if (!values) co_return values.error();
    const auto after = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto working = runs_at_work(db, found.destination);
        if (!working) return working.error();
        at_work.insert(working->begin(), working->end());
        auto acted = store::runs_acting(db, found.destination, acts_before);
        if (!acted) return acted.error();
        at_work.insert(acted->begin(), acted->end());
        return {};
    };
    if (auto done = co_await env.store->run(after); !done) co_return done.error();
    out.runs_meanwhile.assign(at_work.begin(), at_work.end());
    co_return std::move(out);
}

}  // namespace audienced::inspect
