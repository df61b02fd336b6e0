#include "run/planning/planning.hpp"

#include <algorithm>

#include "plan/mapping.hpp"
#include "run/planning/decided.hpp"
#include "run/planning/known_people.hpp"
#include "run/planning/memory_scan.hpp"
#include "run/planning/plan_parts.hpp"
#include "run/planning/row_reader.hpp"

namespace audienced::run {
namespace {

/// The members under which a try's one may be remembered: where its contact had another address, that one's.
std::vector<MemberHash> members_of_try(const PlanInput& in, const std::vector<store::Moved>& moved) {
    std::vector<MemberHash> out{*in.options.only_member};
    for (const store::Moved& m : moved)
        if (m.now == *in.options.only_member) out.push_back(m.member);
    return out;
}

result<void> know_ledger(const PlanInput& in, const std::vector<store::Moved>& moved, plan::Diff& diff) {
    std::vector<MemberHash> only;
    if (in.options.only_member) only = members_of_try(in, moved);
    MemoryScan memory(in);
    for (;;) {
        auto entry = memory.next();
        if (!entry) return entry.error();
        if (!*entry) return {};
        if (!only.empty() && std::find(only.begin(), only.end(), (**entry).member) == only.end()) continue;
        diff.add_ledger_entry(**entry);
    }
}

template <class Each>
result<void> for_each_bit(std::uint64_t mask, Each each) {
    for (int bit = 0; bit < 64; ++bit)
        if (mask >> bit & 1)
            if (auto done = each(bit); !done) return done;
    return {};
}

/// Joins of members that have an upsert of their own.
result<void> write_joins(const plan::Diff& diff, PlanWriter& writer) {
    return writer.again([&](const spool::Record& upsert) -> result<void> {
        spool::Record join = upsert;
        join.kind = spool::Record::Kind::join;
        join.counted_as = model::CountedAs::none;
        join.sent.values.clear();
        return for_each_bit(diff.joins_of(upsert.member), [&](int bit) { return writer.regroup(bit, join); });
    });
}

result<void> write_regroup(const plan::Regroup& change, spool::Record record, PlanWriter& writer) {
    model::CountedAs counted_as = change.counted_as;  // carried by the first record of the member
    record.left = change.left;
    const auto write = [&](spool::Record::Kind kind) {
        return [&, kind](int bit) {
            record.kind = kind;
            record.counted_as = std::exchange(counted_as, model::CountedAs::none);
            return writer.regroup(bit, record);
        };
    };
    if (auto done = for_each_bit(change.join, write(spool::Record::Kind::join)); !done) return done;
    if (auto done = for_each_bit(change.leave, write(spool::Record::Kind::leave)); !done) return done;
    if (change.forget == 0 && !(change.left && change.leave == 0)) return {};
    record.kind = spool::Record::Kind::forget;
    record.counted_as = model::CountedAs::none;
    record.groups = change.forget;
    return writer.regroup(-1, record);
}

/// Changes of members that the ledger knows; their addresses lie sealed there.
result<void> write_regroups(const PlanInput& in, const plan::Diff& diff,
                            const std::vector<plan::Regroup>& changes, PlanWriter& writer) {
    constexpr std::size_t slice = 500;
    for (std::size_t start = 0; start < changes.size(); start += slice) {
        if (in.stop.stop_requested()) return make_error(Errc::cancelled, "cancelled while planning");
        const std::size_t end = std::min(start + slice, changes.size());
        std::vector<store::Contact> rows;
        const auto look_up = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
            for (std::size_t i = start; i < end; ++i) {
                const MemberHash& member = diff.member(changes[i].known);
                auto contact = store::find_contact(db, vault, in.destination, member);
                if (!contact) return contact.error();
                rows.push_back(std::move(*contact).value_or(store::Contact{member, {}, {}, {}}));
            }
            return {};
        };
        if (auto found = in.store->run_blocking(look_up); !found) return found;
        for (std::size_t i = start; i < end; ++i) {
            spool::Record record;
            record.member = rows[i - start].member;
            record.sent.address = rows[i - start].address;
            record.sent.contact_id = rows[i - start].contact_id;
            record.sent.known = true;
            if (auto written = write_regroup(changes[i], std::move(record), writer); !written) return written;
        }
    }
    return {};
}

result<std::vector<std::string>> read_segments(const PlanInput& in, const plan::Mapping& mapping,
                                               RowReader& reader) {
    std::vector<std::string> snapshots;
    for (std::size_t i = 0; i < in.segments.size(); ++i) {
        reader.begin_segment(i);
        const OpenSegment& open = in.segments[i];
        auto read = open.source->read(open.segment, mapping.columns(), reader, in.stop);
        if (!reader.failure) return reader.failure.error();
        if (in.stop.stop_requested()) return make_error(Errc::cancelled, "cancelled while reading");
        if (!read) return read.error();
        snapshots.push_back(read->id);
    }
    return snapshots;
}

}  // namespace

