// The seam of sources: rows of a segment as a stream of attributes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/source.hpp"

namespace audienced::source {

/// One attribute of one row. Empty text and null mean the same to the mapping.
struct Value {
    std::string_view text;  // UTF-8; valid until RowSink::row returns
    bool null = false;
};

/// Takes the rows of one segment, in the source's order. Called on the thread that called read().
class RowSink {
public:
    virtual ~RowSink() = default;
    /// `values` are in the order of the columns asked for. `number` counts data rows from 1; of a file that
    /// an editor shows it is the line on which the row begins, header and line breaks in quotes counted
    /// (Kind::rows_are_lines). Return false to stop reading; read() then gives
    /// Errc::cancelled.
    virtual bool row(std::uint64_t number, std::span<const Value> values) = 0;
    /// A row that cannot be read: too long, invalid UTF-8, an unclosed quote. The rest goes on. `address` is
    /// what the first of the columns asked for holds, where that can be read although the row cannot; valid
    /// until this returns. It is good enough to tell whose row it is, never to deliver anything to.
    virtual bool reject(std::uint64_t number, std::string_view why,
                        std::optional<std::string_view> address) = 0;
};

/// What was read: equal ids mean the same data. Shown by `source test` and in the run's record.
struct Snapshot {
    std::string id;
    std::uint64_t rows = 0;  // rows and rejects
};

struct Description {
    std::vector<std::string> columns;
    std::optional<std::uint64_t> rows;  // if it can be told without reading everything
    std::string doubt;  // why other columns may have been meant, and which option says so; usually empty
};

/// What a source needs besides its settings. Secrets are named as in `source add`: "password",
/// "client_secret", "subscription_keys".
struct Secrets {
    virtual ~Secrets() = default;
    virtual std::string get(std::string_view name) const = 0;  // empty if absent
};

/// Every call blocks and is made from a worker thread, one at a time per object; all look at the stop token.
/// Errors: not_ready (unreachable, incomplete, inactive: the run is skipped), source_changed (read it again),
/// not_found (no such column, table, file), usage (not a SELECT ...), auth (credentials or rights refused: a
/// person must act, so the run fails), cancelled. A source is only ever read; it never writes anything into a
/// user's data.
class Source {
public:
    virtual ~Source() = default;
    /// Can it be reached, and what is it? One line for people.
    virtual result<std::string> test(std::stop_token) = 0;
    virtual result<Description> describe(const model::Segment&, std::stop_token) = 0;
    /// Reads the whole segment as one consistent snapshot. `columns` must all exist; who plans a run asks for
    /// the address first.
    virtual result<Snapshot> read(const model::Segment&, const std::vector<std::string>& columns, RowSink&,
                                  std::stop_token) = 0;
};

}  // namespace audienced::source
