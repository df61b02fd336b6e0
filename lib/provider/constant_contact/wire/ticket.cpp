#include "provider/constant_contact/wire/ticket.hpp"

#include <algorithm>
#include <charconv>

namespace audienced::provider::constant_contact {

std::string print_ticket(const Ticket& t) {
    if (!t.membership) return t.add;
    std::string out = "members;" + t.add + ";" + t.remove + ";";
    for (const std::size_t i : t.absent) out += std::to_string(i) + ",";
    return out;
}

Ticket parse_ticket(std::string_view text) {
    Ticket t;
    const auto part = [&] {
        const auto end = std::min(text.find(';'), text.size());
        const std::string_view out = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        return out;
    };
    const std::string_view first = part();
    if (first != "members") {
        t.add = first;
        return t;
    }
    t.membership = true;
    t.add = part();
    t.remove = part();
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; at < end; ++at) {
        const auto [rest, bad] = std::from_chars(at, end, i);
        if (bad != std::errc{}) break;
        t.absent.push_back(i);
        at = rest;
    }
    return t;
}

}  // namespace audienced::provider::constant_contact
