#include "inspect/verify/judge.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "base/text.hpp"

namespace audienced::inspect {
namespace {

using model::Membership;
using model::OptOutReason;

/// Reasons that speak of the contact as it is shown: one that may be mailed has none of them.
bool is_of_state(OptOutReason reason) {
    return model::is_shown_by_full_pull(reason) || reason == OptOutReason::deleted;
}

std::optional<double> number_of(std::string_view text) {
    const std::string copy(text);
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    if (copy.empty() || end != copy.c_str() + copy.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

/// The whole numbers of a text, sorted: a date has the same in every order of writing it.
std::vector<int> parts_of(std::string_view text) {
    std::vector<int> parts;
    bool inside = false;
    for (const char c : text) {
        if (is_digit(c) && (!inside || parts.back() > 99'999)) parts.push_back(0);
        if (is_digit(c)) parts.back() = parts.back() * 10 + (c - '0');
        inside = is_digit(c);
    }
    std::sort(parts.begin(), parts.end());
    return parts;
}

std::string digits_of(std::string_view text) {
    std::string digits;
    for (const char c : text)
        if (is_digit(c)) digits += c;
    if (digits.size() == 11 && digits.front() == '1') digits.erase(0, 1);  // the country of a US number
    return digits;
}

}  // namespace

std::optional<Drift> judge(const ListedMember& m) {
    const auto known = [&](auto which) { return std::any_of(m.opt_outs.begin(), m.opt_outs.end(), which); };
    const bool mailable = m.state == provider::ContactStatus::State::mailable;
    if (m.known == Membership::off && !m.is_list) return Drift::extra_former;
    const bool left =
        known([](OptOutReason r) { return r == OptOutReason::left_list || r == OptOutReason::not_on_list; });
    if (m.is_list && left && mailable) return Drift::mailable_there;
    if (m.known == Membership::off || m.known == Membership::existing || m.known == Membership::may_have_left)
        return Drift::extra_former;
    if (m.known == Membership::none || m.known == Membership::taken) return Drift::extra;
    if (!mailable && !known(is_of_state)) return Drift::opted_out_there;
    if (mailable && known(is_of_state)) return Drift::mailable_there;
    return std::nullopt;
}

bool is_same_value(const std::string& type, std::string_view sent, std::string_view held) {
    sent = trim(sent);
    held = trim(held);
    if (sent == held) return true;
    if (type == "date" || type == "datetime" || type == "birthday") return parts_of(sent) == parts_of(held);
    if (type == "phone") return digits_of(sent) == digits_of(held);
    if (type == "boolean") return iequals(sent, held);
    if (type != "number" && type != "currency" && type != "month" && type != "day") return false;
    const auto a = number_of(sent), b = number_of(held);
    return a && b && *a == *b;
}

}  // namespace audienced::inspect
