// What a write does to a contact's subscription. Pure: the whole consent table is here and nowhere else.
#pragma once

#include <optional>
#include <string>

#include "mailchimp/model.hpp"
#include "world/knobs.hpp"

namespace audienced::sandbox::mailchimp {

struct Wish {
    std::optional<Status> status, status_if_new;
    bool update_existing = true;  // false: a known contact is an error
    bool bulk = false;
};

struct Verdict {
    enum class Kind { create, keep, set, exists, compliance, forgotten, not_validated } kind = Kind::keep;
    Status status = Status::subscribed;  // for create and set
    bool as_new = false;                 // counts among new_members
};

/// `known` is nullptr for an address that is not on the list.
Verdict decide(const Member* known, const Wish&, const Knobs&);

}  // namespace audienced::sandbox::mailchimp
