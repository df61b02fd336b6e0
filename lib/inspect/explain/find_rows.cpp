#include "inspect/explain/find_rows.hpp"

#include <algorithm>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "plan/address.hpp"

namespace audienced::inspect {
namespace {

constexpr std::size_t rows_kept = 10;  // of each segment
constexpr std::size_t near_kept = 5;

/// A replaced letter or two of a domain: more than that is another one.
constexpr std::size_t slips = 2;

std::string_view local_of(std::string_view address) {
    return address.substr(0, address.find('@'));
}
std::string_view domain_of(std::string_view address) {
    const auto at = address.find('@');
    return at == address.npos ? std::string_view{} : address.substr(at + 1);
}
std::string_view without_tag(std::string_view local) {
    return local.substr(0, local.find('+'));
}

/// Letters that are inserted, left out, replaced or swapped with the next one: one of them, in a part that is
/// long enough to be told from others. Other digits are another member.
bool is_one_letter_off(std::string_view a, std::string_view b) {
    constexpr std::size_t shortest = 4;
    if (a.size() > b.size()) std::swap(a, b);
    if (a.size() < shortest || b.size() - a.size() > 1) return false;
    std::size_t front = 0, back = 0;
    while (front < a.size() && a[front] == b[front]) ++front;
    while (back < a.size() - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
    const std::string_view here = a.substr(front, a.size() - front - back),
                           there = b.substr(front, b.size() - front - back);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (std::any_of(here.begin(), here.end(), digit) || std::any_of(there.begin(), there.end(), digit))
        return false;
    const bool swapped = here.size() == 2 && there.size() == 2 && here[0] == there[1] && here[1] == there[0];
    return swapped || (here.size() <= 1 && there.size() <= 1);
}

constexpr const char* one_letter = "the same but for one letter before the @";

/// Only what an address can consist of, in lower case.
std::string bare(std::string_view raw) {
    std::string out;
    for (const char c : ascii_lower(raw))
        if (static_cast<unsigned char>(c) > ' ' &&
            std::string_view("<>()[]\",;:").find(c) == std::string_view::npos)
            out += c;
    return out;
}

}  // namespace

std::string how_near(std::string_view asked, std::string_view row, bool valid) {
    if (!valid) {
        if (row.size() < asked.size() || row.size() > asked.size() + 16) return {};
        return bare(row) == asked ? "the row has a character in the address that none can have" : "";
    }
    const std::string_view local = local_of(asked), other = local_of(row);
    const std::string_view domain = domain_of(asked), there = domain_of(row);
    if (without_tag(local) != without_tag(other))
        return domain == there && is_one_letter_off(local, other) ? one_letter : "";
    if (domain == there) return local == other ? "" : "the same but for what stands behind +";
    if (local != other) return {};
    const auto longer = std::max(domain.size(), there.size()),
               shorter = std::min(domain.size(), there.size());
    if (longer - shorter > slips) return {};
    return edit_distance(domain, there) <= slips ? "the same at a domain that is spelt nearly like it" : "";
}

std::optional<Under> RowFinder::match(const std::string& address) const {
    if (address == wanted_.address) return Under::asked;
    if (wanted_.others.empty()) return std::nullopt;
    const MemberHash member = vault_.members().member(address);
    for (const auto& [other, under] : wanted_.others)
        if (other == member) return under;
    return std::nullopt;
}

void RowFinder::keep(FoundRow row) {
    if (row.under != Under::earlier) ++look_->found;
    if (look_->first.size() < rows_kept) look_->first.push_back(std::move(row));
}

void RowFinder::note_near(std::uint64_t number, std::string_view raw, bool valid) {
    std::string how = how_near(wanted_.address, valid ? std::string_view(address_) : raw, valid);
    if (how.empty()) return;
    if (near.size() >= near_kept) {
        // Other members differ by a letter too; the rest is likelier to be the one that is meant.
        const auto other =
            std::find_if(near.begin(), near.end(), [](const NearMiss& one) { return one.how == one_letter; });
        if (how == one_letter || other == near.end()) return;
        near.erase(other);
    }
    near.push_back({look_->name, number, look_->by_line, valid ? address_ : std::string(), std::move(how)});
}

bool RowFinder::row(std::uint64_t number, std::span<const source::Value> values) {
    ++look_->rows;
    const std::string_view raw = values[0].null ? std::string_view{} : values[0].text;
    if (plan::normalise_address(raw, address_) != plan::AddressProblem::none) {
        note_near(number, raw, false);
        return true;
    }
    const auto under = match(address_);
    if (!under) {
        note_near(number, raw, true);
        return true;
    }
    FoundRow found;
    found.number = number;
    found.under = *under;
    for (const source::Value& v : values)
        found.columns.push_back(v.null ? std::nullopt : std::optional<std::string>(std::string(v.text)));
    keep(std::move(found));
    return true;
}

bool RowFinder::reject(std::uint64_t number, std::string_view, std::optional<std::string_view> address) {
    ++look_->rows;
    if (!address || plan::normalise_address(*address, address_) != plan::AddressProblem::none) {
        ++nameless;
        return true;
    }
    const auto under = match(address_);
    if (!under) return true;
    FoundRow found;
    found.number = number;
    found.under = *under;
    found.readable = false;
    found.columns.emplace_back(std::string(*address));
    keep(std::move(found));
    return true;
}

}  // namespace audienced::inspect
