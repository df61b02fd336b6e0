// Numbers members 0, 1, 2 ... in the order in which they are first met. Open addressing: 16 bytes a member
// and about 8 for its slot, where std::unordered_map takes 56.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "base/digest.hpp"

namespace audienced::plan {

class MemberIndex {
public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    /// The member's number, and whether it is met for the first time.
    std::pair<std::uint32_t, bool> insert(const MemberHash& m) {
        if ((members_.size() + 1) * 4 > slots_.size() * 3) grow();
        const std::size_t at = slot_of(m);
        if (slots_[at] != none) return {slots_[at], false};
        slots_[at] = static_cast<std::uint32_t>(members_.size());
        members_.push_back(m);
        return {slots_[at], true};
    }
    std::uint32_t find(const MemberHash& m) const { return slots_.empty() ? none : slots_[slot_of(m)]; }
    std::size_t size() const noexcept { return members_.size(); }

private:
    std::size_t slot_of(const MemberHash& m) const {
        std::size_t h;  // members are keyed hashes already: any eight of their bytes are evenly spread
        std::memcpy(&h, m.bytes.data(), sizeof h);
        std::size_t at = h & (slots_.size() - 1);
        while (slots_[at] != none && !(members_[slots_[at]] == m)) at = (at + 1) & (slots_.size() - 1);
        return at;
    }
    void grow() {
        slots_.assign(slots_.empty() ? 1024 : slots_.size() * 2, none);
        for (std::uint32_t i = 0; i < members_.size(); ++i) slots_[slot_of(members_[i])] = i;
    }
    std::vector<MemberHash> members_;
    std::vector<std::uint32_t> slots_;
};

}  // namespace audienced::plan
