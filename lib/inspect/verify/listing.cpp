#include "inspect/verify/listing.hpp"

#include <cstring>
#include <set>

#include "store/contacts.hpp"
#include "store/opt_outs.hpp"

namespace audienced::inspect {
namespace {

using model::Membership;

constexpr std::size_t most_strangers = 20'000;  // some megabytes; then the contacts are read through for them
constexpr std::size_t contacts_a_slice = 20'000;
constexpr std::size_t rows_a_slice = 5'000;  // some milliseconds of the store's thread

std::uint64_t random_below(Random& random, std::uint64_t limit) {
    std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
    random.fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value % limit;
}

std::string state_words(provider::ContactStatus::State state) {
    const auto reason = provider::opt_out_of(state);
    return reason ? std::string("there it is ") + model::to_string(*reason) : std::string();
}

std::string reasons_words(const std::vector<model::OptOutReason>& reasons) {
    std::string out;
    for (const model::OptOutReason reason : reasons)
        out += (out.empty() ? "here it is " : ", ") + std::string(to_string(reason));
    return out;
}

result<std::vector<model::OptOutReason>> reasons_of(store::Database& db, model::DestinationId destination,
                                                    const MemberHash& member) {
    auto found = store::opt_outs_of(db, destination, member);
    if (!found) return found.error();
    std::vector<model::OptOutReason> out;
    for (const store::OptOut& one : *found) out.push_back(one.reason);
    return out;
}

}  // namespace

void ContactSample::offer(SampledContact contact) {
    ++offered_;
    if (chosen_.size() < size_)
        chosen_.push_back(std::move(contact));
    else if (const std::uint64_t place = size_ == 0 ? 0 : random_below(random_, offered_); place < size_)
        chosen_[place] = std::move(contact);
}

GroupComparison::GroupComparison(store::Store& store, ListingQuestion question, Verification& report,
                                 ContactSample& sample)
    : store_(store), q_(std::move(question)), report_(report), sample_(sample), place_(report.groups.size()) {
    GroupReport& made = report_.groups.emplace_back();
    made.title = q_.group.title;
    made.is_list = q_.group.is_list;
}

void GroupComparison::note(Drift kind, const MemberHash& member, const std::string& address,
                           std::string detail) {
    DriftReport& drift = report_.of(kind);
    ++drift.count;
    if (drift.examples.size() >= q_.examples) return;
    drift.examples.push_back({kind, q_.group.title, address, member, std::move(detail)});
}

awaitable<result<void>> GroupComparison::seen(std::vector<provider::ContactStatus> page) {
    const auto compare = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        auto reading = store::Transaction::begin_reading(db);
        if (!reading) return reading.error();
        for (const provider::ContactStatus& contact : page)
            if (auto done = one(db, vault, contact); !done) return done;
        return {};
    };
    if (auto done = co_await store_.run(compare); !done) co_return done;
    if (strangers_.size() >= most_strangers) co_return co_await place_strangers();
    co_return result<void>{};
}

result<void> GroupComparison::one(store::Database& db, const vault::Vault& vault,
                                  const provider::ContactStatus& contact) {
    const MemberHash listed = vault.members().member(contact.address);
    // Pages overlap, so that no row is missed while the set changes.
    if (!shown_.insert(listed).second) return {};
    ++group().listed;
    auto from = store::find_moved_here(db, q_.destination, listed);
    if (!from) return from.error();
    const MemberHash member = from->value_or(listed);
    auto standing = store::find_membership(db, q_.group.no, member);
    if (!standing) return standing.error();
    auto reasons = reasons_of(db, q_.destination, member);
    if (!reasons) return reasons.error();
    // That its address changed is known, and no difference.
    std::erase(*reasons, model::OptOutReason::address_changed);
    ListedMember found;
    found.known = *standing ? (**standing).state : Membership::none;
    found.is_list = q_.group.is_list;
    found.state = contact.state;
    found.opt_outs = std::move(*reasons);
    shown_.insert(member);
    if (found.known == Membership::ours) ++group().ours;
    if (found.known == Membership::others) ++group().others;
    if (model::is_unclear(found.known)) ++group().unclear;
    const auto drift = judge(found);
    if (drift == Drift::extra && !contact.contact_id.empty()) {
        strangers_[contact.contact_id.text()] = contact;
        return {};
    }
    if (drift == Drift::forgotten)
        note(*drift, member, contact.address, {});
    else if (drift)
        note(*drift, member, contact.address,
             *drift == Drift::opted_out_there ? state_words(contact.state) : reasons_words(found.opt_outs));
    if (!drift && contact.state == provider::ContactStatus::State::mailable)
        sample_.offer({member, contact.address, contact.contact_id});
    return {};
}

