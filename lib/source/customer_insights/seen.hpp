#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace audienced::source::customer_insights {

/// Which ids were met already: 64 bits of each, 16 bytes a row at most, since a segment may have a million.
class Seen {
public:
    /// False if it was there before.
    bool add(std::string_view id) {
        if ((count_ + 1) * 2 > slots_.size()) grow();
        std::uint64_t* slot = place(std::hash<std::string_view>{}(id) | 1);  // 0 marks a free slot
        if (*slot != 0) return false;
        *slot = std::hash<std::string_view>{}(id) | 1;
        ++count_;
        return true;
    }

private:
    std::uint64_t* place(std::uint64_t hash) {
        std::size_t at = (hash >> 1) & (slots_.size() - 1);
        while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & (slots_.size() - 1);
        return &slots_[at];
    }
    void grow() {
        std::vector<std::uint64_t> old(slots_.empty() ? 1024 : slots_.size() * 2);
        old.swap(slots_);
        for (const std::uint64_t hash : old)
            if (hash != 0) *place(hash) = hash;
    }
    std::vector<std::uint64_t> slots_;
    std::size_t count_ = 0;
};

}  // namespace audienced::source::customer_insights
