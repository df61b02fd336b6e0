// The client's side of handing one mail to a relay (RFC 5321). Pure: a reply in, the next line out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace audienced::notify {

struct Envelope {
    std::string host;  // of this machine, for EHLO
    std::string from;
    std::vector<std::string> to;
    std::string mail;  // head and body, lines ended by CRLF
};

/// The bytes of one whole reply at the front of `text` ("250-..." lines and the last "250 ..."); 0: it is not
/// complete yet.
std::size_t reply_size(std::string_view text);

class SmtpDialogue {
public:
    explicit SmtpDialogue(Envelope envelope) : envelope_(std::move(envelope)) {}
    /// What to send after this reply; nothing once the relay has taken the mail. Recipients that it refuses
    /// are left out as long as one is accepted. Errors: refused, with the relay's words; bad_answer.
    result<std::optional<std::string>> next(std::string_view reply);
    /// "250 2.0.0 Ok: queued as ...", and who was refused; without addresses.
    const std::string& answer() const noexcept { return answer_; }

private:
    enum class Step { greeting, hello, old_hello, from, to, data, mail };
    Step step_ = Step::greeting;
    Envelope envelope_;
    std::size_t asked_ = 0, accepted_ = 0;  // recipients
    std::string refusal_, answer_;

    std::optional<std::string> ask_recipient();
    Error refused(std::string_view what, std::string_view reply) const;
};

/// The mail's lines as DATA wants them: a full stop at the begin of a line is doubled, and the end is marked.
std::string dot_stuffed(std::string_view mail);

}  // namespace audienced::notify
