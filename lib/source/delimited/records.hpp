// Delimited text (RFC 4180 and its cousins) as a stream of records. Memory is one record, at most
// `max_record`.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "source/delimited/bytes.hpp"

namespace audienced::source::delimited {

struct Dialect {
    char delimiter = ',';
    bool quotes = true;  // false: a double quote is a character like any other
    char line_end =
        '\n';  // CR before LF belongs to the line end; '\r' for texts whose lines end with CR alone
};

/// One ASCII character, or the words "tab", "\t". Errors: usage.
result<char> delimiter_named(const std::string& text);

/// Lines end as the dialect says. A field that begins with a double quote goes to the closing one, delimiters
/// and line breaks included; two in a row mean one. A double quote inside a bare field is a character like
/// any other. Lines without a single byte are passed over, unless records have one field only.
class Records {
public:
    static constexpr std::size_t max_record = 8u << 20;

    enum class Got { record, broken, end };
    /// `first_line`: the number of the line with which `bytes` begin.
    Records(Bytes& bytes, Dialect dialect, std::uint64_t first_line = 1);

    /// How many fields records have. Until it is known, and unless it is 1, empty lines are passed over.
    void set_width(std::size_t width) { width_ = width; }
    /// `broken`: this record cannot be read (see why()); fields() has those before the damage, as they stand
    /// in the text. The next call goes on behind its first line.
    /// Errors: those of `bytes`; cancelled; not_ready when so many quotes are left open that nothing can be
    /// told apart.
    result<Got> next(const std::stop_token& stop);
    /// Of the record just got; valid until the next call.
    std::span<const std::string_view> fields() const { return fields_; }
    std::uint64_t line() const { return line_; }  // on which it begins, from 1
    /// False for a record that the end of the text ends: it may have been cut.
    bool has_line_end() const { return has_line_end_; }
    const char* why() const { return why_; }
    /// Was the record just got not broken?
    bool is_whole() const { return is_whole_; }

private:
    enum class Scan { complete, more, text_after_quote, open_quote };
    Scan scan(const char* begin, const char* end, bool last);
    Scan scan_bare(const char*& p, const char* end, bool last, bool& ended);
    Scan scan_quoted(const char*& p, const char* end, bool last, bool& ended);
    Got broken(const char* why);
    void skip_line();
    void unquote();
    result<bool> more();  // false: nothing more to come

    struct Field {
        std::size_t from, to;  // offsets from the record's beginning
        bool doubled;          // holds "" to be made one
    };
    Bytes& bytes_;
    Dialect dialect_;
    std::vector<char> buffer_;
    std::size_t at_ = 0, have_ = 0, used_ = 0, width_ = 0;
    bool at_end_ = false, quoted_ = false, has_line_end_ = true;
    bool skipping_ = false;  // the rest of a broken line, not read yet
    std::uint64_t line_ = 0, next_line_, wasted_ = 0;
    const char* why_ = "";
    bool is_whole_ = true;
    std::vector<Field> found_;
    std::vector<std::string_view> fields_;
};

}  // namespace audienced::source::delimited
