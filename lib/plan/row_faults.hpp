// Rows that a source could not read, in the words that every screen and every guard has for them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace audienced::plan {

struct RowFaults {
    std::uint64_t rows = 0, of = 0;  // of: every row that was looked at, those included
    std::string why;                 // of the first of them, as the source says it, with its line or row
    bool complete = true;            // false: there may be more of them

    void add(std::string_view reason) {
        if (rows++ == 0) why = reason;
    }
};

/// "1,506 of 3,002 rows cannot be read: line 2: the column name is not valid UTF-8"; empty where all can be.
std::string words_of(const RowFaults&);

/// More than 5 % of the rows, and at least 10: a run is held.
bool are_too_many(const RowFaults&) noexcept;

}  // namespace audienced::plan
