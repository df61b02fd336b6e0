#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"

namespace audienced::provider {

/// Watches one listing that is read page by page: does it end, and did it show as many different rows as it
/// claims to have? Eight bytes a row.
class ListingCheck {
public:
    /// `what` begins the error: "Mailchimp's list of members".
    ListingCheck(std::string what, std::size_t rows_per_page)
        : what_(std::move(what)), rows_per_page_(rows_per_page) {}

    /// Before each page; `link` is where it lies, in listings that link their pages. Errors: bad_answer (may
    /// be asked again): a link that was followed before, or several times the pages that the first claim
    /// needs.
    result<void> next_page(std::string_view link = {});
    /// One row of the page; without an id it counts as different from all others.
    void row(std::string_view id);
    /// After the rows of a page. A page without rows does not make the listing smaller.
    void page_read(std::optional<std::uint64_t> claimed);
    /// Were there as many different rows as the last claim says? True where nothing was claimed.
    bool complete();

private:
    std::string what_;
    std::size_t rows_per_page_;
    std::size_t pages_ = 0, rows_of_page_ = 0;
    std::optional<std::uint64_t> first_claim_, claim_;
    std::uint64_t without_id_ = 0;
    std::vector<std::size_t> ids_;
    std::unordered_set<std::size_t> followed_;
};

}  // namespace audienced::provider
