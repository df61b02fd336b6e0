// Cancelling at every step: the answer is Errc::cancelled, the connection is gone, nothing runs on.
#include <catch2/catch.hpp>
#include <future>

#include "aio/task_group.hpp"
#include "fixture.hpp"

namespace audienced::unit::http_beast_client_cancel_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {
awaitable<void> send_into(http::Client& client, http::Request request, Deadline deadline,
                          std::optional<result<http::Response>>& out) {
    out = co_await client.send(std::move(request), deadline);
}

struct Cancelling : HttpFixture {
    using HttpFixture::HttpFixture;
    aio::TaskGroup tasks{io.get_executor()};
    std::optional<result<http::Response>> out;

    /// From a server's thread.
    void cancel() {
        boost::asio::post(io, [this] { tasks.cancel(); });
    }
    void run(http::Request request) {
        tasks.spawn("send", send_into(*client, std::move(request), time.steady() + 60s, out));
        run_until(io, [this] { return tasks.empty(); });
        client->close();
        io.restart();
        io.run();  // ends by itself
        REQUIRE(out);
        REQUIRE(out->has_error());
        CHECK(out->error().code == Errc::cancelled);
        CHECK(time.sleepers() == 0);
    }
};
}  // namespace

TEST_CASE("cancelling while the server keeps us waiting closes the connection", "[unit][http]") {
    Cancelling f;
    auto before = GENERATE(values<std::string>({"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}));
    std::promise<void> left;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.send(before);
        f.cancel();
        peer.wait_for_close();
        left.set_value();
    });
    f.run(f.request(server));
    CHECK(left.get_future().wait_for(20s) == std::future_status::ready);
}

TEST_CASE("cancelling in the middle of a large request ends it", "[unit][http]") {
    Cancelling f;
    std::promise<void> cancelled;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        f.cancel();  // and read nothing before: the client's write is stuck when its buffers are full
        cancelled.get_future().wait();
        peer.wait_for_close();
    });
    auto request = f.request(server);
    request.method = http::Method::put;
    request.body.assign(64u << 20, 'x');
    f.run(request);
    cancelled.set_value();
}

TEST_CASE("cancelling during a handshake ends it", "[unit][http]") {
    Cancelling f;
    TlsServerOptions options;
    options.stall_handshake = true;
    options.stalled = [&] { f.cancel(); };
    TlsServer server(ca().issue("api.test"), answers("x"), options);
    f.run(f.request(server));
}

TEST_CASE("a handshake that never ends is given up after its own timeout", "[unit][http]") {
    HttpFixture f;
    TlsServerOptions options;
    options.stall_handshake = true;
    options.stalled = [&] { f.advance(10s); };
    TlsServer server(ca().issue("api.test"), answers("x"), options);
    const auto response = f.get(server);
    REQUIRE(response.has_error());
    CHECK(response.error().code == Errc::timeout);
    CHECK(response.error().safe_to_retry);
    CHECK_THAT(response.error().message, Catch::Contains("TLS handshake"));
}

TEST_CASE("cancelling while a name is looked up ends it", "[unit][http]") {
    auto release = std::make_shared<std::promise<void>>();
    Cancelling* target = nullptr;
    auto options = to_loopback();
    options.look_up =
        [&target, released = release->get_future().share()](const std::string&) -> result<http::Addresses> {
        target->cancel();
        released.wait();
        return make_error(Errc::network, "too late to matter");
    };
    {
        Cancelling f(std::move(options));
        target = &f;
        http::Request request;
        request.url = http::Url{"api.test", 443, "/"};
        f.run(request);
    }
    release->set_value();
}

}  // namespace audienced::unit::http_beast_client_cancel_test
