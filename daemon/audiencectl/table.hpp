// Columns. Pure.
#pragma once

#include <string>
#include <vector>

#include "local_time.hpp"
#include "view.hpp"

namespace audienced::ctl {

struct Column {
    std::string head;
    /// A name is cut only where nothing else can be: people copy it.
    enum class Kind { whole, may_be_cut, name, number } kind = Kind::whole;
};

struct Cell {
    Cell(std::string t, Tone c = Tone::plain) : text(std::move(t)), tone(c) {}
    Cell(const char* t) : text(t) {}
    std::string text;
    Tone tone = Tone::plain;
};

/// Cells come as they are; what must not be shown of them is escaped here.
class Table {
public:
    explicit Table(std::vector<Column> columns);
    void add(std::vector<Cell> row);
    bool empty() const noexcept { return rows_.empty(); }
    /// A line for the heads and one for each row, each ended; nothing without rows. Where the view has a
    /// width, columns that may be cut are, the widest first.
    std::string print(const View&, std::size_t indent = 0) const;

private:
    std::vector<std::size_t> widths(const View&, std::size_t indent) const;
    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

/// A column of instants: the zone stands in the head where it is the same for all, else in each cell.
struct TimeColumn {
    Column head;
    std::vector<std::string> cells;
};
TimeColumn time_column(const std::string& head, const std::vector<std::optional<LocalTime>>& times,
                       const std::vector<std::string>& without = {});

}  // namespace audienced::ctl
