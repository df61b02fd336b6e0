// Few distinct combinations of groups occur: a member keeps a small number instead of a mask.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace audienced::plan {

class MaskTable {
public:
    MaskTable() { intern(0); }
    std::uint32_t intern(std::uint64_t mask) {
        if (!masks_.empty() && mask == last_) return last_number_;
        const auto [at, fresh] = numbers_.try_emplace(mask, static_cast<std::uint32_t>(masks_.size()));
        if (fresh) masks_.push_back(mask);
        last_ = mask;
        last_number_ = at->second;
        return last_number_;
    }
    std::uint64_t operator[](std::uint32_t number) const { return masks_[number]; }

private:
    std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
    std::vector<std::uint64_t> masks_;
    std::uint64_t last_ = 0;
    std::uint32_t last_number_ = 0;
};

}  // namespace audienced::plan
