#include "run/delivery/load_batch.hpp"

#include <algorithm>
#include <charconv>

#include "spool/file.hpp"
#include "store/suppressions.hpp"

namespace audienced::run {
namespace {

Settled delivered(spool::Record record) {
    Settled s;
    s.record = std::move(record);
    s.outcome.kind = model::Outcome::Kind::delivered;
    return s;
}

Settled suppressed(spool::Record record, model::OptOutReason why) {
    Settled s;
    s.record = std::move(record);
    s.outcome.kind = model::Outcome::Kind::suppressed;
    s.outcome.opt_out = why;
    return s;
}

struct Sorter {
    const RunDefinition& definition;
    const GroupBits& groups;
    const store::BatchRow& row;
    LoadedBatch& out;
    std::vector<std::size_t> submitted_without;  // of a batch that has a ticket
    std::size_t position = 0;

    result<void> sort(store::Database& db, const vault::Vault& vault, spool::Record record) {
        const std::size_t sent_before = out.records.size() + leavers.size();
        auto sorted = row.ticket.empty() ? sort_anew(db, vault, std::move(record))
                                         : sort_as_submitted(std::move(record));
        if (out.records.size() + leavers.size() == sent_before) out.left_out.push_back(position);
        ++position;
        return sorted;
    }

    result<void> sort_as_submitted(spool::Record record) {
        const bool left_out =
            std::binary_search(submitted_without.begin(), submitted_without.end(), position);
        const bool leaving = record.kind == spool::Record::Kind::leave;
        if (left_out) {
            // A member that another record counts was settled then, or will be by that record.
            if (leaving)
                out.decided.push_back(delivered(std::move(record)));
            else if (record.counted_as != model::CountedAs::none)
                out.decided.push_back(suppressed(std::move(record), model::OptOutReason::unspecified));
            return {};
        }
        (leaving ? out.batch.leavers : out.batch.members).push_back(std::move(record.sent));
        (leaving ? leavers : out.records).push_back(std::move(record));
        return {};
    }

    /// As few suppressions as members: read once, so that only the members among them are looked up.
    result<void> know_suppressed(store::Database& db) {
        auto members = store::some_suppressed(db, definition.destination_key, row.members + row.leavers + 1);
        if (!members) return members.error();
        if (members->size() <= row.members + row.leavers) known_suppressed = std::move(*members);
        return {};
    }

    result<std::optional<store::Suppression>> suppression_of(store::Database& db,
                                                             const MemberHash& member) const {
        if (known_suppressed &&
            !std::binary_search(known_suppressed->begin(), known_suppressed->end(), member))
            return std::nullopt;
        return store::find_suppression(db, definition.destination_key, member);
    }

    result<void> sort_anew(store::Database& db, const vault::Vault& vault, spool::Record record) {
        using RecordKind = spool::Record::Kind;
        auto suppression = suppression_of(db, record.member);
        if (!suppression) return suppression.error();
        if (record.kind == RecordKind::forget) {
            out.decided.push_back(delivered(std::move(record)));
            return {};
        }
        if (record.kind == RecordKind::leave) return sort_leave(db, std::move(record), *suppression);
        if (*suppression) {
            out.decided.push_back(suppressed(std::move(record), (**suppression).reason));
            return {};
        }
        if (record.kind == RecordKind::join) {
            auto known = store::find_in_ledger(db, vault, definition.export_id, record.member);
            if (!known) return known.error();
            if (!*known) return {};  // the member's upsert was refused, and counted there
            record.sent.contact_id = (**known).contact_id;
        }
        out.batch.members.push_back(std::move(record.sent));
        out.records.push_back(std::move(record));
        return {};
    }

    result<void> sort_leave(store::Database& db, spool::Record record,
                            const std::optional<store::Suppression>& suppression) {
        const model::GroupId& group = groups.groups[static_cast<std::size_t>(row.group)].id;
        auto elsewhere = store::held_by_other_export(db, definition.export_id, definition.destination_key,
                                                     group, record.member);
        if (!elsewhere) return elsewhere.error();
        const bool no_call =
            group.empty() || elsewhere->held || (suppression && model::is_in_no_group(suppression->reason));
        if (no_call) {
            out.decided.push_back(delivered(std::move(record)));
            return {};
        }
        out.batch.leavers.push_back(std::move(record.sent));
        leavers.push_back(std::move(record));
        return {};
    }
    std::vector<spool::Record> leavers;
    std::optional<std::vector<MemberHash>> known_suppressed;  // sorted; none: too many to read for one batch
};

}  // namespace

std::string print_job(const std::string& ticket, const std::vector<std::size_t>& left_out) {
    std::string out;
    for (const std::size_t position : left_out) out += std::to_string(position) + ",";
    return out + "|" + ticket;
}

StoredJob parse_job(const std::string& stored) {
    StoredJob out;
    const std::size_t bar = stored.find('|');
    if (bar == std::string::npos) return out;
    out.ticket = stored.substr(bar + 1);
    const char* at = stored.data();
    const char* const end = stored.data() + bar;
    for (std::size_t position = 0; at < end; ++at) {
        const auto [rest, bad] = std::from_chars(at, end, position);
        if (bad != std::errc{}) break;
        out.left_out.push_back(position);
        at = rest;
    }
    return out;
}

awaitable<result<LoadedBatch>> load_batch(Environment& env, const RunDefinition& definition,
                                          const GroupBits& groups, store::BatchRow row) {
    LoadedBatch out;
    out.batch.kind = row.kind;
    out.batch.destination = definition.settings.destination;
    out.batch.fields = definition.wire_fields;
    out.batch.resent = row.sends > 0;
    if (row.group >= 0) out.batch.group = groups.layout.groups[static_cast<std::size_t>(row.group)];
    const auto load = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto bytes = spool::read_batch(env.spool_dir, row);
        if (!bytes) return bytes.error();
        auto reading = store::Transaction::begin_reading(db);
        if (!reading) return reading.error();
        Sorter sorter{definition, groups, row, out, parse_job(row.ticket).left_out, 0, {}, {}};
        if (row.ticket.empty())
            if (auto known = sorter.know_suppressed(db); !known) return known;
        out.batch.members.reserve(row.members);
        out.batch.leavers.reserve(row.leavers);
        out.records.reserve(row.members + row.leavers);
        std::string_view in = *bytes;
        while (!in.empty()) {
            auto record = spool::decode(in);
            if (!record)
                return make_error(Errc::not_ready, "the spool of the run is damaged", "it is planned anew");
            if (auto sorted = sorter.sort(db, vault, std::move(*record)); !sorted) return sorted;
        }
        for (spool::Record& r : sorter.leavers) out.records.push_back(std::move(r));
        return reading->commit();
    };
    auto loaded = co_await env.store->run(load);
    if (!loaded) co_return loaded.error();
    co_return std::move(out);
}

}  // namespace audienced::run
