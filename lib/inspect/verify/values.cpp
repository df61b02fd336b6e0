#include "inspect/verify/values.hpp"

#include <algorithm>

#include "inspect/look.hpp"
#include "inspect/verify/judge.hpp"
#include "plan/address.hpp"
#include "plan/mapping.hpp"
#include "run/open_source.hpp"
#include "store/delivered.hpp"

namespace audienced::inspect {
namespace {

/// One contact that was read.
struct Read {
    SampledContact contact;
    std::uint64_t sent = 0;  // hash of what was sent
    std::vector<std::optional<std::string>> held;
    bool found = false;
};

/// The rows of some members: the first of each, in the order in which a run reads them.
class SampleRowFinder final : public source::RowSink {
public:
    SampleRowFinder(const std::vector<MemberHash>& wanted, const vault::Vault& vault) : vault_(vault) {
        for (const MemberHash& member : wanted) rows_.emplace(member, Row{});
    }
    bool row(std::uint64_t, std::span<const source::Value> values) override {
        const std::string_view raw = values[0].null ? std::string_view{} : values[0].text;
        if (plan::normalise_address(raw, address_) != plan::AddressProblem::none) return true;
        const auto at = rows_.find(vault_.members().member(address_));
        if (at == rows_.end() || at->second) return true;
        at->second.emplace();
        for (const source::Value& v : values)
            at->second->push_back(v.null ? std::nullopt : std::optional<std::string>(std::string(v.text)));
        return ++found_ < rows_.size();
    }
    bool reject(std::uint64_t, std::string_view, std::optional<std::string_view>) override { return true; }
    bool is_done() const noexcept { return found_ == rows_.size(); }

    using Row = std::optional<std::vector<std::optional<std::string>>>;
    const Row& of(const MemberHash& member) const { return rows_.at(member); }

private:
    const vault::Vault& vault_;
    std::map<MemberHash, Row> rows_;
    std::size_t found_ = 0;
    std::string address_;
};

/// What values become when they are sent, and their hash.
class Fitting {
public:
    Fitting(const run::RunDefinition& definition, const vault::Vault& vault)
        : definition_(definition),
          vault_(vault),
          mapping_(definition.settings.email, definition.settings.fields, definition.settings.clear_empty,
                   definition.field_ids()),
          rules_(definition.session->provider->value_rules(definition.fields)) {}

    const plan::Mapping& mapping() const noexcept { return mapping_; }
    /// Of values as the provider holds them; none: it does not tell all of them.
    std::optional<std::uint64_t> hash_of_held(const std::vector<std::optional<std::string>>& held) {
        plan::FieldValues values;
        for (const auto& value : held) {
            if (!value) return std::nullopt;
            if (value->empty() && !definition_.settings.clear_empty)
                values.emplace_back();
            else
                values.emplace_back(*value);
        }
        return mapping_.fingerprint(vault_.values(), values, buffer_);
    }
    /// The values of a row as they are sent; valid until the next call.
    const plan::FieldValues& fit(const std::vector<std::optional<std::string>>& row) {
        columns_.clear();
        for (const auto& column : row)
            columns_.push_back({column ? std::string_view(*column) : std::string_view{}, !column});
        mapping_.values(columns_, values_);
        dropped_.clear();
        provider::fit_values(*rules_, values_, rewritten_, dropped_);
        return values_;
    }
    std::uint64_t hash_of_fitted() { return mapping_.fingerprint(vault_.values(), values_, buffer_); }

private:
    const run::RunDefinition& definition_;
    const vault::Vault& vault_;
    plan::Mapping mapping_;
    std::unique_ptr<provider::ValueRules> rules_;
    std::vector<source::Value> columns_;
    plan::FieldValues values_;
    std::vector<std::string> rewritten_;
    std::vector<provider::DroppedValue> dropped_;
    std::string buffer_;
};

awaitable<result<std::vector<Read>>> read_contacts(run::Environment& env,
                                                   const run::RunDefinition& definition,
                                                   const std::vector<SampledContact>& chosen) {
    std::vector<Read> all;
    for (const SampledContact& contact : chosen) {
        Read one;
        one.contact = contact;
        const auto load = [&](store::Database& db, const vault::Vault&) {
            return store::find_delivered(db, definition.export_id, contact.member);
        };
        auto row = co_await env.store->run(load);
        if (!row) co_return row.error();
        if (!*row || (**row).values == 0) continue;  // by another export, or not known
        one.sent = (**row).values;
        provider::ContactQuestion question;
        question.destination = definition.settings.destination;
        question.address = contact.address;
        question.contact_id = contact.contact_id;
        question.fields = definition.fields;
        auto found = co_await definition.session->provider->read_contact(std::move(question));
        if (!found) co_return found.error();
        one.found = found->has_value();
        if (one.found) one.held = std::move((**found).values);
        all.push_back(std::move(one));
    }
    co_return all;
}

/// Reads segments until every wanted row is found. A source that cannot be read is told in `problem`.
awaitable<result<void>> read_rows_of(run::Environment& env, const run::RunDefinition& definition,
                                     const plan::Mapping& mapping, SampleRowFinder& finder,
                                     std::string& problem) {
    auto sources = co_await run::open_sources(env, definition.settings.segments);
    if (!sources) {
        problem = sources.error().text();
        co_return result<void>{};
    }
    const Deadline deadline = env.time->steady() + look_limit;
    for (const run::OpenSegment& open : sources->segments) {
        if (finder.is_done()) break;
        std::stop_source stop;
        const auto read = [&, token = stop.get_token()] {
            return open.source->read(open.segment, mapping.columns(), finder, token);
        };
        auto task = env.readers->run(read);
        auto done = co_await aio::with_deadline(*env.time, deadline, stop, std::move(task));
        if (done || finder.is_done()) continue;
        if (done.error().code == Errc::cancelled) co_return done.error();
        problem = done.error().code == Errc::timeout
                      ? "reading the source was given up after " + std::to_string(look_limit.count()) + " s"
                      : done.error().text();
        break;
    }
    co_return result<void>{};
}

void add_field(ValueReport& out, const std::string& field) {
    const auto at =
        std::find_if(out.fields.begin(), out.fields.end(), [&](const auto& f) { return f.first == field; });
    if (at == out.fields.end())
        out.fields.emplace_back(field, 1);
    else
        ++at->second;
}

/// Of values that were sent alone: what the export does not send may be anything.
std::vector<std::string> fields_that_differ(const run::RunDefinition& definition,
                                            const plan::FieldValues& sent,
                                            const std::vector<std::optional<std::string>>& held) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < sent.size() && i < held.size(); ++i)
        if (sent[i] && held[i] && !is_same_value(definition.fields[i].type, *sent[i], *held[i]))
            names.push_back(definition.wire_fields[i]);
    return names;
}

