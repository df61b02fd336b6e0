// What a plan would do, on the wire: of a stored run and of a preview.
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/json.hpp"

namespace audienced::control {
using nlohmann::json;

json json_of(const std::optional<std::uint64_t>& count) {
    return count ? json(*count) : json(nullptr);
}

json json_of(const model::PlannedPart& part) {
    json out;
    out["segment"] = part.segment.empty() ? json(nullptr) : json(part.segment);
    out["title"] = part.title;
    out["list"] = part.is_list;
    out["profiles"] = json_of(part.profiles);
    out["members"] = json_of(part.members);
    out["joins"] = json_of(part.joins);
    out["leaves"] = json_of(part.leaves);
    return out;
}

json json_of(const model::PlannedLeaver& leaver, std::string_view address,
             const std::vector<model::PlannedPart>& parts) {
    json out;
    // Masked addresses may be alike; the prefix is the one that `export explain` and the rejects show.
    out["member"] = to_hex(leaver.member.view().substr(0, 6));
    out["address"] = address.empty() ? json(nullptr) : json(mask_addresses(address));
    out["leaves"] = json::array();
    for (std::size_t i = 0; i < parts.size() && i < 64; ++i)
        if (leaver.parts >> i & 1) out["leaves"].push_back(parts[i].title);
    return out;
}

}  // namespace audienced::control
