#include "provider/instant.hpp"

#include <chrono>

#include "base/text.hpp"

namespace audienced::provider {
namespace {

/// Takes pieces off the front; the first that does not fit makes all that follow fail.
class Pieces {
public:
    explicit Pieces(std::string_view text) : rest_(text) {}

    bool one_of(std::string_view characters) {
        if (rest_.empty() || characters.find(rest_[0]) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool number(std::size_t digits, int& out) {
        if (rest_.size() < digits) return false;
        out = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            if (!is_digit(rest_[i])) return false;
            out = out * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(digits);
        return true;
    }
    /// Milliseconds; further digits are dropped.
    bool fraction(int& out) {
        out = 0;
        if (!one_of(".,")) return true;
        std::size_t n = 0;
        for (int place = 100; n < rest_.size() && is_digit(rest_[n]); ++n, place /= 10)
            out += place * (rest_[n] - '0');
        rest_.remove_prefix(n);
        return n > 0;
    }
    bool offset(std::chrono::minutes& out) {
        if (one_of("Zz")) return true;
        const bool west = rest_.starts_with('-');
        int hour = 0, minute = 0;
        if (!one_of("+-") || !number(2, hour)) return false;
        one_of(":");
        if (!number(2, minute) || hour > 14 || minute > 59) return false;
        out = (std::chrono::hours{hour} + std::chrono::minutes{minute}) * (west ? -1 : 1);
        return true;
    }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

}  // namespace

std::optional<model::ProviderTime> parse_instant(std::string_view text) {
    using namespace std::chrono;
    Pieces p(text);
    int y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0, milli = 0;
    minutes offset{0};
    const bool fits = p.number(4, y) && p.one_of("-") && p.number(2, m) && p.one_of("-") && p.number(2, d) &&
                      p.one_of("Tt ") && p.number(2, hour) && p.one_of(":") && p.number(2, minute) &&
                      p.one_of(":") && p.number(2, second) && p.fraction(milli) && p.offset(offset) &&
                      p.at_end();
    const year_month_day date{year{y}, month{unsigned(m)}, day{unsigned(d)}};
    // Nanoseconds since 1970 reach the year 2262.
    if (!fits || !date.ok() || y < 1970 || y > 2200 || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    const auto instant = sys_days{date}.time_since_epoch() + hours{hour} + minutes{minute} + seconds{second} +
                         milliseconds{milli} - offset;
    return model::ProviderTime{instant};
}

}  // namespace audienced::provider
