// Who is trusted: every refusal happens before a byte of the request is sent.
#include <openssl/ssl.h>

#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace audienced::unit::http_beast_tls_test {

using namespace audienced;
using namespace audienced::test;

namespace {
void check_refused(HttpFixture& f, const TlsServer& server, const http::Request& request,
                   const std::string& why, const std::string& advice) {
    const int requests_before = server.requests();
    const auto response = f.send(request);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::tls);
    CHECK_THAT(response.error().message, Catch::Contains(why) && Catch::Contains(request.url.host));
    CHECK_THAT(response.error().hint, Catch::Contains(advice));
    CHECK_FALSE(response.error().safe_to_retry);
    CHECK(server.requests() == requests_before);
}
}  // namespace

TEST_CASE("a trusted certificate for another host is refused", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("other.test"), answers("x"));
    check_refused(f, server, f.request(server), "for another host", "host name");
}

TEST_CASE("a wildcard certificate stands for one label", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("*.api.test"), answers("x"));
    CHECK(f.send(f.request(server, "/", "us21.api.test")).has_value());
    check_refused(f, server, f.request(server, "/", "api.test"), "for another host", "host name");
    check_refused(f, server, f.request(server, "/", "a.b.api.test"), "for another host", "host name");
}

TEST_CASE("an address is verified against the certificate's addresses", "[unit][http]") {
    HttpFixture f;
    TlsServer good(ca().issue("127.0.0.1"), answers("x"));
    CHECK(f.send(f.request(good, "/", "127.0.0.1")).has_value());
    CHECK(good.server_name().empty());
    TlsServer other(ca().issue("127.0.0.2"), answers("x"));
    check_refused(f, other, f.request(other, "/", "127.0.0.1"), "for another host", "host name");
}

TEST_CASE("an expired certificate is refused", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test", {-2, -1}), answers("x"));
    check_refused(f, server, f.request(server), "has expired", "clock");
}

TEST_CASE("a certificate of tomorrow is refused", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test", {1, 2}), answers("x"));
    check_refused(f, server, f.request(server), "not valid yet", "clock");
}

TEST_CASE("a certificate of an unknown CA is refused, and the hint says how to name a CA", "[unit][http]") {
    HttpFixture f;
    TlsServer alone(self_signed("api.test"), answers("x"));
    check_refused(f, alone, f.request(alone), "unknown CA", "--ca-file");

    TestCa stranger;
    TlsServer foreign(stranger.issue("api.test"), answers("x"));
    check_refused(f, foreign, f.request(foreign), "unknown CA", "--ca-file");

    TlsServer ours(ca().issue("api.test"), answers("x"));
    auto without_ca_file = f.request(ours);
    without_ca_file.ca_file.clear();
    check_refused(f, ours, without_ca_file, "unknown CA", "--ca-file");
}

TEST_CASE("a chain is followed to the CA, and refused where its middle is missing", "[unit][http]") {
    HttpFixture f;
    TlsServer whole(ca().issue_by_intermediate("api.test", true), answers("x"));
    CHECK(f.get(whole).has_value());
    TlsServer gap(ca().issue_by_intermediate("api.test", false), answers("x"));
    check_refused(f, gap, f.request(gap), "unknown CA", "--ca-file");
}

TEST_CASE("TLS below 1.2 is refused, 1.2 and 1.3 are spoken", "[unit][http]") {
    HttpFixture f;
    TlsServerOptions options;
    options.max_version = TLS1_1_VERSION;
    TlsServer old(ca().issue("api.test"), answers("x"), options);
    check_refused(f, old, f.request(old), "no TLS connection", "TLS 1.2");
    options.max_version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
    TlsServer fine(ca().issue("api.test"), answers("x"), options);
    CHECK(f.get(fine).has_value());
}

TEST_CASE("a CA file that is missing or holds no certificate is a mistake in the configuration",
          "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), answers("x"));
    auto request = f.request(server);
    const bool absent = GENERATE(true, false);
    request.ca_file = absent ? (f.dir / "absent.pem").string() : f.dir.write("empty.pem", "nothing\n");
    const auto response = f.send(request);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::bad_config);
    CHECK_THAT(response.error().text(), Catch::Contains("--ca-file") && Catch::Contains(request.ca_file));
    CHECK(server.connections() == 0);
}

TEST_CASE("a CA file that is replaced counts for the next connection", "[unit][http]") {
    HttpFixture f;
    TestCa successor;
    TlsServer server(successor.issue("api.test"), answers("x"));
    CHECK(f.get(server).has_error());
    f.dir.write("ca.pem", ca().pem() + successor.pem());
    CHECK(f.get(server).has_value());
}

}  // namespace audienced::unit::http_beast_tls_test
