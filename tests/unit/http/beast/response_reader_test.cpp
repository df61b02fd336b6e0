#include "http/beast/response_reader.hpp"
#include "support/gzip.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::http_beast_response_reader_test {

using namespace audienced;
using namespace audienced::http;

namespace {
result<Response> read_all(const std::string& wire, std::size_t step, bool goodbye = false,
                          std::size_t limit = 1 << 20) {
    ResponseReader reader("api.test", limit);
    for (std::size_t at = 0; at < wire.size(); at += step)
        if (auto fed = reader.feed(std::string_view(wire).substr(at, step)); !fed) return fed.error();
    if (goodbye)
        if (auto ended = reader.end_of_stream(); !ended) return ended.error();
    if (!reader.complete()) return make_error(Errc::bug, "not complete");
    return reader.take();
}

Errc code_of(const std::string& wire, std::size_t limit = 1 << 20) {
    auto read = read_all(wire, wire.size(), true, limit);
    return read ? Errc::bug : read.error().code;
}

const std::string chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;ext=1\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n";
const std::string sized = "HTTP/1.1 404 Not Found\r\nContent-Length: 11\r\nX-A: b\r\n\r\nhello world";
const std::string to_the_end = "HTTP/1.1 200 OK\r\n\r\nhello world";
}  // namespace

TEST_CASE("an answer is the same however its bytes are cut up", "[unit][http]") {
    const std::string packed = test::gzip("hello world");
    const std::string gzipped =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size()) +
        "\r\n\r\n" + packed;
    auto wire = GENERATE_COPY(values({chunked, sized, to_the_end, gzipped}));
    for (std::size_t step = 1; step <= wire.size(); ++step) {
        const auto response = read_all(wire, step, true);
        CAPTURE(wire, step);
        REQUIRE(response.has_value());
        REQUIRE(response->body == "hello world");
    }
}

TEST_CASE("status and headers are kept as they came, trailers are not", "[unit][http]") {
    const auto response = read_all(sized, 7);
    REQUIRE(response.has_value());
    CHECK(response->status == 404);
    CHECK(response->headers == Headers{{"Content-Length", "11"}, {"X-A", "b"}});
    CHECK(read_all(chunked, 7)->header("Trailer").empty());
}

TEST_CASE("an answer cut at any byte is never taken for complete", "[unit][http]") {
    auto wire = GENERATE(values({chunked, sized}));
    for (std::size_t n = 1; n < wire.size(); ++n) {
        const auto response = read_all(wire.substr(0, n), n, true);
        CAPTURE(n);
        REQUIRE(response.has_error());
        REQUIRE(response.error().code == Errc::network);
        REQUIRE(response.error().safe_to_retry);
    }
}

TEST_CASE("an answer without a body needs none", "[unit][http]") {
    auto wire =
        GENERATE(values<std::string>({"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}));
    const auto response = read_all(wire, wire.size());
    REQUIRE(response.has_value());
    CHECK(response->body.empty());
}

TEST_CASE("a connection is reusable only after an answer that leaves it clean", "[unit][http]") {
    auto [wire, expected] = GENERATE(table<std::string, bool>({
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", true},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", false},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n", false},
    }));
    CAPTURE(wire);
    ResponseReader reader("api.test", 100);
    REQUIRE(reader.feed(wire).has_value());
    REQUIRE(reader.complete());
    CHECK(reader.reusable() == expected);
    CHECK(reader.take().body == "ok");
}

TEST_CASE("an answer that is not a valid final HTTP answer is a bad answer", "[unit][http]") {
    auto wire = GENERATE(values<std::string>({
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "\x16\x03\x01\x02\x03garbage\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 099 Odd\r\n\r\n",
        "HTTP/1.1 700 Odd\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX\r\n",
        "HTTP/1.1 200 OK\r\nBroken header\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nplaintext",
    }));
    CAPTURE(wire);
    CHECK(code_of(wire) == Errc::bad_answer);
}

TEST_CASE("gzip that ends too early is a bad answer even when HTTP is complete", "[unit][http]") {
    const std::string packed = test::gzip("hello world");
    for (std::size_t n = 1; n < packed.size(); ++n) {
        CAPTURE(n);
        REQUIRE(code_of("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(n) +
                        "\r\n\r\n" + packed.substr(0, n)) == Errc::bad_answer);
    }
}

TEST_CASE("a body of several gzip members is one text", "[unit][http]") {
    const auto response = read_all("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" +
                                       test::gzip("hello ") + test::gzip("") + test::gzip("world"),
                                   5, true);
    REQUIRE(response.has_value());
    CHECK(response->body == "hello world");
}

TEST_CASE("the limit on the body holds for every framing", "[unit][http]") {
    CHECK(code_of(sized, 11) == Errc::bug);
    CHECK(code_of(sized, 10) == Errc::too_large);
    CHECK(code_of(chunked, 10) == Errc::too_large);
    CHECK(code_of(to_the_end, 10) == Errc::too_large);
    CHECK(code_of("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n", 100) == Errc::too_large);
    CHECK(code_of("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + test::gzip(std::string(101, 'x')),
                  100) == Errc::too_large);
}

TEST_CASE("a decompression bomb is stopped by its ratio long before the limit on size", "[unit][http]") {
    const std::string bomb = test::gzip(std::string(8u << 20, '0'));
    REQUIRE(bomb.size() < 20'000);
    const auto read =
        read_all("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb, 4096, true, 1u << 30);
    REQUIRE(read.has_error());
    CHECK(read.error().code == Errc::too_large);
}

TEST_CASE("a head that never ends is stopped", "[unit][http]") {
    ResponseReader reader("api.test", 1000);
    REQUIRE(reader.feed("HTTP/1.1 200 OK\r\n").has_value());
    result<void> fed;
    std::size_t sent = 0;
    for (; fed && sent < (1u << 20); sent += 100)
        fed = reader.feed("X-Filler: " + std::string(88, 'x') + "\r\n");
    REQUIRE(fed.has_error());
    CHECK(fed.error().code == Errc::too_large);
    CHECK(sent <= 40'000);
}

TEST_CASE("chunk headers and trailers that never end are stopped", "[unit][http]") {
    auto start = GENERATE(values<std::string>({"5;", "0\r\nT: "}));
    ResponseReader reader("api.test", 1000);
    REQUIRE(reader.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + start).has_value());
    result<void> fed;
    std::size_t sent = 0;
    for (; fed && sent < (1u << 20); sent += 1000) fed = reader.feed(std::string(1000, 'x'));
    REQUIRE(fed.has_error());
    CHECK(sent <= 70'000);
}

}  // namespace audienced::unit::http_beast_response_reader_test
