#include "http/beast/client.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "fixture.hpp"
#include "support/gzip.hpp"

namespace audienced::unit::http_beast_client_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {
enum class Ending { goodbye, cut, reset };
}  // namespace

TEST_CASE("a request goes out as it should and its answer comes back", "[unit][http]") {
    HttpFixture f;
    const std::string answer = "HTTP/1.1 201 Created\r\nETag: \"7\"\r\nContent-Length: 4\r\n\r\ndone";
    std::string seen;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        seen = peer.read_request().value_or("");
        peer.send(answer);
    });
    auto request = f.request(server, "/3.0/lists?count=1");
    request.method = http::Method::post;
    request.headers = {{"Authorization", "Bearer abc"}, {"Content-Type", "application/json"}};
    request.body = R"({"a":1})";
    const auto response = f.send(request);
    REQUIRE(response.has_value());
    CHECK(response->status == 201);
    CHECK(response->body == "done");
    CHECK(response->header("etag") == "\"7\"");
    CHECK(seen == "POST /3.0/lists?count=1 HTTP/1.1\r\nHost: api.test:" + std::to_string(server.port()) +
                      "\r\nUser-Agent: audienced-test\r\nAccept-Encoding: gzip\r\nContent-Length: 7\r\n"
                      "Authorization: Bearer abc\r\nContent-Type: application/json\r\n\r\n{\"a\":1}");
    CHECK(server.server_name() == "api.test");
    CHECK(response->bytes_sent == seen.size());
    CHECK(response->bytes_received == answer.size());
}

TEST_CASE("where the status alone is wanted, no body is waited for, whatever it is", "[unit][http]") {
    HttpFixture f;
    const std::string what =
        GENERATE("Content-Length: 4000000000\r\n\r\nthe begin", "Content-Length: 100000\r\n\r\n",
                 "Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip..",
                 "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    const unsigned status = GENERATE(200u, 500u);
    std::promise<void> answered;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.send("HTTP/1.1 " + std::to_string(status) + " Well\r\n" + what);
        answered.get_future().wait();  // the rest never comes
    });
    auto request = f.request(server);
    request.head_only = true;
    request.max_response_bytes = 1000;
    const auto response = f.send(request);
    answered.set_value();
    REQUIRE(response.has_value());
    CHECK(response->status == status);
}

TEST_CASE("bodies larger than a TLS record arrive whole, both ways", "[unit][http]") {
    HttpFixture f;
    std::string big;
    for (int i = 0; big.size() < 1'700'000; ++i) big += std::to_string(i) + ",";
    std::string seen;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        seen = peer.read_request().value_or("");
        const std::string packed = gzip(big);
        peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (std::size_t at = 0; at < packed.size(); at += 5000) {
            const std::string piece = packed.substr(at, 5000);
            char size[16];
            std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
            peer.send(size + piece + "\r\n");
        }
        peer.send("0\r\n\r\n");
    });
    auto request = f.request(server);
    request.method = http::Method::put;
    request.body = big;
    const auto response = f.send(request);
    REQUIRE(response.has_value());
    CHECK(response->body == big);
    CHECK(response->bytes_received < big.size() / 2);
    CHECK(seen.size() == response->bytes_sent);
    CHECK(seen.substr(seen.size() - big.size()) == big);
}

TEST_CASE("any status is a value, redirects are not followed", "[unit][http]") {
    auto status = GENERATE(204, 301, 307, 400, 401, 404, 429, 500, 503, 599);
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.send("HTTP/1.1 " + std::to_string(status) + " Whatever\r\nLocation: https://api.test/other\r\n" +
                  (status == 204 ? "" : "Content-Length: 0\r\n") + "\r\n");
        (void)peer.read_request();
    });
    const auto response = f.get(server);
    REQUIRE(response.has_value());
    CHECK(response->status == unsigned(status));
    CHECK(server.requests() == 1);
    CHECK(server.connections() == 1);
}

TEST_CASE("a header that could break the request out of its frame is refused before anything is sent",
          "[unit][http]") {
    auto header = GENERATE(values<std::pair<std::string, std::string>>({{"X-A", "1\r\nX-B: 2"},
                                                                        {"X-A", std::string("a\0b", 3)},
                                                                        {"X A", "1"},
                                                                        {"", "1"},
                                                                        {"X:", "1"},
                                                                        {"host", "other"},
                                                                        {"Content-Length", "1"},
                                                                        {"transfer-encoding", "chunked"}}));
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), answers("x"));
    auto request = f.request(server);
    request.headers = {header};
    const auto response = f.send(request);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::usage);
    CHECK(server.connections() == 0);
}

