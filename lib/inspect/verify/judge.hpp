// What a listing shows of one contact, against what is remembered of it. Pure.
#pragma once

#include <optional>
#include <vector>

#include "inspect/verify/report.hpp"
#include "model/membership.hpp"
#include "model/opt_out_reason.hpp"
#include "provider/types.hpp"

namespace audienced::inspect {

struct ListedMember {
    model::Membership known = model::Membership::none;  // of the group
    bool is_list = false;
    provider::ContactStatus::State state = provider::ContactStatus::State::mailable;
    std::vector<model::OptOutReason> opt_outs;
};
/// A contact that is shown in the group. `extra` and `extra_former` before all else: of those nothing is
/// expected.
std::optional<Drift> judge(const ListedMember&);

/// Is this the value that was sent, as far as the provider's own forms tell? `type` is the field's.
bool is_same_value(const std::string& type, std::string_view sent, std::string_view held);

}  // namespace audienced::inspect
