#include "provider/mailchimp/pages.hpp"

#include <algorithm>

#include "provider/mailchimp/wire/limits.hpp"

namespace audienced::provider::mailchimp {
namespace {

constexpr unsigned max_steps_back =
    20;  // of one listing: a set that never holds still is read as well as can be

}  // namespace

bool Pages::next(const MembersPage& page) {
    const std::uint64_t total = page.total.value_or(0);
    const auto in_tail = [&](const ReplyMember& m) {
        return std::find(tail_.begin(), tail_.end(), m.address) != tail_.end();
    };
    const bool gap = !tail_.empty() && std::none_of(page.members.begin(), page.members.end(), in_tail);
    if (gap && offset_ > 0 && steps_back_ < max_steps_back) {
        ++steps_back_;
        offset_ -= std::min(offset_, page_size / 2);
        return true;
    }
    if (page.members.empty()) return false;
    const std::size_t read = offset_ + page.members.size();
    if (page.members.size() < page_size && read >= total) return false;
    const std::size_t keep = std::min(page_overlap, page.members.size() / 2);
    tail_.clear();
    for (auto it = page.members.end() - static_cast<std::ptrdiff_t>(keep); it != page.members.end(); ++it)
        tail_.push_back(it->address);
    if (read >= total && total > 0) return false;
    offset_ = read - keep;
    return true;
}

}  // namespace audienced::provider::mailchimp
