#include "notify/ways/smtp_dialogue.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "log/mask.hpp"

namespace audienced::notify {
namespace {

bool is_code(std::string_view line) {
    return line.size() >= 3 &&
           std::all_of(line.begin(), line.begin() + 3, [](char c) { return c >= '0' && c <= '9'; });
}

/// The last line, without what is no plain text, and short.
std::string last_line(std::string_view reply) {
    while (reply.ends_with('\n') || reply.ends_with('\r')) reply.remove_suffix(1);
    if (const auto begin = reply.rfind('\n'); begin != reply.npos) reply.remove_prefix(begin + 1);
    std::string out(truncate_utf8(reply, 200));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < 0x20 || c == 0x7F; }, '?');
    return log::mask_addresses(out);
}

}  // namespace

std::size_t reply_size(std::string_view text) {
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find('\n', begin);
        if (end == text.npos) return 0;
        const std::string_view line = text.substr(begin, end - begin);
        if (line.size() < 4 || line[3] != '-') return end + 1;
        begin = end + 1;
    }
}

Error SmtpDialogue::refused(std::string_view what, std::string_view reply) const {
    return make_error(Errc::refused,
                      "the mail relay answered " + std::string(what) + " with: " + last_line(reply));
}

std::optional<std::string> SmtpDialogue::ask_recipient() {
    if (asked_ == envelope_.to.size()) return std::nullopt;
    step_ = Step::to;
    return "RCPT TO:<" + envelope_.to[asked_++] + ">\r\n";
}

result<std::optional<std::string>> SmtpDialogue::next(std::string_view reply) {
    using Line = std::optional<std::string>;
    if (!is_code(reply)) return make_error(Errc::bad_answer, "what answered is no mail relay");
    const bool good = reply[0] == '2', go_on = reply[0] == '3';
    switch (step_) {
        case Step::greeting:
            if (!good) return refused("the connection", reply);
            step_ = Step::hello;
            return Line("EHLO " + envelope_.host + "\r\n");
        case Step::hello:
            if (!good) {
                step_ = Step::old_hello;
                return Line("HELO " + envelope_.host + "\r\n");
            }
            [[fallthrough]];
        case Step::old_hello:
            if (!good) return refused("HELO", reply);
            step_ = Step::from;
            return Line("MAIL FROM:<" + envelope_.from + ">\r\n");
        case Step::from:
            if (!good) return refused("MAIL FROM", reply);
            return ask_recipient();
        case Step::to:
            if (good) ++accepted_;
            if (!good) refusal_ = last_line(reply);
            if (auto line = ask_recipient()) return line;
            if (accepted_ == 0) return refused("RCPT TO", reply);
            step_ = Step::data;
            return Line("DATA\r\n");
        case Step::data:
            if (!go_on) return refused("DATA", reply);
            step_ = Step::mail;
            return Line(dot_stuffed(envelope_.mail));
        case Step::mail:
            break;
    }
    if (!good) return refused("the mail", reply);
    answer_ = last_line(reply);
    if (accepted_ < envelope_.to.size())
        answer_ += "; it refused " + std::to_string(envelope_.to.size() - accepted_) + " of " +
                   std::to_string(envelope_.to.size()) + " recipients: " + refusal_;
    return Line();
}

std::string dot_stuffed(std::string_view mail) {
    std::string out;
    bool begins = true;
    for (const char c : mail) {
        if (begins && c == '.') out += '.';
        out += c;
        begins = c == '\n';
    }
    if (!out.ends_with("\r\n")) out += "\r\n";
    return out + ".\r\n";
}

}  // namespace audienced::notify
