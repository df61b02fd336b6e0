// What a preview saw of contacts, to plan with beside the memory.
#pragma once

#include <vector>

#include "base/digest.hpp"

namespace audienced::run {

/// What the memory does not know yet; each sorted.
struct SeenContacts {
    std::vector<MemberHash> opted_out;  // among them those that left the list
    std::vector<MemberHash> existing;   // beside a list that had members, which they may have left
};

}  // namespace audienced::run
