#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "http/beast/proxy_answer.hpp"

namespace audienced::unit::http_beast_client_proxy_test {

using namespace audienced;
using namespace audienced::test;

namespace {
http::ClientOptions through(std::uint16_t port) {
    auto options = to_loopback();
    http::Proxy proxy;
    proxy.host = "proxy.test";
    proxy.port = port;
    proxy.credentials = Secret("user:password");
    options.proxy = std::move(proxy);
    return options;
}
}  // namespace

TEST_CASE("a proxy is asked for a tunnel, and TLS goes through it end to end", "[unit][http]") {
    TlsServerOptions as_proxy;
    as_proxy.as_proxy = true;
    TlsServer server(ca().issue("api.test"), answers("through"), as_proxy);
    HttpFixture f(through(server.port()));
    auto request = f.request(server);
    request.url.port = 443;
    const auto response = f.send(request);
    REQUIRE(response.has_value());
    CHECK(response->body == "through");
    CHECK(server.server_name() == "api.test");
    CHECK(server.connect_request() ==
          "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n"
          "Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\n");
    REQUIRE(f.send(request).has_value());
    CHECK(server.connections() == 1);
}

TEST_CASE("a proxy that refuses is told apart from the host behind it", "[unit][http]") {
    auto [answer, code] = GENERATE(table<std::string, Errc>({
        {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Errc::bad_config},
        {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", Errc::network},
        {"SSH-2.0\r\n\r\n", Errc::bad_answer},
        {"HTTP/1.1 200 OK\r\n\r\nmore", Errc::bad_answer},
    }));
    TlsServerOptions as_proxy;
    as_proxy.as_proxy = true;
    as_proxy.proxy_answer = answer;
    TlsServer server(ca().issue("api.test"), answers("x"), as_proxy);
    HttpFixture f(through(server.port()));
    const auto response = f.get(server);
    REQUIRE(response.has_error());
    CHECK(response.error().code == code);
    CHECK_THAT(response.error().message, Catch::Contains("proxy.test"));
    CHECK(response.error().text().find("password:") == std::string::npos);
    CHECK(server.requests() == 0);
}

TEST_CASE("a proxy's answer is read however its bytes are cut up, and bounded", "[unit][http]") {
    const std::string text = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        http::ProxyAnswer answer("proxy.test");
        for (std::size_t at = 0; at < text.size(); at += step) {
            REQUIRE_FALSE(answer.complete());
            REQUIRE(answer.feed(std::string_view(text).substr(at, step)).has_value());
        }
        CHECK(answer.complete());
    }
    http::ProxyAnswer endless("proxy.test");
    REQUIRE(endless.feed("HTTP/1.1 200 OK\r\n").has_value());
    CHECK(endless.feed(std::string(20'000, 'x')).has_error());
}

}  // namespace audienced::unit::http_beast_client_proxy_test
