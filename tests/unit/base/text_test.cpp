#include "base/text.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::base_text_test {

using namespace audienced;

TEST_CASE("trim takes Unicode white space off both ends and nothing else", "[unit][base]") {
    auto [text, trimmed] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"a", "a"},
        {"  a b \t\r\n", "a b"},
        {"\xC2\xA0"
         "a\xE2\x80\x83",
         "a"},  // no-break space, em space
        {"\xE3\x80\x80\xE2\x80\x8B"
         "a",
         "a"},  // ideographic space, zero width space
        {"\xEF\xBB\xBF"
         "a",
         "a"},                                     // byte order mark
        {"\xE2\x80\xA9\xE2\x80\xA8\xC2\x85", ""},  // separators alone
        {"\xC3\xA0", "\xC3\xA0"},                  // a letter whose last byte looks like a no-break space
        {" \x80 ", "\x80"},                        // a stray continuation byte stays
        {"\xA0", "\xA0"},
    }));
    CAPTURE(text);
    CHECK(trim(text) == trimmed);
}

TEST_CASE("valid UTF-8 is distinguished from invalid sequences", "[unit][base]") {
    auto [text, valid] = GENERATE(table<std::string, bool>({
        {"", true},
        {"plain", true},
        {"\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80", true},
        {"\xF4\x8F\xBF\xBF", true},   // the last code point
        {"\xF4\x90\x80\x80", false},  // after it
        {"\xC0\xAF", false},          // overlong
        {"\xE0\x9F\xBF", false},
        {"\xF0\x8F\xBF\xBF", false},
        {"\xED\xA0\x80", false},  // a surrogate
        {"\xC3", false},          // cut
        {"\xE2\x82", false},
        {"\x80", false},
        {"\xFF", false},
    }));
    CAPTURE(text);
    CHECK(is_valid_utf8(text) == valid);
}

TEST_CASE("a text is cut before a letter that does not fit", "[unit][base]") {
    const std::string text = "a\xC3\xBC\xE2\x82\xAC";
    auto [max, cut] = GENERATE_COPY(table<std::size_t, std::string>(
        {{0, ""}, {1, "a"}, {2, "a"}, {3, "a\xC3\xBC"}, {5, "a\xC3\xBC"}, {6, text}, {99, text}}));
    CHECK(truncate_utf8(text, max) == cut);
}

TEST_CASE("case is ignored for ASCII letters only", "[unit][base]") {
    CHECK(ascii_lower("AZaz09\xC3\x84") == "azaz09\xC3\x84");
    CHECK(iequals("Retry-After", "retry-AFTER"));
    CHECK_FALSE(iequals("a", "ab"));
    CHECK_FALSE(iequals("\xC3\x84", "\xC3\xA4"));
    CHECK(icontains("Member Exists", "EXIST"));
    CHECK(icontains("anything", ""));
    CHECK_FALSE(icontains("Exis", "exist"));
    CHECK(to_hex(std::string("\x00\x7F\xFF", 3)) == "007fff");
}

TEST_CASE("letters and digits of any script are told from signs", "[unit][base]") {
    for (const char* text : {"a", "Z", "0", "@9", "\xC3\x84."}) CHECK(has_letter_or_digit(text));
    for (const char* text : {"", "@", "@.", "(-)"}) CHECK_FALSE(has_letter_or_digit(text));
    CHECK(is_ascii(""));
    CHECK(is_ascii("a~\x7F"));
    CHECK_FALSE(is_ascii("a\xC2\x80"));
}

TEST_CASE("a NAME is short, lower-case and begins with a letter or digit", "[unit][base]") {
    auto [text, good] = GENERATE(table<std::string, bool>({{"a", true},
                                                           {"0", true},
                                                           {"high-value_2", true},
                                                           {std::string(64, 'a'), true},
                                                           {std::string(65, 'a'), false},
                                                           {"", false},
                                                           {"-a", false},
                                                           {"_a", false},
                                                           {"A", false},
                                                           {"a b", false},
                                                           {"a/b", false},
                                                           {"\xC3\xBC", false}}));
    CAPTURE(text);
    CHECK(is_name(text) == good);
}

}  // namespace audienced::unit::base_text_test
