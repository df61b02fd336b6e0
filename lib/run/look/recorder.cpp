#include "run/look/recorder.hpp"

#include <set>

#include "store/delivered.hpp"
#include "store/opt_outs.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t most_unknown = 20'000;  // some megabytes; then the contacts are read through for them
constexpr std::size_t rows_a_slice = 20'000;  // some milliseconds of the store's thread

}  // namespace

awaitable<result<void>> LookRecorder::seen(Page page) {
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (auto taken = take(db, vault, page); !taken) return taken;
        return transaction->commit();
    };
    auto written = co_await store_.run(write);
    if (!written) co_return written;
    if (unknown_.size() >= most_unknown) co_return co_await place_unknown();
    co_return result<void>{};
}

result<void> LookRecorder::take(store::Database& db, const vault::Vault& vault, const Page& page) {
    if (!any_contacts_) {
        auto any = store::has_contacts(db, in_.destination);
        if (!any) return any.error();
        any_contacts_ = *any;
        auto moved = store::has_moved(db, in_.destination);
        if (!moved) return moved.error();
        any_moved_ = *moved;
    }
    for (const provider::ContactStatus& contact : page)
        if (auto done = one(db, vault, contact); !done) return done;
    return {};
}

result<void> LookRecorder::one(store::Database& db, const vault::Vault& vault,
                               const provider::ContactStatus& contact) {
    const MemberHash listed = vault.members().member(contact.address);
    if (is_forgotten(in_, listed)) {
        // Unless a contact that is remembered under another address has it now.
        if (!contact.contact_id.empty()) unknown_[contact.contact_id.text()] = contact;
        return {};
    }
    MemberHash member = listed;
    if (*any_moved_) {
        auto from = store::find_moved_here(db, in_.destination, listed);
        if (!from) return from.error();
        if (*from) member = **from;
    }
    if (!*any_contacts_) return remember(db, in_, member, contact);
    auto known = store::peek_contact(db, in_.destination, member);
    if (!known) return known.error();
    if (*known && ((**known).contact_id.empty() || contact.contact_id.empty() ||
                   (**known).contact_id == contact.contact_id))
        return known_contact(db, vault, **known, listed, contact);
    if (contact.contact_id.empty()) return remember(db, in_, member, contact);
    // The address of a contact that has moved away: another contact has it now.
    if (*known && (**known).moved_to) return {};
    if (*known) new_ids_[member] = contact.contact_id;
    unknown_[contact.contact_id.text()] = contact;
    return {};
}

result<void> LookRecorder::known_contact(store::Database& db, const vault::Vault& vault,
                                         const store::Contact& known, const MemberHash& listed,
                                         const provider::ContactStatus& contact) {
    const MemberHash& member = known.member;
    if (!contact.contact_id.empty() && known.contact_id != contact.contact_id)
        if (auto set = store::set_contact_id(db, in_.destination, member, contact.contact_id); !set)
            return set;
    if (member == listed && known.moved_to) {
        auto back = store::set_moved_back(db, vault, in_.destination, member, contact.address);
        if (!back) return back;
        auto lifted = store::lift_opt_out(db, in_.destination, member, model::OptOutReason::address_changed);
        if (!lifted) return lifted;
    }
    return remember(db, in_, member, contact);
}

result<void> LookRecorder::moved(store::Database& db, const vault::Vault& vault, const MemberHash& from,
                                 const provider::ContactStatus& contact) {
    store::Contact now;
    now.member = from;
    now.contact_id = contact.contact_id;
    now.address = contact.address;
    const MemberHash listed = vault.members().member(contact.address);
    if (listed != from) now.moved_to = listed;
    if (is_forgotten(in_, listed)) return address_changed(db, from);
    if (auto put = store::put_contact(db, vault, in_.destination, now); !put) return put;
    any_moved_ = true;
    if (!now.moved_to) return remember(db, in_, from, contact);
    if (auto put = address_changed(db, from); !put) return put;
    return remember(db, in_, from, contact);
}

result<void> LookRecorder::address_changed(store::Database& db, const MemberHash& member) {
    store::OptOut o;
    o.destination = in_.destination;
    o.member = member;
    o.reason = model::OptOutReason::address_changed;
    o.run = in_.run;
    o.since = in_.now;
    o.seen_in = in_.full_pull;
    return store::put_opt_out(db, o);
}

awaitable<result<void>> LookRecorder::place_unknown() {
    if (unknown_.empty()) co_return result<void>{};
    std::set<std::string> ids;
    for (const auto& [id, contact] : unknown_) ids.insert(id);
    std::map<std::string, MemberHash> found;
    std::optional<MemberHash> after;
    do {
        const auto scan = [&](store::Database& db, const vault::Vault&) {
            return store::find_by_contact_id(
                db, in_.destination, ids, after, rows_a_slice,
                [&](const store::Contact& c) { found[c.contact_id.text()] = c.member; });
        };
        auto scanned = co_await store_.run(scan);
        if (!scanned) co_return scanned.error();
        after = *scanned;
    } while (after);
    const auto write = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        for (const auto& [id, contact] : unknown_)
            if (const auto from = found.find(id); from != found.end())
                if (auto done = moved(db, vault, from->second, contact); !done) return done;
        for (const auto& [id, contact] : unknown_)
            if (!found.contains(id))
                if (auto done = stranger(db, vault, contact); !done) return done;
        return transaction->commit();
    };
    auto written = co_await store_.run(write);
    unknown_.clear();
    co_return written;
}

result<void> LookRecorder::stranger(store::Database& db, const vault::Vault& vault,
                                    const provider::ContactStatus& contact) {
    const MemberHash member = vault.members().member(contact.address);
    if (is_forgotten(in_, member)) return {};
    auto known = store::peek_contact(db, in_.destination, member);
    if (!known) return known.error();
    // The contact of that address moved away in this very look, and what is remembered goes along with it.
    if (*known && (**known).moved_to) return {};
    return remember(db, in_, member, contact);
}

result<void> LookRecorder::made_anew(store::Database& db, const MemberHash& member,
                                     const model::ContactId& id) {
    for (const store::GroupRow& group : in_.groups) {
        if (group.is_list) continue;  // who left a list may come back as another contact
        auto known = store::find_membership(db, group.no, member);
        if (!known) return known.error();
        if (!*known || (**known).state == model::Membership::others || model::is_unclear((**known).state))
            continue;
        if (auto put = store::put_membership(db, group.no, member, {}); !put) return put;
    }
    if (auto forgot = store::forget_values(db, in_.destination, member); !forgot) return forgot;
    return store::set_contact_id(db, in_.destination, member, id);
}

awaitable<result<void>> LookRecorder::end_changes() {
    auto placed = co_await place_unknown();
    in_.changed_since_backup = false;
    co_return placed;
}

awaitable<result<void>> LookRecorder::finish() {
    if (auto placed = co_await place_unknown(); !placed) co_return placed;
    if (new_ids_.empty()) co_return result<void>{};
    const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        for (const auto& [member, id] : new_ids_) {
            auto known = store::peek_contact(db, in_.destination, member);
            if (!known) return known.error();
            if (!*known || (**known).moved_to) continue;
            if (auto done = made_anew(db, member, id); !done) return done;
        }
        return transaction->commit();
    };
    co_return co_await store_.run(write);
}

}  // namespace audienced::run
