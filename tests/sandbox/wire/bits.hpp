// A set of member numbers: cheap to hold a million, to count against another set, and to page through.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace audienced::sandbox {

class Bits {
public:
    bool has(std::uint32_t n) const { return n / 64 < words_.size() && (words_[n / 64] >> (n % 64) & 1); }
    /// true when it was not there before.
    bool add(std::uint32_t n) {
        if (n / 64 >= words_.size()) words_.resize(n / 64 + 1 + words_.size() / 2);
        const auto bit = std::uint64_t{1} << (n % 64);
        if (words_[n / 64] & bit) return false;
        words_[n / 64] |= bit;
        ++size_;
        return true;
    }
    bool remove(std::uint32_t n) {
        if (!has(n)) return false;
        words_[n / 64] &= ~(std::uint64_t{1} << (n % 64));
        --size_;
        return true;
    }
    std::size_t size() const { return size_; }
    std::size_t size_with(const Bits& other) const {
        std::size_t n = 0;
        for (std::size_t i = 0; i < words_.size() && i < other.words_.size(); ++i)
            n += static_cast<std::size_t>(std::popcount(words_[i] & other.words_[i]));
        return n;
    }
    template <class F>
    void each(F f) const {
        for (std::size_t i = 0; i < words_.size(); ++i)
            for (auto word = words_[i]; word != 0; word &= word - 1)
                f(static_cast<std::uint32_t>(i * 64 + static_cast<unsigned>(std::countr_zero(word))));
    }

private:
    std::vector<std::uint64_t> words_;
    std::size_t size_ = 0;
};

}  // namespace audienced::sandbox
