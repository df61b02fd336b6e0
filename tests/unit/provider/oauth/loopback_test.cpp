#include "provider/oauth/loopback.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include "aio/task_group.hpp"
#include "support/print_result.hpp"
#include "support/run_coro.hpp"

namespace audienced::unit::provider_oauth_loopback_test {

using namespace audienced;
using namespace audienced::provider::oauth;
using namespace audienced::test;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

struct LoopbackBench {
    asio::io_context io;
    std::unique_ptr<Loopback> loopback;
    std::optional<result<Secret>> code;
    aio::TaskGroup tasks{io.get_executor()};

    LoopbackBench() {
        ListenAddress any;
        any.port = 0;
        auto opened = Loopback::open(io.get_executor(), any);
        if (opened) loopback = std::move(*opened);
    }
    tcp::endpoint address() const { return {asio::ip::make_address("127.0.0.1"), loopback->port()}; }
};

awaitable<void> wait_for_code(LoopbackBench& bench) {
    bench.code = co_await bench.loopback->wait_for_code("st");
    std::string trouble = *bench.code ? std::string() : bench.code->error().text();
    co_await bench.loopback->answer(std::move(trouble));
}

awaitable<std::string> browse(LoopbackBench& bench, std::string request) {
    auto token = asio::as_tuple(asio::use_awaitable);
    tcp::socket socket(bench.io);
    auto [refused] = co_await socket.async_connect(bench.address(), token);
    if (refused) co_return "refused";
    (void)co_await asio::async_write(socket, asio::buffer(request), token);
    std::string answer;
    auto buffer = asio::dynamic_buffer(answer);
    (void)co_await asio::async_read(socket, buffer, token);
    co_return answer;
}

std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace

TEST_CASE("the returning browser is shown the outcome; other requests get 404", "[unit][oauth]") {
    LoopbackBench bench;
    REQUIRE(bench.loopback);
    bench.tasks.spawn("wait", wait_for_code(bench));
    tcp::socket silent(bench.io);  // a browser that connects ahead of need must not hold up anything
    silent.connect(bench.address());
    CHECK_THAT(run_coro(bench.io, browse(bench, get("/favicon.ico"))), Catch::StartsWith("HTTP/1.1 404 "));
    CHECK_THAT(run_coro(bench.io, browse(bench, "POST /callback?code=c&state=st HTTP/1.1\r\n\r\n")),
               Catch::StartsWith("HTTP/1.1 404 "));
    CHECK_FALSE(bench.code);
    const auto page = run_coro(bench.io, browse(bench, get("/callback?code=c&state=st")));
    CHECK_THAT(page, Catch::StartsWith("HTTP/1.1 200 ") && Catch::Contains("Signed in"));
    run_coro(bench.io, bench.tasks.wait());
    CHECK((*bench.code)->reveal() == "c");
    CHECK(run_coro(bench.io, browse(bench, get("/"))) == "refused");
}

TEST_CASE("a callback that is not ours gets a page that says why, and the wait goes on", "[unit][oauth]") {
    LoopbackBench bench;
    REQUIRE(bench.loopback);
    bench.tasks.spawn("wait", wait_for_code(bench));
    const auto page = run_coro(bench.io, browse(bench, get("/callback?code=c&state=<b>")));
    CHECK_THAT(page, Catch::StartsWith("HTTP/1.1 400 ") && Catch::Contains("a different state"));
    CHECK(page.find("<b>") == std::string::npos);
    CHECK_FALSE(bench.code);
    CHECK_THAT(run_coro(bench.io, browse(bench, get("/callback?code=d&state=st"))),
               Catch::StartsWith("HTTP/1.1 200 "));
    run_coro(bench.io, bench.tasks.wait());
    CHECK((*bench.code)->reveal() == "d");
}

TEST_CASE("a refusal with our state ends the wait with a page that says why", "[unit][oauth]") {
    LoopbackBench bench;
    REQUIRE(bench.loopback);
    bench.tasks.spawn("wait", wait_for_code(bench));
    const auto page = run_coro(bench.io, browse(bench, get("/callback?error=access_denied&state=st")));
    CHECK_THAT(page, Catch::StartsWith("HTTP/1.1 400 ") && Catch::Contains("access_denied"));
    run_coro(bench.io, bench.tasks.wait());
    CHECK(bench.code->error().code == Errc::auth);
}

TEST_CASE("a request without end is cut at 8 KiB", "[unit][oauth]") {
    LoopbackBench bench;
    REQUIRE(bench.loopback);
    bench.tasks.spawn("wait", wait_for_code(bench));
    CHECK(run_coro(bench.io, browse(bench, "GET /callback?" + std::string(20'000, 'x'))).empty());
    bench.tasks.cancel();
    run_coro(bench.io, bench.tasks.wait());
    run_coro(bench.io, bench.loopback->close());
}

TEST_CASE("a port that is taken is refused with the way out", "[unit][oauth]") {
    LoopbackBench first;
    REQUIRE(first.loopback);
    ListenAddress same;
    same.port = first.loopback->port();
    const auto second = Loopback::open(first.io.get_executor(), same);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::wrong_state);
    CHECK_THAT(second.error().text(), Catch::Contains("--listen"));
}

TEST_CASE("--listen takes an address and a port, and nothing else", "[unit][oauth]") {
    CHECK(parse_listen("0.0.0.0:8765")->port == 8765);
    CHECK(parse_listen("[::1]:0")->address == "::1");
    CHECK(parse_listen("localhost:1")->address == "127.0.0.1");
    for (const char* wrong : {"", "8765", ":8765", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                              "127.0.0.1:65536", "host.example:1", "::1"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_listen(wrong));
    }
}

}  // namespace audienced::unit::provider_oauth_loopback_test
