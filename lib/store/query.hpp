// Reading rows: a statement that is left open keeps the log from being emptied, so no caller resets by hand.
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "base/clock.hpp"
#include "model/provider_time.hpp"
#include "store/database.hpp"

namespace audienced::store {

/// f(row), whether it gives nothing or a result<void>.
template <class F>
result<void> take_row(F& f, const Statement& row) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, const Statement&>>) {
        f(row);
        return {};
    } else {
        return f(row);
    }
}

/// each(const Statement&) for every row; its first error ends the reading.
template <class Each>
result<void> each_row(Statement& query, Each each) {
    for (;;) {
        auto row = query.step();
        if (!row || !*row) {
            query.reset();
            if (!row) return row.error();
            return {};
        }
        if (auto taken = take_row(each, query); !taken) {
            query.reset();
            return taken;
        }
    }
}

/// take(const Statement&) for the first row. false: there was none.
template <class Take>
result<bool> first_row(Statement& query, Take take) {
    auto row = query.step();
    result<void> taken;
    if (row && *row) taken = take_row(take, query);
    query.reset();
    if (!taken) return taken.error();
    return row;
}

inline Statement& bind_time(Statement& s, int index, const std::optional<SysTime>& t) {
    return t ? s.bind(index, to_unix(*t)) : s.bind_null(index);
}
inline std::optional<SysTime> time_or_null(const Statement& s, int column) {
    return s.is_null(column) ? std::nullopt : std::optional(from_unix(s.integer(column)));
}
inline std::optional<std::int64_t> integer_or_null(const Statement& s, int column) {
    return s.is_null(column) ? std::nullopt : std::optional(s.integer(column));
}
inline Statement& bind_time(Statement& s, int index, const std::optional<model::ProviderTime>& t) {
    return t ? s.bind(index, model::to_unix(*t)) : s.bind_null(index);
}
inline std::optional<model::ProviderTime> provider_time_or_null(const Statement& s, int column) {
    return s.is_null(column) ? std::nullopt
                             : std::optional(model::provider_time_from_unix(s.integer(column)));
}
/// A column with a word that this program does not know: damage, or a newer version wrote it. The message
/// does not quote the word.
inline Error unknown_word(const char* column) {
    return make_error(Errc::store_corrupt, std::string("the database has an unknown word in ") + column,
                      "if a newer version wrote it, use that one; else restore a backup");
}
inline Statement& bind_u64(Statement& s, int index, std::uint64_t v) {
    return s.bind(index, static_cast<std::int64_t>(v));
}
inline std::uint64_t u64(const Statement& s, int column) {
    return static_cast<std::uint64_t>(s.integer(column));
}

}  // namespace audienced::store
