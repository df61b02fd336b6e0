// Records -> rows of the columns that were asked for; what does not fit is rejected with its line.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "source/delimited/records.hpp"
#include "source/source.hpp"

namespace audienced::source::delimited {

/// Writes another form of a value into `out` (which it clears first) and says true, or says false: keep it as
/// it is.
using Rewrite = std::function<bool(std::string_view value, std::string& out)>;

/// Was this name not UTF-8 in the file?
bool is_mended_name(std::string_view name);

struct Column {
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);  // this file does not have it: null
    std::size_t index = 0;
    std::string name;
    Rewrite rewrite;  // may be empty
};

struct Layout {
    std::size_t width = 0;        // fields of a record
    std::vector<Column> columns;  // the address first, where the reader wants one
    Encoding encoding = Encoding::utf8;
    bool numbers_are_lines = false;  // a row is told by the line on which it begins, not counted
    std::string encoding_advice;     // what to do if the file has another encoding; may be empty
    /// Rows, by their number, that do not count: neither handed on nor rejected. May be empty.
    std::function<bool(std::uint64_t number)> leaves_out;
};

/// A first record of which a cell is an address is a row, not a header; as names it would be printed. A name
/// may mention one. Errors: bad_config.
result<void> check_header(std::span<const std::string_view> names, const std::string& file);

/// Nothing but white space in every field.
bool is_blank(std::span<const std::string_view> fields);

/// Fields as names. What is not UTF-8 in a name becomes U+FFFD: that column cannot be mapped until the
/// encoding is set.
std::vector<std::string> names_from(std::span<const std::string_view> fields);

/// The first record as names. Errors: not_ready, if there is none or it cannot be read; see check_header.
result<std::vector<std::string>> read_header(Records& records, const std::string& file,
                                             const std::stop_token& stop);

/// What is done with records in a row: from where they are to the end. Blank rows are passed over. Empty
/// fields at a record's end may be missing, or be more than there are columns: a program that wrote the file
/// before a column was added knew no better. Where that cannot be told from a field lost in the middle the
/// row is rejected: a field more that is not empty, something else in the address's place, or a last line
/// that is too short and has no line end (it may have been cut).
class Rows {
public:
    /// `number` goes on counting rows over several files. `file` is named in rejects if it is not empty.
    Rows(const Layout& layout, RowSink& sink, std::uint64_t& number, std::string file = {});
    /// The record that `records` just gave. Errors: cancelled, if the sink wants no more.
    result<void> take(const Records& records);
    result<void> take_rest(Records& records, const std::stop_token& stop);

private:
    result<void> reject(const Records& records, const std::string& why,
                        std::optional<std::string_view> address);
    result<void> take_broken(const Records& records);
    std::uint64_t number_of(const Records& records) const {
        return layout_.numbers_are_lines ? records.line() : number_;
    }
    std::string count_of(std::size_t fields) const;
    const char* why_not(std::span<const std::string_view> fields, bool has_line_end) const;
    std::optional<std::string_view> address_in(std::span<const std::string_view> fields) const;
    std::string undecodable_column(const Column& column, std::string_view text);
    const Layout& layout_;
    RowSink& sink_;
    std::uint64_t& number_;
    std::string file_;
    std::vector<Value> values_;
    std::vector<std::string> scratch_;
    bool encoding_told_ = false;  // once for each file
};

}  // namespace audienced::source::delimited
