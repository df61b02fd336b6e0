// Reading rows: a statement that is left open keeps the log from being emptied, so nobody resets by hand.
#pragma once

#include <optional>

#include "base/clock.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// each(const Statement&) for every row.
template <class Each>
result<void> each_row(Statement& query, Each each) {
    for (;;) {
        auto row = query.step();
        if (!row || !*row) {
            query.reset();
            if (!row) return row.error();
            return {};
        }
        each(static_cast<const Statement&>(query));
    }
}

/// take(const Statement&) for the first row. false: there was none.
template <class Take>
result<bool> first_row(Statement& query, Take take) {
    auto row = query.step();
    if (row && *row) take(static_cast<const Statement&>(query));
    query.reset();
    return row;
}

inline Statement& bind_time(Statement& s, int index, const std::optional<SysTime>& t) {
    return t ? s.bind(index, to_unix(*t)) : s.bind_null(index);
}
inline std::optional<SysTime> time_or_null(const Statement& s, int column) {
    return s.is_null(column) ? std::nullopt : std::optional(from_unix(s.integer(column)));
}
inline Statement& bind_u64(Statement& s, int index, std::uint64_t v) {
    return s.bind(index, static_cast<std::int64_t>(v));
}
inline std::uint64_t u64(const Statement& s, int column) {
    return static_cast<std::uint64_t>(s.integer(column));
}

}  // namespace audienced::store
