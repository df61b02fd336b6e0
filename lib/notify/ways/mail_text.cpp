#include "notify/ways/mail_text.hpp"

#include <array>
#include <chrono>
#include <cstdio>

#include "base/digest.hpp"

namespace audienced::notify {
namespace {

std::string in_lines(const std::string& encoded) {
    constexpr std::size_t longest = 76;
    std::string out;
    for (std::size_t at = 0; at < encoded.size(); at += longest) out += encoded.substr(at, longest) + "\r\n";
    return out;
}

}  // namespace

std::string mail_date(SysTime at) {
    using namespace std::chrono;
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<std::chrono::days>(at);
    const year_month_day date(day);
    const hh_mm_ss time(floor<seconds>(at - day));
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  days[weekday(day).c_encoding()], unsigned(date.day()), months[unsigned(date.month()) - 1],
                  int(date.year()), int(time.hours().count()), int(time.minutes().count()),
                  int(time.seconds().count()));
    return out.data();
}

std::string mail_text(const Message& message, const MailHead& head) {
    std::string to;
    for (const std::string& one : head.to) to += (to.empty() ? "" : ", ") + one;
    const std::string on = message.host.empty() ? "" : " (" + message.host + ")";
    std::string out = "From: " + head.from + "\r\nTo: " + to + "\r\nSubject: [audienced] " + message.title +
                      on + "\r\nDate: " + mail_date(message.at) + "\r\nMessage-ID: <" + head.id + "@" +
                      (message.host.empty() ? "localhost" : message.host) +
                      ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    return out + in_lines(base64(message.text + "\n\n" + message.body + "\n"));
}

}  // namespace audienced::notify
