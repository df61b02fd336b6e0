#include "run/reject_summary.hpp"

#include <algorithm>

#include "base/grouped.hpp"
#include "log/mask.hpp"
#include "run/reject_words.hpp"

namespace audienced::run {
namespace {

using model::CountedIn;

constexpr std::size_t kinds_named = 3, longest = 160;

std::string counted(const store::RejectKind& kind) {
    const bool one = kind.count == 1;
    const std::string number = grouped(kind.count);
    switch (kind.counted_in) {
        case CountedIn::invalid:
            return number + (one ? " row" : " rows");
        case CountedIn::values_dropped:
            return number + (one ? " value of " : " values of ") + kind.field;
        case CountedIn::removals:
            return number + (one ? " member not removed" : " members not removed");
        case CountedIn::rejected:
        case CountedIn::suppressed:
            break;
    }
    const std::string of_field = kind.field.empty() ? "" : ", for " + kind.field;
    return number + (one ? " profile" : " profiles") + of_field;
}

}  // namespace

std::string words_of(const store::RejectKind& kind) {
    const std::string& detail = kind.detail;
    std::string why = detail;
    // A source may quote what it could not read.
    if (detail.empty() || detail.size() > longest || log::mask_addresses(detail) != detail)
        why = words_of_code(kind.code);
    else if (!kind.same_detail)
        why = words_of_code(kind.code) + " (the first: " + detail + ")";
    if (why.ends_with('.')) why.pop_back();  // a provider's sentence; another sentence follows
    return counted(kind) + ": " + why;
}

std::string summarise(const std::vector<store::RejectKind>& most_first) {
    std::string out;
    for (std::size_t i = 0; i < std::min(kinds_named, most_first.size()); ++i)
        out += (i == 0 ? "" : "; ") + words_of(most_first[i]);
    if (most_first.size() <= kinds_named) return out;
    const std::size_t more = most_first.size() - kinds_named;
    return out + "; " + std::to_string(more) + (more == 1 ? " more kind" : " more kinds");
}

}  // namespace audienced::run
