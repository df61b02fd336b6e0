// What a call asked for, where its outcome is not known and is not going to be.
#include <algorithm>

#include "plan/membership.hpp"
#include "run/delivery/settle.hpp"
#include "store/contacts.hpp"
#include "store/delivered.hpp"
#include "store/forgotten.hpp"
#include "store/intents.hpp"

namespace audienced::run {
namespace {

using model::Standing;

result<void> unclear(store::Database& db, const SettleInput& in, const store::GroupRow& group,
                     const MemberHash& member, bool joined) {
    auto known = store::find_membership(db, group.no, member);
    if (!known) return known.error();
    const Standing before = known->value_or(Standing{});
    const Standing after =
        joined ? plan::after_unclear_join(before, in.slots) : plan::after_unclear_leave(before);
    return after == before ? result<void>{} : store::put_membership(db, group.no, member, after);
}

result<void> unclear_upsert(store::Database& db, const vault::Vault& vault, const SettleInput& in,
                            const Settled& s) {
    if (auto done = store::forget_values(db, in.export_id, s.record.member); !done) return done;
    for (const store::GroupRow& list : in.lists)
        if (auto done = unclear(db, in, list, s.record.member, true); !done) return done;
    if (in.lists.empty() || s.record.sent.address.empty()) return {};
    // A removal needs it, if the plan does not want the member any more.
    store::Contact contact;
    contact.member = s.record.member;
    contact.address = s.record.sent.address;
    return store::put_contact(db, vault, in.destination, contact);
}

}  // namespace

result<void> remember_unclear(store::Database& db, const vault::Vault& vault, const SettleInput& in,
                              const Settled& s) {
    if (s.record.kind == spool::Record::Kind::upsert) return unclear_upsert(db, vault, in, s);
    return unclear(db, in, in.group, s.record.member, s.record.kind == spool::Record::Kind::join);
}

result<void> close_unclear(store::Database& db, const vault::Vault& vault, const SettleInput& in,
                           const std::vector<Settled>& records) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto forgotten = store::forgotten_members(db);
    if (!forgotten) return forgotten.error();
    for (const Settled& s : records) {
        if (!s.called || is_blank(s)) continue;
        if (std::binary_search(forgotten->begin(), forgotten->end(), s.record.member)) continue;
        if (auto done = remember_unclear(db, vault, in, s); !done) return done;
    }
    if (in.intent != 0)
        if (auto ended = store::remove_intent(db, in.intent); !ended) return ended;
    return transaction->commit();
}

}  // namespace audienced::run
