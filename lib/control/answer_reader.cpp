#include "control/answer_reader.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace audienced::control {
namespace {

constexpr std::size_t longest_line = 16 * 1024;

Error cut_off() {
    return make_error(Errc::bad_answer, "the answer is incomplete");
}
Error malformed() {
    return make_error(Errc::bad_answer, "the answer is not HTTP/1.1");
}

result<std::uint64_t> number(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return malformed();
    return value;
}

}  // namespace

result<bool> AnswerReader::fill() {
    char bytes[16 * 1024];
    auto got = read_(bytes, sizeof bytes);
    if (!got) return got.error();
    buffer_.append(bytes, *got);
    return *got > 0;
}

result<std::string> AnswerReader::line() {
    for (;;) {
        const auto end = buffer_.find('\n');
        if (end != buffer_.npos) {
            std::string out = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            if (!out.empty() && out.back() == '\r') out.pop_back();
            return out;
        }
        if (buffer_.size() > longest_line) return malformed();
        auto more = fill();
        if (!more) return more.error();
        if (!*more) return cut_off();
    }
}

result<void> AnswerReader::read_fields() {
    framing_ = Framing::to_end;
    for (;;) {
        auto field = line();
        if (!field) return field.error();
        if (field->empty()) return {};
        const auto colon = field->find(':');
        if (colon == field->npos) return malformed();
        const auto name = std::string_view(*field).substr(0, colon);
        const auto value = trim(std::string_view(*field).substr(colon + 1));
        if (iequals(name, "transfer-encoding") && icontains(value, "chunked")) framing_ = Framing::chunks;
        if (iequals(name, "content-length") && framing_ != Framing::chunks) {
            auto length = number(value, 10);
            if (!length) return length.error();
            framing_ = Framing::length;
            left_ = *length;
        }
    }
}

result<unsigned> AnswerReader::read_head() {
    for (;;) {
        auto status_line = line();
        if (!status_line) return status_line.error();
        if (status_line->size() < 12 || status_line->compare(0, 7, "HTTP/1.") != 0) return malformed();
        auto status = number(std::string_view(*status_line).substr(9, 3), 10);
        if (!status) return status.error();
        if (auto fields = read_fields(); !fields) return fields.error();
        if (*status >= 200) return static_cast<unsigned>(*status);
    }
}

result<std::string> AnswerReader::take(std::uint64_t at_most) {
    if (buffer_.empty()) {
        auto more = fill();
        if (!more) return more.error();
        if (!*more) return std::string{};
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(at_most, buffer_.size()));
    std::string out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
}

result<std::string> AnswerReader::read_piece() {
    if (framing_ == Framing::none) return std::string{};
    if (framing_ == Framing::to_end) return take(UINT64_MAX);
    if (framing_ == Framing::chunks && left_ == 0) {
        if (in_chunk_)
            if (auto end = line(); !end) return end.error();
        auto size_line = line();
        if (!size_line) return size_line.error();
        auto size = number(trim(std::string_view(*size_line).substr(0, size_line->find(';'))), 16);
        if (!size) return size.error();
        left_ = *size;
        in_chunk_ = true;
        if (left_ == 0) framing_ = Framing::none;
    }
    if (left_ == 0) return std::string{};
    auto piece = take(left_);
    if (!piece) return piece;
    if (piece->empty()) return cut_off();
    left_ -= piece->size();
    return piece;
}

result<std::string> AnswerReader::read_rest(std::size_t limit) {
    std::string out;
    for (;;) {
        auto piece = read_piece();
        if (!piece) return piece;
        if (piece->empty()) return out;
        out += *piece;
        if (out.size() > limit) return make_error(Errc::too_large, "the answer is larger than expected");
    }
}

}  // namespace audienced::control
