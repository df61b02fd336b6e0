#include "notify/ways/smtp_dialogue.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::notify_smtp_dialogue_test {

using namespace audienced;
using notify::SmtpDialogue;

namespace {

notify::Envelope envelope() {
    return {"crm1",
            "audienced@example.org",
            {"ann@example.org", "bob@example.org"},
            "Subject: x\r\n\r\n.hidden\r\n"};
}

/// What the client says to these replies, and how it ends.
std::vector<std::string> said(SmtpDialogue& dialogue, const std::vector<std::string>& replies) {
    std::vector<std::string> out;
    for (const std::string& reply : replies) {
        auto line = dialogue.next(reply);
        if (!line) {
            out.push_back("error: " + line.error().message);
            break;
        }
        out.push_back(*line ? **line : "done");
    }
    return out;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a mail is handed to a relay", "[unit][notify]") {
    SmtpDialogue dialogue(envelope());
    CHECK(said(dialogue, {"220 mx ESMTP\r\n", "250-mx\r\n250 8BITMIME\r\n", "250 ok\r\n", "250 ok\r\n",
                          "250 ok\r\n", "354 go on\r\n", "250 2.0.0 Ok: queued as 4F2\r\n"}) ==
          Lines{"EHLO crm1\r\n", "MAIL FROM:<audienced@example.org>\r\n", "RCPT TO:<ann@example.org>\r\n",
                "RCPT TO:<bob@example.org>\r\n", "DATA\r\n", "Subject: x\r\n\r\n..hidden\r\n.\r\n", "done"});
    CHECK(dialogue.answer() == "250 2.0.0 Ok: queued as 4F2");
}

TEST_CASE("a relay that does not know EHLO is greeted the old way", "[unit][notify]") {
    SmtpDialogue dialogue(envelope());
    CHECK(said(dialogue, {"220 mx\r\n", "502 what?\r\n", "250 mx\r\n"}) ==
          Lines{"EHLO crm1\r\n", "HELO crm1\r\n", "MAIL FROM:<audienced@example.org>\r\n"});
}

TEST_CASE("a recipient that is refused costs that recipient, and is told without the address",
          "[unit][notify]") {
    SmtpDialogue dialogue(envelope());
    const auto lines =
        said(dialogue, {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "550 5.1.1 <ann@example.org>: unknown\r\n",
                        "250 ok\r\n", "354 go\r\n", "250 ok\r\n"});
    CHECK(lines.back() == "done");
    CHECK(dialogue.answer().find("refused 1 of 2 recipients: 550 5.1.1") != std::string::npos);
    CHECK(dialogue.answer().find("example.org") == std::string::npos);
    SmtpDialogue none(envelope());
    CHECK(said(none, {"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "550 no\r\n", "550 no\r\n"}).back() ==
          "error: the mail relay answered RCPT TO with: 550 no");
}

TEST_CASE("a refusal at any step is an error with the relay's words", "[unit][notify]") {
    const std::vector<std::string> good{"220 mx\r\n", "250 mx\r\n", "250 ok\r\n", "250 ok\r\n",
                                        "250 ok\r\n", "354 go\r\n", "250 ok\r\n"};
    for (std::size_t at = 0; at < good.size(); ++at) {
        if (at == 1 || at == 3 || at == 4) continue;  // other cases
        auto replies = std::vector<std::string>(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(at));
        replies.push_back("451 4.3.0 later\r\n");
        SmtpDialogue dialogue(envelope());
        CHECK(said(dialogue, replies).back().ends_with("with: 451 4.3.0 later"));
    }
    SmtpDialogue dialogue(envelope());
    CHECK(dialogue.next("HTTP/1.1 400 Bad Request\r\n").error().code == Errc::bad_answer);
}

TEST_CASE("a reply may have several lines and may come in parts", "[unit][notify]") {
    CHECK(notify::reply_size("") == 0);
    CHECK(notify::reply_size("250 ok") == 0);
    CHECK(notify::reply_size("250 ok\r\n") == 8);
    CHECK(notify::reply_size("250-a\r\n250-b\r\n") == 0);
    CHECK(notify::reply_size("250-a\r\n250 b\r\n220 next\r\n") == 14);
}

TEST_CASE("lines that begin with a full stop are not the end of the mail", "[unit][notify]") {
    CHECK(notify::dot_stuffed(".\r\na.\r\n..b") == "..\r\na.\r\n...b\r\n.\r\n");
    CHECK(notify::dot_stuffed("a\r\n") == "a\r\n.\r\n");
}

}  // namespace audienced::unit::notify_smtp_dialogue_test
