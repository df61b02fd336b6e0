#include "notify/ways/mail_text.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"

namespace audienced::unit::notify_mail_text_test {

using namespace audienced;

TEST_CASE("a mail has a complete head, and its text survives every relay", "[unit][notify]") {
    notify::Message message;
    message.title = "export vip: failed";
    message.text = "Müller's disk is full";
    message.body = "{\"id\":7}";
    message.host = "crm1";
    message.at = from_unix(1'772'330'400);
    const std::string mail =
        notify::mail_text(message, {"audienced@example.org", {"ann@example.org", "bob@example.org"}, "7.ab"});
    CHECK(
        mail.starts_with("From: audienced@example.org\r\nTo: ann@example.org, bob@example.org\r\n"
                         "Subject: [audienced] export vip: failed (crm1)\r\n"
                         "Date: Sun, 01 Mar 2026 02:00:00 +0000\r\nMessage-ID: <7.ab@crm1>\r\n"));
    const auto body = mail.find("\r\n\r\n");
    REQUIRE(body != std::string::npos);
    CHECK(mail.substr(body + 4) == base64("Müller's disk is full\n\n{\"id\":7}\n") + "\r\n");
    for (std::size_t at = 0, end = 0; (end = mail.find("\r\n", at)) != std::string::npos; at = end + 2)
        CHECK(end - at <= 78);
    CHECK(mail.find_first_not_of("\r\n") == 0);
}

}  // namespace audienced::unit::notify_mail_text_test
