#include "provider/mailchimp/wire/outcomes_from_membership.hpp"

#include <unordered_map>

#include "base/text.hpp"
#include "provider/mailchimp/wire/row_errors.hpp"

namespace audienced::provider::mailchimp {
namespace {

using Class = model::RejectClass;
using Index = std::unordered_map<std::string_view, std::size_t>;  // address -> row

Index index_of(const std::vector<model::Member>& members, const std::vector<std::size_t>& rows) {
    Index out;
    for (const std::size_t row : rows) out.emplace(members[row].address, row);
    return out;
}

model::Outcome delivered(bool was_member) {
    model::Outcome o;
    o.kind = model::Outcome::Kind::delivered;
    o.was_member = was_member;
    return o;
}

model::Outcome refused(const RowError& error) {
    model::Outcome o = outcome_of(error);
    if (o.kind == model::Outcome::Kind::unknown) {
        o.kind = model::Outcome::Kind::rejected;
        o.reject_class = Class::retry_later;
    }
    return o;
}

}  // namespace

TagRows outcomes_from_membership(const TagChangeReply& reply, const model::Batch& batch, const TagRows& sent,
                                 bool resent, std::vector<model::Outcome>& outcomes) {
    Index adds = index_of(batch.members, sent.add), removes = index_of(batch.leavers, sent.remove);
    const std::size_t first_leaver = batch.members.size();
    // Each address is settled once: what is found is taken out of its index.
    const auto settle = [&](Index& index, std::size_t offset, std::string_view address,
                            const model::Outcome& o) {
        const auto found = index.find(address);
        if (found == index.end()) return false;
        outcomes[offset + found->second] = o;
        index.erase(found);
        return true;
    };
    const auto changed = [](const ReplyMember& m) {
        model::Outcome o = delivered(false);
        o.contact_id = model::ContactId(m.contact_id);
        return o;
    };
    for (const ReplyMember& m : reply.added) settle(adds, 0, m.address, changed(m));
    for (const ReplyMember& m : reply.removed) settle(removes, first_leaver, m.address, changed(m));
    for (const RowError& e : reply.errors) {
        const bool already_in = icontains(e.text, "already exist");
        const bool not_in = icontains(e.text, "do not exist") || icontains(e.text, "does not exist");
        for (const std::string& address : e.addresses) {
            if (already_in) {
                // After a lost answer it may be our call that put the member there.
                settle(adds, 0, address, delivered(!resent));
            } else if (not_in) {
                settle(removes, first_leaver, address, delivered(false));
            } else if (!settle(adds, 0, address, refused(e))) {
                settle(removes, first_leaver, address, refused(e));
            }
        }
    }
    TagRows missing;
    for (const std::size_t row : sent.add)
        if (adds.contains(batch.members[row].address)) missing.add.push_back(row);
    for (const std::size_t row : sent.remove)
        if (removes.contains(batch.leavers[row].address)) missing.remove.push_back(row);
    return missing;
}

}  // namespace audienced::provider::mailchimp
