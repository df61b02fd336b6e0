#include "provider/mailchimp/wire/chunk_size.hpp"

#include <algorithm>

#include "provider/mailchimp/wire/limits.hpp"

namespace audienced::provider::mailchimp {

void ChunkSize::succeeded() noexcept {
    if (members_ == max_members_per_upsert || ++successes_ < 10) return;
    members_ = std::min(members_ * 2, max_members_per_upsert);
    successes_ = 0;
}

void ChunkSize::failed(std::size_t sent) noexcept {
    successes_ = 0;
    if (sent > members_) return;       // eight calls under way may fail together: halve once, not eight times
    if (sent * 2 <= members_) return;  // so few were not too many
    members_ = std::max<std::size_t>(1, members_ / 2);
}

}  // namespace audienced::provider::mailchimp
