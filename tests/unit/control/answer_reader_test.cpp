#include "control/answer_reader.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

namespace audienced::unit::control_answer_reader_test {

using namespace audienced;
using namespace audienced::control;

namespace {
/// Gives the text in pieces of `size` bytes.
AnswerReader reader(std::string text, std::size_t size) {
    auto left = std::make_shared<std::string>(std::move(text));
    return AnswerReader([left, size](char* into, std::size_t room) -> result<std::size_t> {
        const std::size_t n = std::min({size, room, left->size()});
        left->copy(into, n);
        left->erase(0, n);
        return n;
    });
}
}  // namespace

TEST_CASE("an answer is read by length, by chunks or to its end, in pieces of any size", "[unit][control]") {
    const std::string answers[] = {
        "HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello and what is not ours",
        "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
        "HTTP/1.0 201 Created\r\nConnection: close\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\ncontent-length:5\n\nhello",
    };
    for (const auto& text : answers)
        for (const std::size_t size : {1u, 2u, 7u, 4096u}) {
            CAPTURE(text, size);
            auto r = reader(text, size);
            REQUIRE(r.read_head().value() == 201);
            CHECK(r.read_rest(100).value() == "hello");
        }
}

TEST_CASE("an answer that is cut off, malformed or too large is an error", "[unit][control]") {
    CHECK_FALSE(reader("", 9).read_head().has_value());
    CHECK_FALSE(reader("SSH-2.0-OpenSSH\r\n\r\n", 9).read_head().has_value());
    CHECK_FALSE(reader("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", 9).read_head().has_value());
    CHECK_FALSE(reader(std::string(100'000, 'x'), 4096).read_head().has_value());
    for (const char* cut : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"}) {
        CAPTURE(cut);
        auto r = reader(cut, 3);
        REQUIRE(r.read_head().has_value());
        CHECK_FALSE(r.read_rest(100).has_value());
    }
    auto large = reader("HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'), 64);
    REQUIRE(large.read_head().has_value());
    CHECK(large.read_rest(100).error().code == Errc::too_large);
}

}  // namespace audienced::unit::control_answer_reader_test
