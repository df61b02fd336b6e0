// What a call asked for, where its outcome is not known and is not going to be.
#include <algorithm>

#include "plan/membership.hpp"
#include "run/delivery/settle.hpp"
#include "store/acts.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/forgotten.hpp"
#include "store/intents.hpp"

namespace audienced::run {
namespace {

using model::Standing;
using plan::Change;

/// What the call may have changed.
result<Change> unclear(store::Database& db, const SettleInput& in, const store::GroupRow& group,
                       const MemberHash& member, bool joined) {
    auto known = store::find_membership(db, group.no, member);
    if (!known) return known.error();
    const Standing before = known->value_or(Standing{});
    const Standing after =
        joined ? plan::after_unclear_join(before, in.slots) : plan::after_unclear_leave(before);
    if (after == before) return Change::none;
    if (auto put = store::put_membership(db, group.no, member, after); !put) return put.error();
    return plan::change_of(before, after, in.slots);
}

result<Change> unclear_upsert(store::Database& db, const vault::Vault& vault, const SettleInput& in,
                              const Settled& s) {
    if (auto done = store::forget_values(db, in.export_id, s.record.member); !done) return done.error();
    Change change = Change::none;
    for (const store::GroupRow& list : in.lists) {
        auto done = unclear(db, in, list, s.record.member, true);
        if (!done) return done;
        change = std::max(change, *done);
    }
    if (in.lists.empty() || s.record.sent.address.empty()) return change;
    // A removal needs it, if the plan does not want the member any more.
    store::Contact contact;
    contact.member = s.record.member;
    contact.address = s.record.sent.address;
    if (auto put = store::put_contact(db, vault, in.destination, contact); !put) return put.error();
    return change;
}

}  // namespace

result<Change> remember_unclear(store::Database& db, const vault::Vault& vault, const SettleInput& in,
                                const Settled& s) {
    if (s.record.kind == spool::Record::Kind::upsert) return unclear_upsert(db, vault, in, s);
    return unclear(db, in, in.group, s.record.member, s.record.kind == spool::Record::Kind::join);
}

store::Act act_of(const SettleInput& in) {
    store::Act act;
    act.run = in.run;
    act.destination = in.destination;
    act.export_id = in.export_id;
    act.ticket = in.ticket;
    act.kind = in.kind;
    act.group = in.group.no;
    act.at = in.now;
    return act;
}

store::ActMember act_member(const Settled& s, Change change) {
    using Asked = store::ActMember::Asked;
    store::ActMember m;
    m.member = s.record.member;
    m.asked = s.record.kind == spool::Record::Kind::upsert  ? Asked::upsert
              : s.record.kind == spool::Record::Kind::leave ? Asked::leave
                                                            : Asked::join;
    m.outcome = s.outcome.kind;
    m.changed = change == Change::membership;
    m.hold = change == Change::hold;
    m.called = s.called;
    return m;
}

result<void> close_unclear(store::Database& db, const vault::Vault& vault, const SettleInput& in,
                           const std::vector<Settled>& records) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto forgotten = store::forgotten_members(db);
    if (!forgotten) return forgotten.error();
    store::Act act = act_of(in);
    for (const Settled& s : records) {
        if (!s.called || is_blank(s)) continue;
        if (std::binary_search(forgotten->begin(), forgotten->end(), s.record.member)) continue;
        auto change = remember_unclear(db, vault, in, s);
        if (!change) return change.error();
        // What it may have changed can be undone; what it did not change was not done.
        if (*change == Change::none) continue;
        act.members.push_back(act_member(s, *change));
        act.members.back().outcome = model::Outcome::Kind::unknown;
    }
    if (!act.members.empty())
        if (auto added = store::add_act(db, act); !added) return added;
    if (in.intent != 0)
        if (auto ended = store::remove_intent(db, in.intent); !ended) return ended;
    return transaction->commit();
}

}  // namespace audienced::run
