#include "run/delivery/settle.hpp"

#include <algorithm>

#include "plan/membership.hpp"
#include "run/delivery/refusals.hpp"
#include "store/acts.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/destinations.hpp"
#include "store/forgotten.hpp"
#include "store/intents.hpp"
#include "store/opt_outs.hpp"

namespace audienced::run {
namespace {

using Kind = model::Outcome::Kind;
using model::CountedAs;
using model::CountedIn;
using model::Standing;

class Settler {
public:
    Settler(store::Database& db, const vault::Vault& vault, const SettleInput& in)
        : db_(db), vault_(vault), in_(in), act_(act_of(in)), refusals_(db, in) {}

    /// What became of it meanwhile is not remembered of a member that was forgotten.
    result<void> know_forgotten() {
        auto members = store::forgotten_members(db_);
        if (!members) return members.error();
        forgotten_ = std::move(*members);
        return {};
    }
    result<void> one(const Settled& s) {
        changed_ = false;
        if (is_blank(s) || std::binary_search(forgotten_.begin(), forgotten_.end(), s.record.member)) {
            count_alone(s);
            return {};
        }
        if (s.outcome.kind == Kind::suppressed && s.called)
            if (auto done = suppress(s); !done) return done;
        bool maybe_changed = false;
        if (s.outcome.kind == Kind::unknown && s.called) {
            auto unclear = remember_unclear(db_, vault_, in_, s);
            if (!unclear) return unclear.error();
            maybe_changed = *unclear;
        }
        if (auto done = by_kind(s); !done) return done;
        if (s.called) act_.members.push_back(act_member(s, changed_ || maybe_changed));
        return {};
    }
    const store::CountDelta& delta() const { return delta_; }
    const store::Act& act() const { return act_; }

private:
    result<void> by_kind(const Settled& s) {
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

    void count_alone(const Settled& s) {
        if (s.record.counted_as == CountedAs::none && s.record.kind != spool::Record::Kind::upsert) return;
        if (s.outcome.kind == Kind::delivered)
            count(s.record.counted_as == CountedAs::none ? CountedAs::updated : s.record.counted_as, 1);
        else if (s.record.counted_as != CountedAs::removed)
            count_undelivered(s);
    }

    void count(CountedAs counted_as, std::int64_t by) {
        if (counted_as == CountedAs::added) delta_.added += by;
        if (counted_as == CountedAs::updated) delta_.updated += by;
        if (counted_as == CountedAs::removed) delta_.removed += by;
        if (in_.run_is_over && counted_as != CountedAs::removed && counted_as != CountedAs::none)
            delta_.not_sent -= by;
    }
    void count_undelivered(const Settled& s) {
        ++(s.outcome.kind == Kind::suppressed ? delta_.suppressed : delta_.rejected);
        if (in_.run_is_over) --delta_.not_sent;
    }

    result<void> suppress(const Settled& s) {
        auto state = store::get_pull_state(db_, in_.destination);
        if (!state) return state.error();
        store::OptOut to;
        to.destination = in_.destination;
        to.member = s.record.member;
        to.reason = s.outcome.opt_out.value_or(model::OptOutReason::unspecified);
        to.evidence = store::Evidence::response;
        to.run = in_.run;
        to.since = in_.now;
        to.seen_in = state->full_pulls;
        return store::put_opt_out(db_, to);
    }

    result<void> reject(const Settled& s, CountedIn counted_in) {
        return is_refused(s) ? refusals_.add(s, counted_in) : result<void>{};
    }

    result<void> upsert(const Settled& s) {
        if (s.outcome.kind != Kind::delivered) {
            count_undelivered(s);
            return reject(s, CountedIn::rejected);
        }
        store::Contact contact;
        contact.member = s.record.member;
        contact.contact_id = s.outcome.contact_id;
        contact.address = s.record.sent.address;
        if (auto put = store::put_contact(db_, vault_, in_.destination, contact); !put) return put;
        for (const store::GroupRow& list : in_.lists)
            if (auto put = in(list, s.record.member, false); !put) return put;
        store::DeliveredRow row;
        row.member = s.record.member;
        row.values = s.record.values_hash;
        row.last_run = in_.run;
        row.last_change = s.record.counted_as == CountedAs::added ? CountedAs::added : CountedAs::updated;
        count(row.last_change, 1);
        if (auto put = store::put_delivered(db_, in_.export_id, row); !put) return put;
        delta_.values_dropped += static_cast<std::int64_t>(s.outcome.refused_values.size());
        return refusals_.delivered(s);
    }

    result<Standing> standing_in(const store::GroupRow& group, const MemberHash& member) {
        auto known = store::find_membership(db_, group.no, member);
        if (!known) return known.error();
        return known->value_or(Standing{});
    }
    result<void> stand(const store::GroupRow& group, const MemberHash& member, Standing before,
                       Standing after) {
        if (after == before) return {};
        return store::put_membership(db_, group.no, member, after);
    }

    /// The member is in the group now.
    result<void> in(const store::GroupRow& group, const MemberHash& member, bool was_member) {
        auto before = standing_in(group, member);
        if (!before) return before.error();
        const Standing after = plan::after_join(*before, in_.slots, was_member);
        changed_ = after.state == model::Membership::ours && before->state != model::Membership::ours;
        return stand(group, member, *before, after);
    }

    result<void> join(const Settled& s) {
        auto known = store::find_delivered(db_, in_.export_id, s.record.member);
        if (!known) return known.error();
        if (s.record.restore) return restore(s, *known);
        if (!*known) return {};  // the member's upsert was refused, and counted there
        store::DeliveredRow row = **known;
        if (s.outcome.kind != Kind::delivered) {
            if (s.record.counted_as == CountedAs::none && row.last_run == in_.run) count(row.last_change, -1);
            if (s.record.counted_as != CountedAs::none || row.last_run == in_.run) {
                count_undelivered(s);
                if (auto listed = reject(s, CountedIn::rejected); !listed) return listed;
            }
            // Counted once: what further groups say of the member changes nothing.
            row.last_run = 0;
            return store::put_delivered(db_, in_.export_id, row);
        }
        if (auto put = in(in_.group, s.record.member, s.called && s.outcome.was_member); !put) return put;
        count(s.record.counted_as, 1);
        return s.record.counted_as == CountedAs::updated ? put_updated(row) : result<void>{};
    }

    /// Puts back what an earlier run took. Its values are as that run left them: not known, where it forgot
    /// the member, so that the next plan that has the member sends them.
    result<void> restore(const Settled& s, const std::optional<store::DeliveredRow>& known) {
        if (s.outcome.kind == Kind::delivered) {
            auto put = in(in_.group, s.record.member, s.called && s.outcome.was_member);
            if (!put) return put;
            store::DeliveredRow row = known.value_or(store::DeliveredRow{});
            row.member = s.record.member;
            if (s.record.counted_as == CountedAs::none) {
                if (!known) row.last_run = in_.run;
                return store::put_delivered(db_, in_.export_id, row);
            }
            count(s.record.counted_as, 1);
            row.last_run = in_.run;
            row.last_change = s.record.counted_as;
            return store::put_delivered(db_, in_.export_id, row);
        }
        if (s.record.counted_as == CountedAs::none) return {};  // another record of the member says it
        count_undelivered(s);
        if (s.outcome.kind == Kind::suppressed) return refusals_.not_restored(s);
        return reject(s, CountedIn::rejected);
    }

    result<void> put_updated(store::DeliveredRow row) {
        row.last_run = in_.run;
        row.last_change = CountedAs::updated;
        return store::put_delivered(db_, in_.export_id, row);
    }

    result<void> leave(const Settled& s) {
        if (is_refused(s)) {
            // The membership is still owned: tried again by the next run.
            if (s.record.counted_as != CountedAs::updated) return reject(s, CountedIn::removals);
            count_undelivered(s);
            return reject(s, CountedIn::rejected);
        }
        auto before = standing_in(in_.group, s.record.member);
        if (!before) return before.error();
        // Where no other export holds it and no call was due, the contact or the group is gone.
        const bool out =
            s.called || (plan::is_held(*before, in_.slots) && !plan::is_held_elsewhere(*before, in_.slots));
        const Standing after = out ? plan::after_leave(*before, in_.slots, in_.group.is_list)
                                   : plan::after_release(*before, in_.slots);
        changed_ = s.called && before->state != after.state;
        if (auto put = stand(in_.group, s.record.member, *before, after); !put) return put;
        if (changed_)
            if (auto noted = store::set_removed_at(db_, in_.destination, s.record.member, in_.now); !noted)
                return noted;
        count(s.record.counted_as, 1);
        if (s.record.left) return store::remove_delivered(db_, in_.export_id, s.record.member);
        if (s.record.counted_as != CountedAs::updated) return {};
        auto known = store::find_delivered(db_, in_.export_id, s.record.member);
        if (!known) return known.error();
        return *known ? put_updated(**known) : result<void>{};
    }

    result<void> forget(const Settled& s) {
        for (const store::GroupRow& group : in_.groups) {
            if (!(s.record.groups >> group.bit & 1) || group.no == model::GroupNo()) continue;
            auto before = standing_in(group, s.record.member);
            if (!before) return before.error();
            auto put = stand(group, s.record.member, *before, plan::after_release(*before, in_.slots));
            if (!put) return put;
        }
        return s.record.left ? store::remove_delivered(db_, in_.export_id, s.record.member) : result<void>{};
    }

    store::Database& db_;
    const vault::Vault& vault_;
    const SettleInput& in_;
    store::CountDelta delta_;
    store::Act act_;
    bool changed_ = false;
    std::vector<MemberHash> forgotten_;  // sorted
    Refusals refusals_;
};

/// Delivered members come last and by hash, as the tables lie on disk, so that each of their pages is touched
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
                    const std::vector<Settled>& settled) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    Settler settler(db, vault, in);
    if (auto known = settler.know_forgotten(); !known) return known;
    for (const Settled* s : in_order_of_writing(settled))
        if (auto done = settler.one(*s); !done) return done;
    if (auto counted = store::add_counts(db, in.run, settler.delta(), in.traffic); !counted) return counted;
    if (!settler.act().members.empty())
        if (auto added = store::add_act(db, settler.act()); !added) return added;
    if (in.intent != 0)
        if (auto ended = store::remove_intent(db, in.intent); !ended) return ended;
    if (auto marked = store::mark_settled(db, in.run, in.seq); !marked) return marked;
    if (in.settled_at)
        if (auto noted = store::note_settled(db, in.destination, *in.settled_at); !noted) return noted;
    return transaction->commit();
}

}  // namespace audienced::run
