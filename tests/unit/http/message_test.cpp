#include "http/message.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::http_message_test {

using namespace audienced;
using namespace audienced::http;

TEST_CASE("an https address is taken apart", "[unit][http]") {
    auto [text, host, port, target] = GENERATE(table<const char*, const char*, int, const char*>({
        {"https://us21.api.mailchimp.com/3.0/ping", "us21.api.mailchimp.com", 443, "/3.0/ping"},
        {"https://api.cc.email", "api.cc.email", 443, "/"},
        {"https://api.cc.email?x=1", "api.cc.email", 443, "/?x=1"},
        {"https://api.cc.email/v3/a?x=1&y=b/c:d@e", "api.cc.email", 443, "/v3/a?x=1&y=b/c:d@e"},
        {"HTTPS://API.CC.Email/V3", "api.cc.email", 443, "/V3"},
        {"https://localhost:8443/", "localhost", 8443, "/"},
        {"https://127.0.0.1:1/x", "127.0.0.1", 1, "/x"},
        {"https://[::1]:65535/x", "::1", 65535, "/x"},
        {"https://[2001:DB8::1]", "2001:db8::1", 443, "/"},
    }));
    CAPTURE(text);
    const auto url = parse_url(text);
    REQUIRE(url.has_value());
    CHECK(url->host == host);
    CHECK(url->port == port);
    CHECK(url->target == target);
}

TEST_CASE("what is not an https address is refused, saying why", "[unit][http]") {
    auto [text, why] = GENERATE(table<const char*, const char*>({
        {"", "https://"},
        {"api.cc.email", "https://"},
        {"http://api.cc.email", "only https"},
        {"ftp://api.cc.email", "only https"},
        {"https://", "host is missing"},
        {"https:///path", "host is missing"},
        {"https://:443/", "host is missing"},
        {"https://user:pw@host/", "user name"},
        {"https://host/#part", "fragment"},
        {"https://host:0/", "port"},
        {"https://host:65536/", "port"},
        {"https://host:/", "port"},
        {"https://host:1e3/", "port"},
        {"https://ho st/", "blank"},
        {"https://host/a\r\nX: y", "control"},
        {"https://h\xC3\xBCte.de/", "ASCII"},
        {"https://a..b/", "malformed"},
        {"https://a%2fb/", "malformed"},
        {"https://[::1/", "not closed"},
        {"https://[abc]/", "malformed"},
        {"https://[::1]x/", "malformed"},
    }));
    CAPTURE(text);
    const auto url = parse_url(text);
    REQUIRE(url.has_error());
    CHECK(url.error().code == Errc::usage);
    CHECK_THAT(url.error().text(), Catch::Contains(why));
}

TEST_CASE("a refused address does not show its password or query", "[unit][http]") {
    const auto url = parse_url("https://user:hunter2@host/?key=s3cret");
    REQUIRE(url.has_error());
    CHECK(url.error().text().find("hunter2") == std::string::npos);
    CHECK(url.error().text().find("s3cret") == std::string::npos);
}

TEST_CASE("an origin is printed as it is parsed", "[unit][http]") {
    auto text =
        GENERATE("https://api.cc.email", "https://localhost:8443", "https://[::1]", "https://[::1]:444");
    CHECK(parse_url(text)->origin() == text);
}

TEST_CASE("percent encoding keeps only unreserved characters", "[unit][http]") {
    CHECK(percent_encode("azAZ09-._~") == "azAZ09-._~");
    CHECK(percent_encode("a b&c=d/e+f@g") == "a%20b%26c%3Dd%2Fe%2Bf%40g");
    CHECK(percent_encode("\xC3\xBC\n") == "%C3%BC%0A");
    CHECK(percent_encode("") == "");
}

TEST_CASE("a path is joined to a base with exactly one slash between", "[unit][http]") {
    auto [base, path, target] = GENERATE(table<const char*, const char*, const char*>({
        {"https://h", "/3.0/ping", "/3.0/ping"},
        {"https://h/", "/3.0/ping", "/3.0/ping"},
        {"https://h/proxy", "/3.0/ping?x=1", "/proxy/3.0/ping?x=1"},
        {"https://h/proxy//", "/3.0", "/proxy/3.0"},
        {"https://h/proxy?left=out", "/3.0", "/proxy/3.0"},
        {"https://h/a", "b", "/a/b"},
    }));
    CHECK(join(parse_url(base).value(), path).target == target);
}

TEST_CASE("a header is found whatever its case, the first of its name first", "[unit][http]") {
    Response response;
    response.headers = {{"Retry-After", "5"}, {"retry-after", "6"}, {"ETag", ""}};
    CHECK(response.header("RETRY-AFTER") == "5");
    CHECK(response.header("etag").empty());
    CHECK(response.header("absent").empty());
}

}  // namespace audienced::unit::http_message_test
