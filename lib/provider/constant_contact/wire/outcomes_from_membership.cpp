#include "provider/constant_contact/wire/outcomes_from_membership.hpp"

#include "provider/refusal.hpp"

namespace audienced::provider::constant_contact {
namespace {

model::Outcome later(const char* code, std::string detail) {
    model::Outcome o;
    o.kind = model::Outcome::Kind::rejected;
    o.reject_class = model::RejectClass::retry_later;
    o.code = code;
    o.detail = std::move(detail);
    return o;
}

model::Outcome outcome_of(const Activity* job) {
    if (job && !job->errors.empty()) return later("not_confirmed", without_addresses(job->errors.front()));
    model::Outcome o;
    o.kind = model::Outcome::Kind::delivered;
    return o;
}

}  // namespace

std::vector<model::Outcome> outcomes_from_membership(const model::Batch& batch, const Ticket& ticket,
                                                     const Activity* added, const Activity* removed) {
    std::vector<model::Outcome> out(batch.members.size(), outcome_of(added));
    for (std::size_t i = 0; i < out.size(); ++i) out[i].contact_id = batch.members[i].contact_id;
    for (const std::size_t i : ticket.absent)
        if (i < out.size())
            out[i] = later("not_visible", "Constant Contact does not show this contact on the list");
    out.insert(out.end(), batch.leavers.size(), outcome_of(removed));
    return out;
}

}  // namespace audienced::provider::constant_contact
