// Rows and rejects on their way from one thread to another: copies, many at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "source/source.hpp"

namespace audienced::source {

class RowBatch {
public:
    bool empty() const noexcept { return items_.empty(); }
    bool full() const noexcept { return text_.size() >= most_bytes || items_.size() >= most_rows; }
    void add_row(std::uint64_t number, std::span<const Value> values);
    void add_reject(std::uint64_t number, std::string_view why, std::optional<std::string_view> address);
    /// Gives all to `sink`, in order; false if it wants no more.
    bool hand_on(RowSink& sink) const;
    void clear();

private:
    static constexpr std::size_t most_bytes = 256 * 1024, most_rows = 2000, kept_bytes = 1u << 20;
    struct Item {
        std::uint64_t number;
        std::size_t cells;
        bool is_reject;
    };
    struct Cell {
        std::size_t from, size;
        bool null;
    };
    void add_cell(std::string_view text, bool null);
    std::string text_;
    std::vector<Item> items_;
    std::vector<Cell> cells_;
};

}  // namespace audienced::source
