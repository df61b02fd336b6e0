#include "run/delivery/settle.hpp"

#include <algorithm>
#include <map>

#include "store/suppressions.hpp"

namespace audienced::run {
namespace {

using Kind = model::Outcome::Kind;
using model::CountedAs;
using model::RejectClass;

constexpr auto next_try_later = std::chrono::hours{24};

class Settler {
public:
    Settler(store::Database& db, const vault::Vault& vault, const SettleInput& in,
            const store::BatchRow& batch)
        : db_(db), vault_(vault), in_(in), batch_(batch) {}

    result<void> one(const Settled& s) {
        if (s.outcome.kind == Kind::suppressed)
            if (auto done = suppress(s); !done) return done;
        if (s.outcome.kind == Kind::rejected || s.outcome.kind == Kind::unknown)
            if (auto done = reject(s); !done) return done;
        switch (s.record.kind) {
            case spool::Record::Kind::upsert:
                return upsert(s);
            case spool::Record::Kind::join:
                return join(s);
            case spool::Record::Kind::leave:
                return leave(s);
            case spool::Record::Kind::forget:
                return forget(s);
        }
        return {};
    }
    const store::CountDelta& delta() const { return delta_; }

private:
    result<std::optional<store::LedgerRow>> row_of(const Settled& s) {
        return store::find_in_ledger(db_, vault_, in_.export_id, s.record.member);
    }

    void count(CountedAs counted_as, std::int64_t by) {
        if (counted_as == CountedAs::added) delta_.added += by;
        if (counted_as == CountedAs::updated) delta_.updated += by;
        if (counted_as == CountedAs::removed) delta_.removed += by;
    }
    void count_undelivered(const Settled& s) {
        if (s.outcome.kind == Kind::suppressed)
            ++delta_.suppressed;
        else
            ++delta_.rejected;
    }

    result<void> suppress(const Settled& s) {
        auto known = store::find_suppression(db_, in_.destination_key, s.record.member);
        if (!known) return known.error();
        if (*known) return {};
        store::Suppression to;
        to.destination_key = in_.destination_key;
        to.member = s.record.member;
        to.reason = s.outcome.opt_out.value_or(model::OptOutReason::unspecified);
        to.since = in_.now;
        return store::put_suppression(db_, to);
    }

    result<void> reject(const Settled& s) {
        const bool later =
            s.outcome.kind == Kind::unknown || s.outcome.reject_class == RejectClass::retry_later;
        store::Reject r;
        r.run = in_.run;
        if (s.record.segment < in_.segments.size()) r.segment = in_.segments[s.record.segment];
        r.row = s.record.row;
        r.member = s.record.member;
        r.code = s.outcome.code.empty() ? "outcome_unknown" : s.outcome.code;
        r.reject_class = later ? RejectClass::retry_later : s.outcome.reject_class;
        r.detail = s.outcome.detail;
        if (later) r.next_try = s.outcome.kind == Kind::unknown ? in_.now : in_.now + next_try_later;
        if (auto added = store::add_reject(db_, r); !added) return added;
        if (s.record.kind != spool::Record::Kind::upsert)
            return {};  // the ledger still lacks the group: tried again
        store::DeferredReject deferred;
        deferred.member = s.record.member;
        deferred.values = s.record.values_hash;
        deferred.code = r.code;
        deferred.reject_class = r.reject_class;
        deferred.attempts = 1;
        deferred.next_try = r.next_try;
        return store::put_deferred(db_, in_.export_id, deferred);
    }

    result<void> upsert(const Settled& s) {
        if (s.outcome.kind != Kind::delivered) {
            count_undelivered(s);
            return {};
        }
        store::LedgerRow row;  // merged with what is there: a group that the member was in already is no more
                               // ours than before
        row.member = s.record.member;
        row.values = s.record.values_hash;
        row.address = s.record.sent.address;
        row.contact_id = s.outcome.contact_id;
        row.last_run = in_.run;
        row.last_change = s.record.counted_as == CountedAs::added ? CountedAs::added : CountedAs::updated;
        for (int bit = 0; bit < 64; ++bit)
            if (in_.joined_by_upsert >> bit & 1)
                if (auto owned = own(row, bit, s, false); !owned) return owned;
        count(row.last_change, 1);
        if (auto put = store::merge_into_ledger(db_, vault_, in_.export_id, row); !put) return put;
        // A batch never both defers and delivers a member, so one check for deferred rows suffices.
        if (!any_deferred_) {
            auto deferred = store::has_deferred(db_, in_.export_id);
            if (!deferred) return deferred.error();
            any_deferred_ = *deferred;
        }
        return *any_deferred_ ? store::remove_deferred(db_, in_.export_id, s.record.member) : result<void>{};
    }

