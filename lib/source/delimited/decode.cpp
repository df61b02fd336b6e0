#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "source/delimited/bytes.hpp"

namespace audienced::source::delimited {
namespace {

constexpr char16_t undefined = 0;
// What Windows-1252 has at 0x80 to 0x9F.
constexpr std::array<char16_t, 32> high_part{
    0x20AC, undefined, 0x201A,    0x0192, 0x201E,    0x2026,    0x2020, 0x2021,    0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152,    undefined, 0x017D, undefined, undefined, 0x2018, 0x2019,    0x201C, 0x201D, 0x2022,
    0x2013, 0x2014,    0x02DC,    0x2122, 0x0161,    0x203A,    0x0153, undefined, 0x017E, 0x0178};

char* put(char* out, char32_t c) {
    if (c < 0x80) {
        *out++ = static_cast<char>(c);
    } else if (c < 0x800) {
        *out++ = static_cast<char>(0xC0 | c >> 6);
        *out++ = static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = static_cast<char>(0xE0 | c >> 12);
        *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
        *out++ = static_cast<char>(0x80 | (c & 0x3F));
    } else {
        *out++ = static_cast<char>(0xF0 | c >> 18);
        *out++ = static_cast<char>(0x80 | (c >> 12 & 0x3F));
        *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3F));
        *out++ = static_cast<char>(0x80 | (c & 0x3F));
    }
    return out;
}

constexpr char unreadable = '\xFF';

class Decoded final : public Bytes {
public:
    Decoded(std::unique_ptr<Bytes> raw, Encoding encoding) : raw_(std::move(raw)), encoding_(encoding) {}

    result<std::size_t> read(std::span<char> into) override {
        if (!begun_) {
            if (auto fine = begin(); !fine) return fine.error();
        }
        if (encoding_ == Encoding::utf8) return pass(into);
        for (;;) {
            if (have_ == at_ || (have_ - at_ < 4 && !at_end_)) {
                if (auto fine = fill(); !fine) return fine.error();
                if (have_ == at_) return std::size_t{0};
            }
            const std::size_t made = encoding_ == Encoding::windows1252 ? from_1252(into) : from_utf16(into);
            if (made != 0) return made;
        }
    }

private:
    result<void> fill() {
        std::memmove(buffer_.data(), buffer_.data() + at_, have_ - at_);
        have_ -= at_;
        at_ = 0;
        while (have_ < 4 && !at_end_) {
            auto more = raw_->read(std::span(buffer_).subspan(have_));
            if (!more) return more.error();
            have_ += *more;
            at_end_ = *more == 0;
        }
        return {};
    }

    result<void> begin() {
        begun_ = true;
        if (auto fine = fill(); !fine) return fine;
        const std::string_view start(buffer_.data(), have_);
        if (start.starts_with("\xEF\xBB\xBF")) {
            encoding_ = Encoding::utf8;
            at_ = 3;
        } else if (start.starts_with("\xFF\xFE")) {
            encoding_ = Encoding::utf16le;
            at_ = 2;
        } else if (start.starts_with("\xFE\xFF")) {
            encoding_ = Encoding::utf16be;
            at_ = 2;
        }
        return {};
    }

    result<std::size_t> pass(std::span<char> into) {
        if (at_ == have_) return at_end_ ? std::size_t{0} : raw_->read(into);
        const std::size_t n = std::min(into.size(), have_ - at_);
        std::memcpy(into.data(), buffer_.data() + at_, n);
        at_ += n;
        return n;
    }

    std::size_t from_1252(std::span<char> into) {
        char* out = into.data();
        const char* const full = out + into.size() - 3;
        for (; at_ < have_ && out < full; ++at_) {
            const auto b = static_cast<std::uint8_t>(buffer_[at_]);
            const char16_t c = b < 0x80 || b > 0x9F ? b : high_part[b - 0x80u];
            if (c == undefined && b != 0)
                *out++ = unreadable;
            else
                out = put(out, c);
        }
        return static_cast<std::size_t>(out - into.data());
    }

    char16_t unit(std::size_t at) const {
        const auto a = static_cast<std::uint8_t>(buffer_[at]), b = static_cast<std::uint8_t>(buffer_[at + 1]);
        return static_cast<char16_t>(encoding_ == Encoding::utf16le ? a | b << 8 : a << 8 | b);
    }

    std::size_t from_utf16(std::span<char> into) {
        char* out = into.data();
        const char* const full = out + into.size() - 4;
        while (out < full && have_ - at_ >= 2) {
            const char16_t c = unit(at_);
            if (c < 0xD800 || c > 0xDFFF) {
                out = put(out, c);
                at_ += 2;
                continue;
            }
            if (have_ - at_ < 4 && !at_end_) break;
            const char16_t d = c < 0xDC00 && have_ - at_ >= 4 ? unit(at_ + 2) : char16_t{0};
            if (d >= 0xDC00 && d <= 0xDFFF) {
                out = put(out, 0x10000 + ((c - 0xD800u) << 10 | (d - 0xDC00u)));
                at_ += 4;
            } else {
                *out++ = unreadable;
                at_ += 2;
            }
        }
        if (at_end_ && have_ - at_ == 1 && out < full) {  // half a unit: the file was cut
            *out++ = unreadable;
            ++at_;
        }
        return static_cast<std::size_t>(out - into.data());
    }

    std::unique_ptr<Bytes> raw_;
    Encoding encoding_;
    std::array<char, 64 * 1024> buffer_;
    std::size_t at_ = 0, have_ = 0;
    bool begun_ = false, at_end_ = false;
};

}  // namespace

std::unique_ptr<Bytes> decoded(std::unique_ptr<Bytes> raw, Encoding encoding) {
    return std::make_unique<Decoded>(std::move(raw), encoding);
}

}  // namespace audienced::source::delimited
