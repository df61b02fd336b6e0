#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace audienced::provider::constant_contact {

/// The jobs behind a ticket. An import has one; a change of members may have one that adds and one that
/// removes, and positions of members that could not be added since their contact is not known.
struct Ticket {
    bool membership = false;
    std::string add, remove;  // job ids; an import's is `add`
    std::vector<std::size_t> absent;
};
std::string print_ticket(const Ticket&);
Ticket parse_ticket(std::string_view);

}  // namespace audienced::provider::constant_contact
