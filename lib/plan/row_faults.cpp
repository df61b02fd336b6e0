#include "plan/row_faults.hpp"

#include "base/grouped.hpp"

namespace audienced::plan {
namespace {

constexpr std::uint64_t unreadable_always_allowed = 9;  // "and at least 10"
constexpr std::uint64_t max_unreadable_percent = 5;

}  // namespace

std::string words_of(const RowFaults& u) {
    if (u.rows == 0) return {};
    return (u.complete ? "" : "at least ") + grouped(u.rows) + " of " + (u.complete ? "" : "the first ") +
           grouped(u.of) + " rows cannot be read: " + u.why;
}

bool are_too_many(const RowFaults& u) noexcept {
    return u.rows > unreadable_always_allowed && u.rows * 100 > u.of * max_unreadable_percent;
}

}  // namespace audienced::plan