TEST_CASE("an answer that the server breaks off at any byte is an error, never an answer", "[unit][http]") {
    const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    const Ending how = GENERATE(Ending::goodbye, Ending::cut, Ending::reset);
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.send(answer.substr(0, std::size_t(peer.number())));
        if (how == Ending::goodbye) peer.say_goodbye();
        if (how == Ending::cut) peer.cut();
        if (how == Ending::reset) peer.reset();
    });
    for (std::size_t n = 0; n < answer.size(); ++n) {
        CAPTURE(int(how), n);
        const auto response = f.get(server);
        REQUIRE(response.has_error());
        REQUIRE(response.error().code == Errc::network);
        REQUIRE(response.error().safe_to_retry);
        REQUIRE_THAT(response.error().message, Catch::StartsWith("api.test "));
    }
    if (how != Ending::reset) CHECK(f.get(server).has_value());  // a reset may overtake its own data
}

TEST_CASE("a body without a length is complete only after close_notify", "[unit][http]") {
    HttpFixture f;
    bool polite = GENERATE(true, false);
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\n\r\nhalf or whole?");
        polite ? peer.say_goodbye() : peer.cut();
    });
    const auto response = f.get(server);
    REQUIRE(response.has_value() == polite);
    if (polite) CHECK(response->body == "half or whole?");
    if (!polite) CHECK(response.error().code == Errc::network);
}

TEST_CASE("an answer over the limit is an error that names the limit", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), answers(std::string(5000, 'x')));
    auto request = f.request(server);
    request.max_response_bytes = 4999;
    auto response = f.send(request);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::too_large);
    CHECK_THAT(response.error().message, Catch::Contains("4999"));
    request.max_response_bytes = 5000;
    CHECK(f.send(request).has_value());
}

TEST_CASE("the answer of a server that refuses a large request before reading it is not lost",
          "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [](Peer& peer) {
        peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nlarge");
        peer.cut();  // with the request unread, so that the client's writes are answered by a reset
    });
    auto request = f.request(server);
    request.method = http::Method::post;
    request.body.assign(32u << 20, 'x');
    const auto response = f.send(request);
    REQUIRE(response.has_value());
    CHECK(response->status == 413);
    CHECK(response->body == "large");
}

TEST_CASE("what is not HTTP is a bad answer", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [](Peer& peer) {
        (void)peer.read_request();
        peer.send(peer.number() == 0 ? "220 mail.test ESMTP\r\n"
                                     : "HTTP/1.1 101 Switching Protocols\r\n\r\n");
    });
    for (int i = 0; i < 2; ++i) {
        const auto response = f.get(server);
        REQUIRE(response.has_error());
        CHECK(response.error().code == Errc::bad_answer);
    }
}

TEST_CASE("a server that stalls at any step is given up at the deadline", "[unit][http]") {
    auto [before, code_text] = GENERATE(table<std::string, std::string>({
        {"", "did not answer in time"},
        {"HTTP/1.1 200 OK\r\nContent-Le", "did not finish its answer in time"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "did not finish its answer in time"},
    }));
    const std::string sent = before;  // Clang 14 cannot capture a structured binding
    HttpFixture f;
    std::promise<void> left;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.send(sent);
        f.advance(60s);
        peer.wait_for_close();
        left.set_value();
    });
    auto request = f.request(server);
    auto response = f.send(request);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::timeout);
    CHECK(response.error().safe_to_retry);
    if (before.empty()) CHECK_THAT(response.error().message, Catch::Contains(code_text));
    CHECK(left.get_future().wait_for(20s) == std::future_status::ready);  // the connection was closed
    f.client->close();
    f.io.restart();
    f.io.run();  // nothing is left running
    CHECK(f.time.sleepers() == 0);
}

TEST_CASE("a server that drips its answer is bounded by the whole request's deadline", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        for (int i = 0; i < 100; ++i) {
            peer.send("x");
            f.advance(1s);
        }
        peer.wait_for_close();
    });
    const auto response = f.get(server);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::timeout);
}

TEST_CASE("a timeout of a request that must not be sent twice says so", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        f.advance(60s);
        peer.wait_for_close();
    });
    auto request = f.request(server);
    request.repeatable = false;
    const auto response = f.send(request);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::timeout);
    CHECK_FALSE(response.error().safe_to_retry);
}

TEST_CASE("a port without a listener is reported as refused, with host and port", "[unit][http]") {
    HttpFixture f;
    std::uint16_t port = 0;
    {
        TlsServer gone(ca().issue("api.test"), answers("x"));
        port = gone.port();
    }
    http::Request request;
    request.url = http::Url{"api.test", port, "/secret?key=s3cret"};
    const auto response = f.send(request);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::network);
    CHECK(response.error().safe_to_retry);
    CHECK_THAT(response.error().message,
               Catch::Equals("api.test:" + std::to_string(port) + " refused the connection"));
    CHECK(response.error().text().find("s3cret") == std::string::npos);
}

}  // namespace audienced::unit::http_beast_client_test
