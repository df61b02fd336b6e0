// A message as an e-mail (RFC 5322). Pure.
#pragma once

#include <string>
#include <vector>

#include "notify/message.hpp"

namespace audienced::notify {

struct MailHead {
    std::string from;
    std::vector<std::string> to;
    std::string id;  // unique: the left half of the Message-ID
};

/// Head and body with CRLF. The text is plain, UTF-8 in base64; the JSON object follows below it.
std::string mail_text(const Message&, const MailHead&);
/// "Sun, 01 Mar 2026 10:00:00 +0000"
std::string mail_date(SysTime);

}  // namespace audienced::notify
