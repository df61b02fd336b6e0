#include "run/planning/planning.hpp"

#include <algorithm>

#include "plan/mapping.hpp"
#include "run/planning/row_reader.hpp"
#include "store/ledger.hpp"

namespace audienced::run {
namespace {

plan::Diff load_diff(const PlanInput& in, const std::vector<store::DeferredReject>& deferred,
                     std::vector<MemberHash> suppressed) {
    plan::DiffOptions options;
    options.mirror = in.definition.mode == model::Mode::mirror;
    options.full = in.options.full;
    options.run = in.run;
    options.joined_by_upsert = in.layout.joined_by_upsert;
    options.now = in.now;
    plan::Diff diff(options);
    diff.suppress(std::move(suppressed));
    std::vector<plan::DeferredReject> known_rejects;
    for (const store::DeferredReject& p : deferred) known_rejects.push_back({p.member, p.values, p.next_try});
    diff.defer(std::move(known_rejects));
    return diff;
}

result<void> know_ledger(const PlanInput& in, plan::Diff& diff) {
    constexpr std::size_t slice = 20'000;  // some milliseconds of the store's thread
    std::optional<MemberHash> after;
    for (std::size_t rows = slice; rows == slice;) {
        const auto scan = [&](store::Database& db, const vault::Vault&) {
            return store::scan_ledger(db, in.export_id, after, slice, [&](const store::LedgerRow& row) {
                diff.add_ledger_entry({row.member, row.values, row.groups & ~in.lost_groups,
                                       row.owned & ~in.lost_groups, row.last_run, row.last_change});
                after = row.member;
            });
        };
        auto scanned = in.store->run_blocking(scan);
        if (!scanned) return scanned.error();
        rows = *scanned;
    }
    return {};
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
        std::vector<store::LedgerRow> rows;
        const auto look_up = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
            for (std::size_t i = start; i < end; ++i) {
                auto row = store::find_in_ledger(db, vault, in.export_id, diff.member(changes[i].known));
                if (!row) return row.error();
                if (!*row)
                    return make_error(Errc::bug, "a ledger row went away while its export was planned");
                rows.push_back(std::move(**row));
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
    std::vector<store::DeferredReject> deferred;
    std::vector<MemberHash> suppressed;
    const auto load = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto rejects = store::list_deferred(db, in.export_id);
        if (!rejects) return rejects.error();
        deferred = std::move(*rejects);
        auto members = store::suppressed_members(db, in.destination_key);
        if (!members) return members.error();
        suppressed = std::move(*members);
        return {};
    };
    if (auto loaded = in.store->run_blocking(load); !loaded) return loaded.error();
    plan::Diff diff = load_diff(in, deferred, std::move(suppressed));
    if (auto known = know_ledger(in, diff); !known) return known.error();

    const plan::Mapping mapping(in.definition.email, in.definition.fields, in.definition.clear_empty);
    RowReader reader(in, mapping, diff, writer, deferred);
    auto snapshots = read_segments(in, mapping, reader);
    if (!snapshots && snapshots.error().code != Errc::too_large) return snapshots.error();

    PlanResult out;
    const bool complete = snapshots.has_value();
    const auto changes = complete ? diff.finish() : std::vector<plan::Regroup>{};
    out.planned = diff.counts();
    out.planned.read = reader.read;
    out.planned.invalid = reader.invalid;
    out.figures = {reader.read, diff.members_seen(), diff.ledger_size(), diff.members_losing_groups()};
    if (!complete) return out;  // far too many: the guard says so
    out.settled = out.planned;
    out.settled.added = diff.done().added;
    out.settled.updated = diff.done().updated;
    out.settled.removed = 0;
    for (const std::string& id : *snapshots) out.snapshot += (out.snapshot.empty() ? "" : " ") + id;
    if (auto written = write_regroups(in, diff, changes, writer); !written) return written.error();
    std::uint64_t wanted = 0;
    for (const std::uint64_t mask : in.layout.of_segment) wanted |= mask;
    if ((wanted & ~in.layout.joined_by_upsert) != 0)  // else upserts do it all
        if (auto written = write_joins(diff, writer); !written) return written.error();
    if (auto written = writer.finish(); !written) return written.error();
    return out;
}

}  // namespace audienced::run
