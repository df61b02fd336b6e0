#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provider/mailchimp/wire/responses.hpp"

namespace audienced::provider::mailchimp {

/// Where to read next in a listing that only knows offsets while its set changes. Pages overlap; one that
/// shares no row with the page before it shows that rows have moved forward past our offset, so the next one
/// is asked further back.
class Pages {
public:
    std::size_t offset() const noexcept { return offset_; }
    /// False: that was the last one. Pure.
    bool next(const MembersPage& page);

private:
    std::vector<std::string> tail_;  // the last addresses of the page before
    std::size_t offset_ = 0;
    unsigned steps_back_ = 0;
};

}  // namespace audienced::provider::mailchimp
