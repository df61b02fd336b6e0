#include "provider/listing_check.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace audienced::provider {
namespace {

// Pages overlap, are read again where rows have moved, and may hold fewer rows than asked for.
constexpr std::uint64_t factor = 4, spare_pages = 50;
// Where a listing claims nothing: more contacts than any account has.
constexpr std::uint64_t most_pages = 20'000;

}  // namespace

result<void> ListingCheck::next_page(std::string_view link) {
    if (!link.empty() && !followed_.insert(std::hash<std::string_view>{}(link)).second)
        return retryable(Errc::bad_answer, what_ + " leads back to a page that was read before",
                         "the next run reads it again");
    const std::uint64_t needed = first_claim_ ? *first_claim_ / rows_per_page_ + 1 : most_pages;
    const std::uint64_t allowed = std::min(needed, most_pages) * factor + spare_pages;
    if (++pages_ > allowed)
        return retryable(Errc::bad_answer,
                         what_ + " does not end: more pages than its " +
                             (first_claim_ ? std::to_string(*first_claim_) + " rows" : "rows") + " can fill",
                         "the next run reads it again");
    return {};
}

void ListingCheck::row(std::string_view id) {
    ++rows_of_page_;
    if (id.empty())
        ++without_id_;
    else
        ids_.push_back(std::hash<std::string_view>{}(id));
}

void ListingCheck::page_read(std::optional<std::uint64_t> claimed) {
    const std::size_t rows = std::exchange(rows_of_page_, 0);
    if (!claimed) return;
    if (!first_claim_) first_claim_ = claimed;
    claim_ = rows > 0 ? *claimed : std::max(*claimed, claim_.value_or(0));
}

bool ListingCheck::complete() {
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    return !claim_ || ids_.size() + without_id_ >= *claim_;
}

}  // namespace audienced::provider