awaitable<result<void>> GroupComparison::place_strangers() {
    if (strangers_.empty()) co_return result<void>{};
    std::set<std::string> ids;
    for (const auto& [id, contact] : strangers_) ids.insert(id);
    std::map<std::string, MemberHash> known;
    std::optional<MemberHash> after;
    do {
        const auto scan = [&](store::Database& db, const vault::Vault&) {
            return store::find_by_contact_id(
                db, q_.destination, ids, after, contacts_a_slice,
                [&](const store::Contact& c) { known[c.contact_id.text()] = c.member; });
        };
        auto scanned = co_await store_.run(scan);
        if (!scanned) co_return scanned.error();
        after = *scanned;
    } while (after);
    const auto tell = [&](store::Database& db, const vault::Vault& vault) -> result<void> {
        for (const auto& [id, contact] : strangers_) {
            const MemberHash listed = vault.members().member(contact.address);
            const auto at = known.find(id);
            if (at == known.end() || at->second == listed) {
                note(Drift::extra, listed, contact.address);
                continue;
            }
            shown_.insert(at->second);
            auto before = store::find_contact(db, vault, q_.destination, at->second);
            if (!before) return before.error();
            note(Drift::address_changed, at->second, *before ? (**before).address : std::string(),
                 "there it is " + contact.address);
        }
        return {};
    };
    auto told = co_await store_.run(tell);
    strangers_.clear();
    co_return told;
}

result<void> GroupComparison::missing(store::Database& db, const vault::Vault& vault,
                                      const MemberHash& member) {
    auto reasons = store::opt_outs_of(db, q_.destination, member);
    if (!reasons) return reasons.error();
    if (!reasons->empty()) {
        ++group().away;
        return {};
    }
    const bool wanted = report_.of(Drift::missing).examples.size() < q_.examples;
    std::string address;
    if (wanted) {
        auto contact = store::find_contact(db, vault, q_.destination, member);
        if (!contact) return contact.error();
        if (*contact) address = (**contact).address;
    }
    note(Drift::missing, member, address);
    return {};
}

awaitable<result<void>> GroupComparison::find_missing() {
    std::optional<MemberHash> after;
    for (std::size_t rows = rows_a_slice; rows == rows_a_slice;) {
        const auto scan = [&](store::Database& db, const vault::Vault& vault) -> result<std::size_t> {
            std::vector<MemberHash> absent;
            std::optional<MemberHash> last = after;
            auto scanned = store::scan_memberships(db, q_.group.no, after, rows_a_slice,
                                                   [&](const MemberHash& member, model::Standing standing) {
                                                       last = member;
                                                       if (standing.state != Membership::ours) return;
                                                       if (shown_.find(member) == plan::MemberIndex::none)
                                                           absent.push_back(member);
                                                   });
            if (!scanned) return scanned;
            after = last;
            for (const MemberHash& member : absent)
                if (auto done = missing(db, vault, member); !done) return done.error();
            return scanned;
        };
        auto scanned = co_await store_.run(scan);
        if (!scanned) co_return scanned.error();
        rows = *scanned;
    }
    co_return result<void>{};
}

awaitable<result<void>> GroupComparison::finish() {
    if (auto placed = co_await place_strangers(); !placed) co_return placed;
    co_return co_await find_missing();
}

}  // namespace audienced::inspect