void compare_one(const run::RunDefinition& definition, Fitting& fitting, const SampleRowFinder& rows,
                 const Read& one, std::size_t examples, Verification& out) {
    const auto& row = rows.of(one.contact.member);
    if (!row) {
        ++out.values.not_compared;
        return;
    }
    const plan::FieldValues& sent = fitting.fit(*row);
    if (fitting.hash_of_fitted() != one.sent) {
        ++out.values.not_compared;
        return;
    }
    const auto differ = fields_that_differ(definition, sent, one.held);
    if (differ.empty()) {
        ++out.values.same;
        return;
    }
    std::string listed;
    for (const std::string& field : differ) {
        add_field(out.values, field);
        listed += (listed.empty() ? "" : ", ") + field;
    }
    DriftReport& drift = out.of(Drift::value);
    ++drift.count;
    if (drift.examples.size() < examples)
        drift.examples.push_back(
            {Drift::value, {}, one.contact.address, one.contact.member, "other values in " + listed});
}

}  // namespace

awaitable<result<void>> compare_values(run::Environment& env, const run::RunDefinition& definition,
                                       const std::vector<SampledContact>& chosen, std::size_t examples,
                                       Verification& out) {
    if (chosen.empty() || definition.fields.empty()) co_return result<void>{};
    auto read = co_await read_contacts(env, definition, chosen);
    if (!read) co_return read.error();
    const auto clone = [](store::Database&,
                          const vault::Vault& vault) -> result<std::shared_ptr<vault::Vault>> {
        return std::make_shared<vault::Vault>(vault.clone());
    };
    auto vault = co_await env.store->run(clone);
    if (!vault) co_return vault.error();
    Fitting fitting(definition, **vault);
    std::vector<const Read*> unlike;
    std::vector<MemberHash> members;
    for (const Read& one : *read) {
        ++out.values.asked;
        if (!one.found) {
            ++out.values.not_compared;
        } else if (fitting.hash_of_held(one.held) == one.sent) {
            ++out.values.same;
        } else {
            unlike.push_back(&one);
            members.push_back(one.contact.member);
        }
    }
    if (unlike.empty()) co_return result<void>{};
    SampleRowFinder rows(members, **vault);
    auto found = co_await read_rows_of(env, definition, fitting.mapping(), rows, out.values.problem);
    if (!found) co_return found.error();
    for (const Read* one : unlike) compare_one(definition, fitting, rows, *one, examples, out);
    co_return result<void>{};
}

}  // namespace audienced::inspect
