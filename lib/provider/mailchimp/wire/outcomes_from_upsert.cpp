#include "provider/mailchimp/wire/outcomes_from_upsert.hpp"

#include <unordered_map>

#include "provider/mailchimp/wire/row_errors.hpp"

namespace audienced::provider::mailchimp {
namespace {

/// The contact was there before this batch, and now Mailchimp counts it as new: it had been archived or
/// deleted meanwhile, and this call subscribed it again. An earlier attempt of ours cannot be the reason,
/// since it would have met the same contact.
void become_alarm(model::Outcome& o) {
    o.kind = model::Outcome::Kind::rejected;
    o.reject_class = model::RejectClass::never;
    o.code = "subscribed_again";
    o.detail = "this contact was archived or deleted at Mailchimp, and the call subscribed it again";
    o.alarm = true;
}

}  // namespace

Unsettled outcomes_from_upsert(const UpsertReply& reply, const model::Batch& batch,
                               std::span<const std::size_t> rows, std::vector<model::Outcome>& outcomes) {
    using Fate = model::Outcome::Kind;
    std::unordered_map<std::string_view, std::size_t> row_of;
    for (const std::size_t row : rows) row_of.emplace(batch.members[row].address, row);
    enum class Mention : char { none, answered, unexplained };
    std::unordered_map<std::size_t, Mention> mentions;

    const auto answered = [&](const std::vector<ReplyMember>& members, bool created) {
        for (const ReplyMember& m : members) {
            const auto found = row_of.find(m.address);
            if (found == row_of.end()) continue;
            model::Outcome o = outcome_of_status(m.status);
            if (o.kind == Fate::unknown) continue;
            o.created = created;
            o.contact_id = model::ContactId(m.contact_id);
            if (created && o.kind == Fate::delivered && batch.members[found->second].known) become_alarm(o);
            outcomes[found->second] = std::move(o);
            mentions[found->second] = Mention::answered;
        }
    };
    answered(reply.created, true);
    answered(reply.updated, false);
    for (const RowError& e : reply.errors) {
        for (const std::string& address : e.addresses) {
            const auto found = row_of.find(address);
            if (found == row_of.end() || mentions[found->second] == Mention::answered) continue;
            model::Outcome o = outcome_of(e);
            mentions[found->second] = o.kind == Fate::unknown ? Mention::unexplained : Mention::answered;
            outcomes[found->second] = std::move(o);
        }
    }
    Unsettled left;
    for (const std::size_t row : rows) {
        if (mentions[row] == Mention::none) left.missing.push_back(row);
        if (mentions[row] == Mention::unexplained) left.unexplained.push_back(row);
    }
    return left;
}

}  // namespace audienced::provider::mailchimp