    /// The member is in the group now. Ours to take back, unless it was there by another's doing.
    result<void> own(store::LedgerRow& row, int bit, const Settled& s, bool was_member) {
        const std::uint64_t mask = std::uint64_t{1} << bit;
        const bool had = (row.groups & mask) != 0;
        row.groups |= mask;
        if (had) return {};
        const model::GroupId& group = in_.groups[static_cast<std::size_t>(bit)].id;
        auto others = others_in(bit);
        if (!others) return others.error();
        result<store::Held> elsewhere = store::Held{};
        if (others->other_export_feeds)
            elsewhere =
                store::held_by_other_export(db_, in_.export_id, in_.destination_key, group, s.record.member);
        if (!elsewhere) return elsewhere.error();
        result<bool> preexisting = false;
        if (others->preexisting)
            preexisting = store::is_preexisting_member(db_, in_.destination_key, group, s.record.member);
        if (!preexisting) return preexisting.error();
        if (elsewhere->owned || !(was_member || *preexisting)) {
            row.owned |= mask;
            return {};
        }
        return was_member && !*preexisting
                   ? store::add_preexisting_member(db_, in_.destination_key, group, s.record.member)
                   : result<void>{};
    }

    /// Mostly a group has no members but ours: asked once, not for each of forty thousand.
    struct Others {
        bool other_export_feeds = false, preexisting = false;
    };
    result<Others> others_in(int bit) {
        if (const auto known = others_.find(bit); known != others_.end()) return known->second;
        const model::GroupId& group = in_.groups[static_cast<std::size_t>(bit)].id;
        auto feeds = store::other_export_feeds(db_, in_.export_id, in_.destination_key, group);
        if (!feeds) return feeds.error();
        auto preexisting = store::has_preexisting_members(db_, in_.destination_key, group);
        if (!preexisting) return preexisting.error();
        Others found;
        found.other_export_feeds = *feeds;
        found.preexisting = *preexisting;
        return others_.emplace(bit, found).first->second;
    }

    result<void> join(const Settled& s) {
        auto known = row_of(s);
        if (!known) return known.error();
        if (!*known) return {};  // the member's upsert was refused, and counted there
        store::LedgerRow row = std::move(**known);
        if (s.outcome.kind != Kind::delivered) {
            if (s.record.counted_as == CountedAs::none && row.last_run == in_.run) count(row.last_change, -1);
            if (s.record.counted_as != CountedAs::none || row.last_run == in_.run) count_undelivered(s);
            // Counted once: what further groups say of the member changes nothing.
            row.last_run = 0;
            return store::put_in_ledger(db_, vault_, in_.export_id, row);
        }
        if (auto owned = own(row, batch_.group, s, s.outcome.was_member); !owned) return owned;
        return put_counted(s, row);
    }

    result<void> leave(const Settled& s) {
        if (s.outcome.kind == Kind::rejected || s.outcome.kind == Kind::unknown) {
            if (s.record.counted_as == CountedAs::updated) ++delta_.rejected;
            return {};  // the ledger still has the group: tried again by the next run
        }
        auto known = row_of(s);
        if (!known) return known.error();
        if (!*known) return {};
        store::LedgerRow row = std::move(**known);
        const std::uint64_t mask = std::uint64_t{1} << batch_.group;
        row.groups &= ~mask;
        row.owned &= ~mask;
        return put_counted(s, row);
    }

    result<void> put_counted(const Settled& s, store::LedgerRow& row) {
        if (s.record.counted_as == CountedAs::updated) {
            row.last_run = in_.run;
            row.last_change = CountedAs::updated;
        }
        count(s.record.counted_as, 1);
        if (s.record.left && row.owned == 0) return store::remove_from_ledger(db_, in_.export_id, row.member);
        return store::put_in_ledger(db_, vault_, in_.export_id, row);
    }

    result<void> forget(const Settled& s) {
        auto known = row_of(s);
        if (!known) return known.error();
        if (!*known) return {};
        store::LedgerRow row = std::move(**known);
        row.groups &= ~s.record.groups;
        if (s.record.left && row.owned == 0) return store::remove_from_ledger(db_, in_.export_id, row.member);
        return store::put_in_ledger(db_, vault_, in_.export_id, row);
    }

    store::Database& db_;
    const vault::Vault& vault_;
    const SettleInput& in_;
    const store::BatchRow& batch_;
    store::CountDelta delta_;
    std::optional<bool> any_deferred_;
    std::map<int, Others> others_;
};

/// Delivered members come last and by hash, as the ledger lies on disk, so that each of its pages is touched
/// once. What is reported keeps the order of the rows.
std::vector<const Settled*> in_order_of_writing(const std::vector<Settled>& settled) {
    std::vector<const Settled*> order;
    order.reserve(settled.size());
    for (const Settled& s : settled) order.push_back(&s);
    const auto delivered = std::stable_partition(
        order.begin(), order.end(), [](const Settled* s) { return s->outcome.kind != Kind::delivered; });
    std::stable_sort(delivered, order.end(),
                     [](const Settled* a, const Settled* b) { return a->record.member < b->record.member; });
    return order;
}

}  // namespace

result<void> settle(store::Database& db, const vault::Vault& vault, const SettleInput& in,
                    const store::BatchRow& batch, const std::vector<Settled>& settled) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    Settler settler(db, vault, in, batch);
    for (const Settled* s : in_order_of_writing(settled))
        if (auto done = settler.one(*s); !done) return done;
    if (auto counted = store::add_counts(db, in.run, settler.delta(), in.traffic); !counted) return counted;
    if (auto marked = store::mark_settled(db, in.run, batch.seq); !marked) return marked;
    return transaction->commit();
}

}  // namespace audienced::run
