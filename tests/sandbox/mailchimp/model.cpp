#include "mailchimp/model.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/digest.hpp"
#include "base/text.hpp"

namespace audienced::sandbox::mailchimp {
namespace {
constexpr std::string_view names[status_count] = {"subscribed",    "unsubscribed", "cleaned",  "pending",
                                                  "transactional", "archived",     "forgotten"};
constexpr std::string_view origins[] = {"none", "self", "api", "complaint", "admin"};
}  // namespace

std::string_view print(Status status) {
    return names[static_cast<std::size_t>(status)];
}

std::optional<Status> parse_status(std::string_view text) {
    for (std::size_t i = 0; i < status_count; ++i)
        if (names[i] == text) return static_cast<Status>(i);
    return std::nullopt;
}

std::optional<Origin> parse_origin(std::string_view text) {
    for (std::size_t i = 0; i < std::size(origins); ++i)
        if (origins[i] == text) return static_cast<Origin>(i);
    return std::nullopt;
}

std::size_t MemberIdHash::operator()(const MemberId& id) const noexcept {
    return std::hash<std::string_view>{}({id.data(), id.size()});
}

MemberId member_id(std::string_view normalised_address) {
    const std::string hex = md5_hex(normalised_address);
    MemberId id;
    std::memcpy(id.data(), hex.data(), id.size());
    return id;
}

Member* List::find(std::string_view normalised_address) {
    const auto found = index.find(member_id(normalised_address));
    return found == index.end() ? nullptr : &members[found->second];
}

Member* List::find_id(std::string_view id_or_address) {
    if (id_or_address.find('@') != std::string_view::npos) return find(ascii_lower(trim(id_or_address)));
    if (id_or_address.size() != 32) return nullptr;
    MemberId key;
    std::memcpy(key.data(), id_or_address.data(), key.size());
    const auto found = index.find(key);
    return found == index.end() ? find_contact(id_or_address) : &members[found->second];
}

/// A contact id, which outlives the address, is the serial number times an odd constant, twice in hex.
Member* List::find_contact(std::string_view id) {
    std::uint64_t product = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + 16, product, 16);
    if (error != std::errc() || end != id.data() + 16 || id.substr(0, 16) != id.substr(16)) return nullptr;
    const auto found = std::find_if(members.begin(), members.end(), [&](const Member& member) {
        return member.serial * contact_id_factor == product;
    });
    return found == members.end() ? nullptr : &*found;
}

MergeField* List::field(std::string_view tag) {
    for (auto& field : fields)
        if (!field.removed && iequals(field.tag, tag)) return &field;
    return nullptr;
}

Segment* List::tag(std::string_view title) {
    for (auto& [number, segment] : segments)
        if (segment.type == "static" && iequals(segment.name, title)) return &segment;
    return nullptr;
}

List* Accounts::find_list(std::string_view id, Account** owner) {
    for (auto& [name, account] : by_name) {
        const auto found = account->lists.find(std::string(id));
        if (found == account->lists.end()) continue;
        if (owner) *owner = account.get();
        return found->second.get();
    }
    return nullptr;
}

}  // namespace audienced::sandbox::mailchimp
