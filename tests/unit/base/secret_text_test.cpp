#include "base/secret_text.hpp"

#include <catch2/catch.hpp>

#include "support/print_result.hpp"

namespace audienced::unit::base_secret_text_test {

using namespace audienced;

TEST_CASE("what an editor adds around a key is taken away", "[unit][base]") {
    // A blank last line came out as "a request header cannot be sent".
    const auto text =
        GENERATE("key-us6", "key-us6\n", "key-us6\r\n", "key-us6\n\n", "key-us6\r\n\r\n \n", "\n\nkey-us6",
                 " key-us6 ", "\tkey-us6\t\n", "\xEF\xBB\xBFkey-us6\r\n", "\xC2\xA0key-us6\xC2\xA0\n");
    CHECK(secret_text(text, SecretShape::word, "the file k").value() == "key-us6");
}

TEST_CASE("what no request can carry is refused with file, line and kind, never with the text",
          "[unit][base]") {
    struct Row {
        std::string text;
        const char* says;
    };
    const auto row = GENERATE(
        Row{"", "is empty"}, Row{"\n \r\n", "is empty"}, Row{"hush key", "a blank in line 1"},
        Row{"\nhush\x01key\n", "a control character in line 2"},
        Row{"hush\rkey", "a control character in line 1"},
        Row{"hush\xC2\xA0key", "a character that is not ASCII in line 1"},
        Row{"hush\nkey\n", "2 lines of text"}, Row{std::string("\xFF\xFEh\0u\0s\0h\0", 10), "UTF-16"},
        Row{std::string("hush\0", 5), "no text at all"});
    auto refused = secret_text(row.text, SecretShape::word, "the file /root/k");
    REQUIRE(!refused);
    INFO(refused.error().text());
    CHECK(refused.error().code == Errc::usage);
    CHECK(refused.error().message.starts_with("the file /root/k "));
    CHECK(refused.error().message.find(row.says) != std::string::npos);
    CHECK_FALSE(refused.error().hint.empty());
    CHECK(refused.error().text().find("hush") == std::string::npos);
}

TEST_CASE("several keys stand a line each", "[unit][base]") {
    CHECK(secret_text("one\r\n\r\n two \n", SecretShape::words, "f").value() == "one\ntwo");
    CHECK_FALSE(secret_text("one\ntwo words\n", SecretShape::words, "f"));
}

TEST_CASE("a client secret may hold blanks, and none around it", "[unit][base]") {
    CHECK(secret_text(" two words \r\n", SecretShape::phrase, "f").value() == "two words");
    CHECK_FALSE(secret_text("a\ttab", SecretShape::phrase, "f"));
    CHECK_FALSE(secret_text("gr\xC3\xBC\xC3\x9F", SecretShape::phrase, "f"));
}

TEST_CASE("a password keeps its blanks and its letters", "[unit][base]") {
    CHECK(secret_text(" gr\xC3\xBC\xC3\x9F dich \r\n\r\n", SecretShape::password, "f").value() ==
          " gr\xC3\xBC\xC3\x9F dich ");
    CHECK_FALSE(secret_text("one\ntwo\n", SecretShape::password, "f"));
    CHECK_FALSE(secret_text("bell\x07", SecretShape::password, "f"));
}

}  // namespace audienced::unit::base_secret_text_test
