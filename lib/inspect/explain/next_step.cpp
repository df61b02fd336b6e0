#include "inspect/explain/next_step.hpp"

#include <algorithm>
#include <set>

#include "plan/mapping.hpp"
#include "plan/membership.hpp"
#include "run/planning/decided.hpp"
#include "run/planning/known_people.hpp"
#include "run/planning/row_reader.hpp"
#include "store/memberships.hpp"

namespace audienced::inspect {
namespace {

using Kind = NextStep::Kind;

/// Takes what the planner writes of the member.
struct MemberWriter final : run::PlanWriter {
    result<void> upsert(const spool::Record&) override { return {}; }
    result<void> regroup(int, const spool::Record&) override { return {}; }
    result<void> reject(const store::Reject& r) override {
        rejects.push_back(r);
        return {};
    }
    result<void> reject_again(const store::Reject&, std::uint32_t) override { return {}; }
    result<void> again(const std::function<result<void>(const spool::Record&)>&) override { return {}; }
    result<void> finish() override { return {}; }

    std::vector<store::Reject> rejects;
};

/// As the planner's scan of the whole memory finds it.
result<std::optional<plan::LedgerEntry>> ledger_entry(store::Database& db, const run::PlanInput& in,
                                                      bool current, const MemberHash& member) {
    plan::LedgerEntry entry;
    entry.member = member;
    auto row = store::find_delivered(db, in.export_id, member);
    if (!row) return row.error();
    entry.delivered = current && row->has_value();
    if (entry.delivered) {
        entry.values = (**row).values;
        entry.last_run = (**row).last_run;
        entry.last_change = (**row).last_change;
    }
    for (const store::GroupRow& group : in.groups.groups) {
        if (group.no == model::GroupNo()) continue;
        auto standing = store::find_membership(db, group.no, member);
        if (!standing) return standing.error();
        if (!*standing) continue;
        const auto planned = plan::planned(**standing, in.slots, group.is_list);
        const std::uint64_t bit = std::uint64_t{1} << group.bit;
        if (planned.in) entry.groups |= bit;
        if (planned.owned) entry.owned |= bit;
    }
    if (!entry.delivered && entry.owned == 0) return std::nullopt;
    return std::optional(entry);
}

/// Rows with one of the addresses, in the order in which a run would read them.
void replay(const run::PlanInput& in, const std::vector<SegmentLook>& found, run::RowReader& reader) {
    std::vector<source::Value> values;
    for (std::size_t i = 0; i < found.size() && i < in.segments.size(); ++i) {
        reader.begin_segment(i);
        for (const FoundRow& row : found[i].first) {
            if (row.under == Under::earlier) continue;  // another member
            if (!row.readable) {
                reader.reject(row.number, {}, row.columns.at(0));
                continue;
            }
            values.clear();
            for (const auto& column : row.columns)
                values.push_back({column ? std::string_view(*column) : std::string_view{}, !column});
            reader.row(row.number, values);
        }
    }
}

const FoundRow* first_readable(const std::vector<SegmentLook>& found) {
    for (const SegmentLook& look : found)
        for (const FoundRow& row : look.first)
            if (row.readable && row.under != Under::earlier) return &row;
    return nullptr;
}

/// What its first row says: what counts, since the first profile wins.
void add_values(const run::PlanInput& in, const plan::Mapping& mapping, const FoundRow& row,
                const std::optional<plan::LedgerEntry>& known, NextStep& out) {
    std::vector<source::Value> columns;
    for (const auto& column : row.columns)
        columns.push_back({column ? std::string_view(*column) : std::string_view{}, !column});
    plan::FieldValues values;
    std::vector<std::string> rewritten;
    std::vector<provider::DroppedValue> dropped;
    mapping.values(columns, values);
    provider::fit_values(*in.rules, values, rewritten, dropped);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i]) out.values.emplace_back(in.wire_fields[i], std::string(*values[i]));
    for (const provider::DroppedValue& d : dropped)
        out.left_out.push_back({in.wire_fields[d.field], std::string(d.code), std::string(d.why)});
    if (!known || !known->delivered || known->values == 0) return;
    std::string buffer;
    out.values_as_sent = mapping.fingerprint(in.vault->values(), values, buffer) == known->values;
}

std::vector<std::string> titles_of(const run::PlanInput& in, std::uint64_t mask) {
    std::vector<std::string> titles;
    for (const store::GroupRow& group : in.groups.groups)
        if (mask >> group.bit & 1) titles.push_back(group.title);
    return titles;
}

