#include "source/delimited/records.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::source_delimited_records_test {

using namespace audienced;
using namespace audienced::source::delimited;

namespace {

/// "a|b" for a record, "!3 why" for a broken one; at most `chunk` bytes come at once.
struct Dribble final : Bytes {
    Dribble(std::string t, std::size_t c) : text(std::move(t)), chunk(c) {}
    result<std::size_t> read(std::span<char> into) override {
        const std::size_t n = std::min({into.size(), chunk, text.size() - at});
        text.copy(into.data(), n, at);
        at += n;
        return n;
    }
    std::string text;
    std::size_t chunk, at = 0;
};

std::vector<std::string> read_all(const std::string& text, std::size_t chunk, Dialect dialect = {},
                                  std::size_t width = 0) {
    Dribble bytes(text, chunk);
    Records records(bytes, dialect);
    if (width) records.set_width(width);
    std::vector<std::string> out;
    for (;;) {
        auto got = records.next({});
        REQUIRE(got.has_value());
        if (*got == Records::Got::end) return out;
        std::string line;
        if (*got == Records::Got::broken) {
            line = "!" + std::to_string(records.line()) + " " + records.why();
        } else {
            line = std::to_string(records.line()) + " ";
            for (std::size_t i = 0; i < records.fields().size(); ++i)
                line += (i ? "|" : "") + std::string(records.fields()[i]);
        }
        out.push_back(line);
    }
}

struct Case {
    const char* what;
    std::string text;
    std::vector<std::string> expected;
};

}  // namespace

TEST_CASE("records are told apart the same, however the bytes are cut", "[unit][source]") {
    const auto c = GENERATE(values<Case>({
        {"nothing", "", {}},
        {"one record without a final line end", "a,b", {"1 a|b"}},
        {"LF and CRLF", "a,b\nc,d\r\ne,f\r\n", {"1 a|b", "2 c|d", "3 e|f"}},
        {"empty fields", ",\na,,b\n,,", {"1 |", "2 a||b", "3 ||"}},
        {"quotes", "\"a\",\"b,c\"\n", {"1 a|b,c"}},
        {"doubled quotes", "\"say \"\"hi\"\"\",\"\"\"\"\n", {"1 say \"hi\"|\""}},
        {"empty quotes", "\"\",\"\"\n", {"1 |"}},
        {"line breaks in quotes count as lines", "\"a\nb\r\nc\",d\ne,f\n", {"1 a\nb\r\nc|d", "4 e|f"}},
        {"a quote in a bare field is itself", "O\"Brien,5\" x\n", {"1 O\"Brien|5\" x"}},
        {"a lone CR in a bare field is itself", "a\rb,c\r\n", {"1 a\rb|c"}},
        {"empty lines are no records", "a,b\n\n\r\nc,d\n\n", {"1 a|b", "4 c|d"}},
        {"text behind a closing quote breaks its line only",
         "a,b\n\"x\"y,z\nc,d\n",
         {"1 a|b", "!2 text follows a closing quote", "3 c|d"}},
        {"an open quote at the end breaks its line only",
         "a,b\n\"x,y\nc,d\ne,f",
         {"1 a|b", "!2 a quote is not closed", "3 c|d", "4 e|f"}},
        {"a quote opened and closed by the next line's",
         "\"x,y\n\"c\",d\ne,f\n",
         {"!1 text follows a closing quote", "2 c|d", "3 e|f"}},
        {"a quote opened by the last byte", "a,b\nc,\"", {"1 a|b", "!2 a quote is not closed"}},
        {"closed by the last byte", "a,\"b\"", {"1 a|b"}},
        {"CR as the last byte", "a,\"b\"\r", {"1 a|b"}},
    }));
    const std::size_t chunk = GENERATE(1, 2, 3, 7, 100000);
    INFO(c.what << ", " << chunk << " bytes at once");
    CHECK(read_all(c.text, chunk) == c.expected);
}

TEST_CASE("an empty line is a record where records have one field", "[unit][source]") {
    CHECK(read_all("a\n\nb\n", 100, {}, 1) == std::vector<std::string>{"1 a", "2 ", "3 b"});
}

TEST_CASE("another delimiter, and quotes as ordinary characters", "[unit][source]") {
    CHECK(read_all("a;\"b;c\"\n", 100, {';', true}) == std::vector<std::string>{"1 a|b;c"});
    CHECK(read_all("a;\"b;c\"\n", 100, {';', false}) == std::vector<std::string>{"1 a|\"b|c\""});
    CHECK(read_all("a\tb\n", 100, {'\t', true}) == std::vector<std::string>{"1 a|b"});
}

TEST_CASE("a field of a megabyte is read, bare and quoted", "[unit][source]") {
    const std::string big(1u << 20, 'x');
    CHECK(read_all("a," + big + "\nb,c\n", 65536) == std::vector<std::string>{"1 a|" + big, "2 b|c"});
    CHECK(read_all("a,\"" + big + "\"\nb,c\n", 65536) == std::vector<std::string>{"1 a|" + big, "2 b|c"});
}

TEST_CASE("an open quote costs its own line, not the megabytes behind it", "[unit][source]") {
    std::string text = "a,\"b\n";
    while (text.size() < Records::max_record + 1000) text += "c,d\n";
    const auto lines = read_all(text, 1u << 20);
    REQUIRE(lines.size() == (text.size() - 5) / 4 + 1);
    CHECK(lines[0] == "!1 a quote is not closed");
    CHECK(lines[1] == "2 c|d");
}

TEST_CASE("a text whose every line leaves a quote open is given up, not read for hours", "[unit][source]") {
    std::string text;
    while (text.size() < 3 * Records::max_record) text += "a\",\"b\n";
    Dribble bytes(text, 1u << 20);
    Records records(bytes, {});
    for (;;) {
        auto got = records.next({});
        if (!got) {
            CHECK(got.error().code == Errc::not_ready);
            break;
        }
        REQUIRE(*got != Records::Got::end);
    }
}

TEST_CASE("a line of more than 8 MiB is an error, since nothing says where it ends", "[unit][source]") {
    Dribble bytes(std::string(Records::max_record + 1, 'x'), 1u << 20);
    Records records(bytes, {});
    auto got = records.next({});
    REQUIRE(!got);
    CHECK(got.error().code == Errc::not_ready);
}

TEST_CASE("delimiters are one ASCII character or the word tab", "[unit][source]") {
    CHECK(*delimiter_named(";") == ';');
    CHECK(*delimiter_named("tab") == '\t');
    CHECK(*delimiter_named("\\t") == '\t');
    for (const char* bad : {"", ",,", "\"", "\n", "\xC3\xA9", "\xE9"}) CHECK(!delimiter_named(bad));
}

}  // namespace audienced::unit::source_delimited_records_test
