#include "source/delimited/bytes.hpp"
#include "support/gzip.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::source_delimited_bytes_test {

using namespace audienced;
using namespace audienced::source::delimited;
using audienced::test::gzip;

namespace {

result<std::string> drain(Bytes& bytes, std::size_t chunk) {
    std::string out, piece(chunk, '\0');
    for (;;) {
        auto n = bytes.read(piece);
        if (!n) return n.error();
        if (*n == 0) return out;
        out.append(piece, 0, *n);
    }
}

std::string utf8_of(std::string_view raw, Encoding encoding, std::size_t chunk = 4096) {
    auto bytes = decoded(bytes_of(raw), encoding);
    auto text = drain(*bytes, chunk);
    REQUIRE(text.has_value());
    return *text;
}

using namespace std::string_literals;

}  // namespace

TEST_CASE("bytes become UTF-8, whatever piece they are read in", "[unit][source]") {
    const std::size_t chunk = GENERATE(5, 8, 4096);
    CHECK(utf8_of("\xEF\xBB\xBF"
                  "a\xC3\xA9",
                  Encoding::utf8, chunk) == "a\xC3\xA9");
    CHECK(utf8_of("", Encoding::utf8, chunk) == "");
    CHECK(utf8_of("a", Encoding::utf8, chunk) == "a");
    CHECK(utf8_of("Nu\xF1"
                  "ez \x80",
                  Encoding::windows1252, chunk) ==
          "Nu\xC3\xB1"
          "ez \xE2\x82\xAC");
    CHECK(utf8_of("\xFF\xFE"
                  "a\0\xE9\0"s,
                  Encoding::utf8, chunk) == "a\xC3\xA9");
    CHECK(utf8_of("\xFE\xFF\0a\0\xE9"s, Encoding::windows1252, chunk) == "a\xC3\xA9");
    CHECK(utf8_of("a\0\x3D\xD8\x00\xDE"s, Encoding::utf16le, chunk) == "a\xF0\x9F\x98\x80");
    CHECK(utf8_of("\0a\xD8\x3D\xDE\x00"s, Encoding::utf16be, chunk) == "a\xF0\x9F\x98\x80");
}

TEST_CASE("text that is invalid in its encoding becomes a byte that UTF-8 never has", "[unit][source]") {
    CHECK(utf8_of("a\x81"
                  "b",
                  Encoding::windows1252) ==
          "a\xFF"
          "b");
    CHECK(utf8_of("\x3D\xD8"
                  "a\0"s,
                  Encoding::utf16le) ==
          "\xFF"
          "a");
    CHECK(utf8_of("\x00\xDC"
                  "a\0"s,
                  Encoding::utf16le) ==
          "\xFF"
          "a");
    CHECK(utf8_of("a\0b"s, Encoding::utf16le) == "a\xFF");
    CHECK(utf8_of("a\0\x3D\xD8"s, Encoding::utf16le) == "a\xFF");
}

TEST_CASE("a long text survives every encoding", "[unit][source]") {
    std::string latin, wide, expected;
    for (int i = 0; i < 300'000; ++i) {
        latin += "\xE9x";
        wide += "\xE9\0x\0"s;
        expected += "\xC3\xA9x";
    }
    CHECK(utf8_of(latin, Encoding::windows1252) == expected);
    CHECK(utf8_of(wide, Encoding::utf16le, 1000) == expected);
}

TEST_CASE("gzip is unpacked: one member, several, padding behind", "[unit][source]") {
    std::string big;
    for (int i = 0; i < 100'000; ++i) big += std::to_string(i) + ",";
    for (const std::string& packed : {gzip(big), gzip(big) + std::string(512, '\0')}) {
        auto bytes = unpacked(bytes_of(packed), "x.gz");
        CHECK(drain(*bytes, 777).value() == big);
    }
    const std::string two = gzip("a,b\n") + gzip("") + gzip("c,d\n");
    CHECK(*drain(*unpacked(bytes_of(two), "x.gz"), 10) == "a,b\nc,d\n");
}

TEST_CASE("gzip that is cut, damaged or no gzip is not ready, never short", "[unit][source]") {
    std::string good = gzip(std::string(100'000, 'a') + "the end");
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{12}, good.size() - 1}) {
        const std::string cut = good.substr(0, size);
        auto text = drain(*unpacked(bytes_of(cut), "x.gz"), 4096);
        REQUIRE(!text);
        CHECK(text.error().code == Errc::not_ready);
    }
    good[good.size() / 2] = static_cast<char>(good[good.size() / 2] ^ 0x55);
    CHECK(!drain(*unpacked(bytes_of(good), "x.gz"), 4096));
    CHECK(!drain(*unpacked(bytes_of("email\nx\n"), "x.gz"), 4096));
}

TEST_CASE("encodings have their usual names", "[unit][source]") {
    CHECK(encoding_named("UTF-8") == Encoding::utf8);
    CHECK(encoding_named("65001") == Encoding::utf8);
    CHECK(encoding_named("Windows-1252") == Encoding::windows1252);
    CHECK(encoding_named("utf-16") == Encoding::utf16le);
    CHECK(!encoding_named("ebcdic"));
}

}  // namespace audienced::unit::source_delimited_bytes_test
