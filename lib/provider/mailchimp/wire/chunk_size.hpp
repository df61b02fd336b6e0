#pragma once

#include <cstddef>

namespace audienced::provider::mailchimp {

/// How many members go into one upsert now. Halves when a call fails or takes too long, doubles after ten
/// successes in a row; between 1 and 500. Pure state, shared by all batches of a connection.
class ChunkSize {
public:
    std::size_t members() const noexcept { return members_; }
    void succeeded() noexcept;
    /// `sent`: how many members the failed call held. One that was made before the last halving, or that was
    /// small anyway, changes nothing.
    void failed(std::size_t sent) noexcept;

private:
    std::size_t members_ = 500;
    unsigned successes_ = 0;
};

}  // namespace audienced::provider::mailchimp
