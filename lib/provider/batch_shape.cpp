#include "provider/batch_shape.hpp"

#include <algorithm>

namespace audienced::provider {
namespace {

Error too_many(std::size_t n, std::size_t limit) {
    return make_error(
        Errc::bug, "a batch of " + std::to_string(n) + " members, " + std::to_string(limit) + " are allowed");
}

}  // namespace

std::optional<Error> wrong_shape(const model::Batch& batch, const Limits& limits) {
    if (batch.members.empty() && batch.leavers.empty()) return make_error(Errc::bug, "an empty batch");
    if (batch.kind == model::BatchKind::upsert) {
        if (batch.members.size() > limits.members_per_upsert)
            return too_many(batch.members.size(), limits.members_per_upsert);
        if (!batch.leavers.empty()) return make_error(Errc::bug, "an upsert with leavers");
        return std::nullopt;
    }
    if (batch.group.id.empty()) return make_error(Errc::bug, "a change of a group that was not made");
    const std::size_t most = std::max(batch.members.size(), batch.leavers.size());
    if (most > limits.members_per_membership) return too_many(most, limits.members_per_membership);
    return std::nullopt;
}

}  // namespace audienced::provider
