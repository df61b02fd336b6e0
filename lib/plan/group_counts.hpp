// How many members join and leave each group, and which leave first: what people see of a plan. Pure.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace audienced::plan {

class GroupCounts {
public:
    static constexpr std::size_t leavers_kept = 20;
    struct Leaver {
        std::uint32_t known = 0;  // index for Diff::member()
        std::uint64_t groups = 0;
    };

    void join(std::uint64_t groups, std::uint64_t members = 1) { add(joins_, groups, members); }
    void leave(std::uint32_t known, std::uint64_t groups) {
        add(leaves_, groups, 1);
        if (groups != 0 && leavers_.size() < leavers_kept) leavers_.push_back({known, groups});
    }
    std::uint64_t joins(int bit) const { return joins_[static_cast<std::size_t>(bit)]; }
    std::uint64_t leaves(int bit) const { return leaves_[static_cast<std::size_t>(bit)]; }
    /// The first ones in the memory's order, which is that of hashes: as good as drawn at random.
    const std::vector<Leaver>& leavers() const noexcept { return leavers_; }

private:
    using ByBit = std::array<std::uint64_t, 64>;
    static void add(ByBit& to, std::uint64_t groups, std::uint64_t members) {
        for (; groups != 0; groups &= groups - 1)
            to[static_cast<std::size_t>(std::countr_zero(groups))] += members;
    }
    ByBit joins_{}, leaves_{};
    std::vector<Leaver> leavers_;
};

}  // namespace audienced::plan