Kind kind_by(const model::Counts& counts, const std::vector<plan::Regroup>& changes, bool protects, bool held,
             const NextStep& step) {
    if (counts.rejected > 0) return Kind::deferred;
    if (counts.added > 0) return Kind::add;
    if (counts.updated > 0) return Kind::update;
    if (counts.suppressed > 0) return Kind::suppressed;
    if (counts.unchanged > 0) return Kind::keep;
    if (protects) return Kind::invalid;
    if (counts.removed > 0) return Kind::remove;
    if (!held) return Kind::nothing;
    const bool owed =
        std::any_of(changes.begin(), changes.end(), [](const plan::Regroup& r) { return r.leave != 0; });
    return owed || step.puts_off ? Kind::leave_owed : Kind::stay;
}

}  // namespace

result<NextStep> work_out_next_step(const run::PlanInput& in, const Subject& subject, bool current,
                                    const std::vector<SegmentLook>& found, std::uint64_t nameless) {
    auto decided = run::load_decided(in);
    if (!decided) return decided.error();
    const auto archived = decided->archived;
    plan::Diff diff = run::make_diff(in, *decided);
    std::set<MemberHash> members{subject.asked, subject.contact()};
    std::optional<plan::LedgerEntry> known;
    std::uint64_t owned = 0;
    const auto read = [&](store::Database& db, const vault::Vault&) -> result<void> {
        for (const MemberHash& member : members) {
            auto entry = ledger_entry(db, in, current, member);
            if (!entry) return entry.error();
            if (!*entry) continue;
            diff.add_ledger_entry(**entry);
            owned |= (**entry).owned;
            if (member == subject.contact()) known = **entry;
        }
        return {};
    };
    if (auto done = in.store->run_blocking(read); !done) return done.error();

    const plan::Mapping mapping(in.definition.email, in.definition.fields, in.definition.clear_empty,
                                in.field_ids, in.definition.key);
    run::KnownPeople people(in);
    if (auto loaded = people.load(); !loaded) return loaded.error();
    MemberWriter writer;
    run::RowReader reader(in, mapping, diff, writer, people, decided->refused, decided->moved,
                          decided->forgotten);
    replay(in, found, reader);
    if (!reader.failure) return reader.failure.error();

    NextStep out;
    const auto put_off =
        plan::decide_put_off({decided->unreadable.accepted, decided->unreadable.put_off}, nameless);
    const std::uint64_t joins = diff.joins_of(subject.contact());
    const auto changes = diff.finish(put_off.removals);
    out.puts_off = diff.counts().removals_put_off > 0;
    out.would_hold = (diff.existing_to_add() > 0 && in.definition.existing == model::Existing::ask) ||
                     diff.unclear_to_add() > 0;
    out.held_back = std::any_of(writer.rejects.begin(), writer.rejects.end(),
                                [](const store::Reject& r) { return r.code == "opted_out_before"; });
    std::uint64_t join = joins, leave = 0;
    for (const plan::Regroup& change : changes) join |= change.join, leave |= change.leave;
    out.kind = kind_by(diff.counts(), changes, reader.unreadable > 0, known.has_value(), out);
    const bool held_fast = out.kind == Kind::stay && owned != 0 &&
                           in.definition.mode == model::Mode::mirror &&
                           std::binary_search(archived.begin(), archived.end(), subject.contact());
    if (held_fast) out.kind = Kind::leave_owed;
    const bool sent = out.kind == Kind::add || out.kind == Kind::update;
    if (sent) {
        const std::uint64_t now = known ? known->groups : 0;
        for (std::size_t i = 0; i < found.size() && i < in.groups.layout.of_segment.size(); ++i)
            if (found[i].found > 0)
                join |= in.groups.layout.of_segment[i] & in.groups.layout.joined_by_upsert & ~now;
    }
    out.joins = titles_of(in, join);
    out.leaves = titles_of(in, leave);
    if (const FoundRow* row = first_readable(found)) add_values(in, mapping, *row, known, out);
    return out;
}

const char* to_string(NextStep::Kind kind) noexcept {
    using Kind = NextStep::Kind;
    switch (kind) {
        case Kind::unknown:
            return "unknown";
        case Kind::nothing:
            return "nothing";
        case Kind::add:
            return "add";
        case Kind::update:
            return "update";
        case Kind::keep:
            return "keep";
        case Kind::suppressed:
            return "suppressed";
        case Kind::deferred:
            return "deferred";
        case Kind::invalid:
            return "invalid";
        case Kind::remove:
            return "remove";
        case Kind::leave_owed:
            return "leave_owed";
        case Kind::stay:
            return "stay";
    }
    return "unknown";
}

}  // namespace audienced::inspect
