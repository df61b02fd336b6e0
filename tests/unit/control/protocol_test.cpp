// What goes over the wire: problems, targets, fields, answers, masks.
#include <catch2/catch.hpp>
#include <deque>
#include <nlohmann/json.hpp>

#include "control/answer_reader.hpp"
#include "control/fields.hpp"
#include "control/json.hpp"
#include "control/problem.hpp"
#include "control/target.hpp"

using namespace audienced;
using namespace audienced::control;
using nlohmann::json;

TEST_CASE("an error survives the way over the wire, with the exit code of its kind", "[unit][control]") {
    const std::map<Errc, int> special{
        {Errc::usage, 2}, {Errc::not_permitted, 4}, {Errc::not_found, 5}, {Errc::wrong_state, 6}};
    for (int i = 0; i <= static_cast<int>(Errc::bug); ++i) {
        const auto code = static_cast<Errc>(i);
        CAPTURE(to_string(code));
        const Error before = make_error(code, "what \"happened\" \xc3\xa9", "what to do");
        const Error after = parse_problem(print_problem(before), http_status(code));
        CHECK(after.code == code);
        CHECK(after.message == before.message);
        CHECK(after.hint == before.hint);
        CHECK(http_status(code) >= 400);
        const auto it = special.find(code);
        CHECK(exit_code(after.code) == (it == special.end() ? 1 : it->second));
    }
    const auto problem = json::parse(print_problem(make_error(Errc::not_found, "gone \xff")));
    CHECK(problem["type"] == "urn:audienced:error:not_found");
    CHECK(problem["status"] == 404);
}

TEST_CASE("what is no problem document is told by its HTTP status", "[unit][control]") {
    for (const char* body :
         {"", "<html>", "[]", "{}", R"({"type": 7})", R"({"type": "urn:audienced:error:unheard_of"})"}) {
        const Error error = parse_problem(body, 503);
        CHECK(error.code == Errc::bad_answer);
        CHECK(error.message.find("503") != std::string::npos);
    }
}

TEST_CASE("a target is split and decoded, a broken one is refused", "[unit][control]") {
    const auto target = parse_target("/v1/runs?export=a%2Fb&limit=3&detach");
    REQUIRE(target.has_value());
    CHECK(target->path == "/v1/runs");
    CHECK(target->query.at("export") == "a/b");
    CHECK(target->query.at("limit") == "3");
    CHECK(target->query.count("detach") == 1);
    for (const char* bad : {"", "v1", "http://x/v1/status", "/v1/%", "/v1/%4", "/v1/%zz", "/v1/%00",
                            "/v1/a%0d%0ab", "/?a=1&a=2"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_target(bad).has_value());
    }
    const std::string odd = "a b/\xc3\xa9?&=%";
    CHECK(parse_target("/" + percent_encode(odd))->path == "/" + odd);
}

TEST_CASE("the first mistake of a request's fields is its error", "[unit][control]") {
    const auto mistake = [](const std::string& body, auto read) {
        Fields fields(body);
        read(fields);
        const auto good = fields.finish();
        REQUIRE_FALSE(good.has_value());
        CHECK(good.error().code == Errc::usage);
        return good.error().message;
    };
    const auto nothing = [](Fields&) {};
    CHECK(mistake("[1]", nothing).find("not a JSON object") != std::string::npos);
    CHECK(mistake("{", nothing).find("not a JSON object") != std::string::npos);
    CHECK(mistake(R"({"surprise": 1})", nothing).find("surprise") != std::string::npos);
    CHECK(mistake("", [](Fields& f) { f.text("title"); }).find("title is missing") != std::string::npos);
    CHECK(mistake(R"({"name": "No Name"})", [](Fields& f) { f.name("name"); }).find("not a name") !=
          std::string::npos);
    CHECK(mistake(R"({"segments": ["a", "a"]})", [](Fields& f) { f.names("segments"); }).find("twice") !=
          std::string::npos);
    CHECK(mistake(R"({"segments": [1]})", [](Fields& f) { f.names("segments"); }).find("list of texts") !=
          std::string::npos);
    CHECK(mistake(R"({"hold": "yes"})", [](Fields& f) { f.flag_or("hold", false); }).find("true or false") !=
          std::string::npos);
    for (const char* number : {"-1", "101", "1.5", "\"5\"", "1e99"})
        CHECK(mistake(std::string(R"({"n": )") + number + "}", [](Fields& f) {
                  f.number_or("n", 0, 0, 100);
              }).find("0 to 100") != std::string::npos);
    CHECK(mistake(R"({"map": [{"attribute": "a"}]})", [](Fields& f) {
              f.mapping_or("map", {});
          }).find("map") != std::string::npos);

    Fields good(R"({"n": 7, "title": null, "pairs": {"a": "b"}, "map": [{"attribute": "a", "field": "F"}]})");
    CHECK(good.number_or("n", 0, 0, 100) == 7);
    CHECK(good.text_or("title", "otherwise") == "otherwise");
    CHECK(good.pairs("pairs").front().second == "b");
    CHECK(good.mapping_or("map", {}).front().second == "F");
    CHECK(good.finish().has_value());
}

TEST_CASE("addresses are masked wherever they stand in a text", "[unit][control]") {
    CHECK(mask_addresses("anna@example.com") == "a***@example.com");
    CHECK(mask_addresses("\xc3\xa9mile@example.com") == "\xc3\xa9***@example.com");
    CHECK(mask_addresses("no address here") == "no address here");
    CHECK(mask_addresses("Anna <anna@example.com>, bo@x.de") == "Anna <a***@example.com>, b***@x.de");
    CHECK(mask_addresses("@example.com") == "***@example.com");
    CHECK(mask_addresses("") == "");
}

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
