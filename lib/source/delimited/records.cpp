#include "source/delimited/records.hpp"

#include <algorithm>
#include <cstring>

#include "source/settings.hpp"

namespace audienced::source::delimited {
namespace {
constexpr std::size_t first_buffer = 256 * 1024;
// Bytes read twice because a quote was not closed. A text with an open quote in every line would cost the
// square of its size; such a text is ambiguous.
constexpr std::uint64_t max_wasted = 256u << 20;
}  // namespace

result<char> delimiter_named(const std::string& text) {
    if (text == "tab" || text == "\\t") return '\t';
    if (text.size() == 1 && text[0] > 0 && text[0] != '"' && text[0] != '\n' && text[0] != '\r')
        return text[0];
    return make_error(Errc::usage, "the delimiter is not one ASCII character",
                      "give one such as , or ; or | or the word tab");
}

Records::Records(Bytes& bytes, Dialect dialect, std::uint64_t first_line)
    : bytes_(bytes), dialect_(dialect), buffer_(first_buffer), next_line_(first_line) {}

result<bool> Records::more() {
    if (at_end_) return false;
    if (at_ != 0) {
        std::memmove(buffer_.data(), buffer_.data() + at_, have_ - at_);
        have_ -= at_;
        at_ = 0;
    }
    if (buffer_.size() - have_ < Bytes::least_room) buffer_.resize(buffer_.size() * 2);
    auto n = bytes_.read(std::span(buffer_).subspan(have_));
    if (!n) return n.error();
    have_ += *n;
    at_end_ = *n == 0;
    return true;
}

Records::Scan Records::scan_bare(const char*& p, const char* end, bool last, bool& ended) {
    const char* const from = p;
    const char delimiter = dialect_.delimiter, line_end = dialect_.line_end;
    while (p != end && *p != delimiter && *p != line_end) ++p;
    if (p == end && !last) return Scan::more;
    ended = p == end || *p == line_end;
    const char* to = p;
    if (ended && to != from && to[-1] == '\r') --to;
    const auto base = buffer_.data() + at_;
    found_.push_back({static_cast<std::size_t>(from - base), static_cast<std::size_t>(to - base), false});
    if (p != end) ++p;
    return Scan::complete;
}

Records::Scan Records::scan_quoted(const char*& p, const char* end, bool last, bool& ended) {
    quoted_ = true;
    const char* const from = ++p;
    bool doubled = false;
    for (;;) {
        p = static_cast<const char*>(std::memchr(p, '"', static_cast<std::size_t>(end - p)));
        if (!p) return last ? Scan::open_quote : Scan::more;
        if (p + 1 == end || p[1] != '"') break;
        doubled = true;
        p += 2;
    }
    if (p + 1 == end && !last) return Scan::more;
    const auto base = buffer_.data() + at_;
    found_.push_back({static_cast<std::size_t>(from - base), static_cast<std::size_t>(p - base), doubled});
    ++p;
    if (p != end && *p == '\r' && dialect_.line_end == '\n') {
        if (p + 1 == end && !last) return Scan::more;
        if (p + 1 == end || p[1] == '\n') ++p;
    }
    ended = p == end || *p == dialect_.line_end;
    if (!ended && *p != dialect_.delimiter) {
        found_.pop_back();
        return Scan::text_after_quote;
    }
    if (p != end) ++p;
    return Scan::complete;
}

Records::Scan Records::scan(const char* begin, const char* end, bool last) {
    found_.clear();
    quoted_ = false;
    const char* p = begin;
    for (bool ended = false; !ended;) {
        // Behind a delimiter at the very end of the text stands one more, empty field.
        if (p == end && !last) return Scan::more;
        const bool in_quotes = dialect_.quotes && p != end && *p == '"';
        const Scan state = in_quotes ? scan_quoted(p, end, last, ended) : scan_bare(p, end, last, ended);
        if (state != Scan::complete) return state;
    }
    used_ = static_cast<std::size_t>(p - begin);
    has_line_end_ = p != begin && p[-1] == dialect_.line_end;
    return Scan::complete;
}

void Records::skip_line() {
    const void* const newline = std::memchr(buffer_.data() + at_, dialect_.line_end, have_ - at_);
    at_ = newline ? static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data()) + 1 : have_;
    skipping_ = !newline;
}

Records::Got Records::broken(const char* why) {
    why_ = why;
    is_whole_ = false;
    fields_.clear();
    for (const Field& f : found_) fields_.emplace_back(buffer_.data() + at_ + f.from, f.to - f.from);
    ++next_line_;
    skip_line();
    return Got::broken;
}

void Records::unquote() {
    char* const base = buffer_.data() + at_;
    fields_.clear();
    for (const Field& f : found_) {
        char* out = base + f.from;
        if (f.doubled) {
            for (const char* in = base + f.from; in != base + f.to; ++in) {
                if (*in == '"') ++in;
                *out++ = *in;
            }
        } else {
            out = base + f.to;
        }
        fields_.emplace_back(base + f.from, static_cast<std::size_t>(out - base) - f.from);
    }
}

result<Records::Got> Records::next(const std::stop_token& stop) {
    for (;;) {
        line_ = next_line_;
        if (skipping_) skip_line();
        const char* const begin = buffer_.data() + at_;
        if (at_ == have_ && at_end_) return Got::end;
        const Scan state = at_ == have_ ? Scan::more : scan(begin, buffer_.data() + have_, at_end_);
        if (state == Scan::complete) {
            next_line_ += quoted_ ? std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::count(
                                                                   begin, begin + used_, dialect_.line_end)))
                                  : 1;
            const bool blank = found_.size() == 1 && !quoted_ && found_[0].from == found_[0].to;
            unquote();
            is_whole_ = true;
            at_ += used_;
            if (blank && width_ != 1) continue;
            return Got::record;
        }
        if (state == Scan::text_after_quote) return broken("text follows a closing quote");
        const bool too_long = have_ - at_ >= max_record;
        if (state == Scan::open_quote || (too_long && quoted_)) {
            wasted_ += have_ - at_;
            if (wasted_ > max_wasted)
                return make_error(Errc::not_ready,
                                  "too many quotes are not closed; the line boundaries cannot be determined",
                                  "check the file's delimiter and quotes");
            return broken("a quote is not closed");
        }
        if (too_long)
            return make_error(Errc::not_ready, "a line is longer than 8 MiB", "check the file's line ends");
        if (stop.stop_requested()) return cancelled();
        auto got = more();
        if (!got) return got.error();
    }
}

}  // namespace audienced::source::delimited