result<PlanResult> make_plan(const PlanInput& in, PlanWriter& writer) {
    auto decided = load_decided(in);
    if (!decided) return decided.error();
    plan::Diff diff = make_diff(in, *decided);
    if (auto known = know_ledger(in, decided->moved, diff); !known) return known.error();

    const plan::Mapping mapping(in.definition.email, in.definition.fields, in.definition.clear_empty,
                                in.field_ids, in.definition.key);
    KnownPeople people(in);
    if (auto loaded = people.load(); !loaded) return loaded.error();
    RowReader reader(in, mapping, diff, writer, people, decided->refused, decided->moved, decided->forgotten);
    auto snapshots = read_segments(in, mapping, reader);
    if (!snapshots && snapshots.error().code != Errc::too_large) return snapshots.error();

    PlanResult out;
    // A try whose member is in no segment takes nothing from it: it is not the run that keeps segments.
    const bool complete = snapshots.has_value() && (!in.options.only_member || reader.read > 0);
    out.put_off =
        plan::decide_put_off({decided->unreadable.accepted, decided->unreadable.put_off}, reader.nameless);
    out.nameless = reader.nameless;
    const auto changes = complete ? diff.finish(out.put_off.removals) : std::vector<plan::Regroup>{};
    out.planned = diff.counts();
    out.planned.read = reader.read;
    out.planned.invalid = reader.invalid;
    out.planned.values_dropped = reader.values_dropped;
    out.figures.profiles = reader.read;
    out.figures.members = diff.members_seen();
    out.figures.ledger = diff.ledger_size();
    out.figures.members_losing_groups = diff.members_losing_groups();
    out.figures.existing_to_add = diff.existing_to_add();
    out.figures.unclear_to_add = diff.unclear_to_add();
    out.figures.unreadable = reader.unreadable;
    out.figures.unreadable_why = reader.unreadable_why;
    out.people = people.met();
    if (!complete) {  // far too many, or nothing to try: the guard says so
        if (auto kept = writer.finish_rejects(); !kept) return kept.error();
        return out;
    }
    out.settled = out.planned;
    out.settled.added = diff.done().added;
    out.settled.updated = diff.done().updated;
    out.settled.removed = 0;
    describe_parts(in, diff, reader.rows_of_segment, out);
    for (const std::string& id : *snapshots) out.snapshot += (out.snapshot.empty() ? "" : " ") + id;
    if (auto written = write_regroups(in, diff, changes, writer); !written) return written.error();
    std::uint64_t wanted = 0;
    for (const std::uint64_t mask : in.groups.layout.of_segment) wanted |= mask;
    if ((wanted & ~in.groups.layout.joined_by_upsert) != 0)  // else upserts do it all
        if (auto written = write_joins(diff, writer); !written) return written.error();
    if (auto written = writer.finish(); !written) return written.error();
    return out;
}

}  // namespace audienced::run
