// Which connections carry a second request, and what happens when one has died in the meantime.
#include <catch2/catch.hpp>
#include <future>

#include "fixture.hpp"

namespace audienced::unit::http_beast_client_reuse_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {
// Answers the first request of its first connection, then ends it as told once the test allows it; later
// connections answer always.
TlsServer::Script dies_after_first(std::function<void(Peer&)> die) {
    return [die](Peer& peer) {
        while (peer.read_request()) {
            peer.send(ok(std::to_string(peer.number())));
            if (peer.number() == 0) return die(peer);
        }
    };
}
}  // namespace

TEST_CASE("one connection carries request after request to the same origin", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), answers("x"));
    for (int i = 0; i < 5; ++i) REQUIRE(f.get(server).has_value());
    CHECK(server.connections() == 1);
    CHECK(server.requests() == 5);
}

TEST_CASE("connections are not shared between host names, CA files, or after an answer that closes",
          "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("*.api.test"), [](Peer& peer) {
        while (auto request = peer.read_request())
            peer.send(ok("x", request->find("/last") != request->npos ? "Connection: close\r\n" : ""));
    });
    REQUIRE(f.send(f.request(server, "/", "a.api.test")).has_value());
    REQUIRE(f.send(f.request(server, "/", "b.api.test")).has_value());
    CHECK(server.connections() == 2);
    auto other_ca = f.request(server, "/", "a.api.test");
    other_ca.ca_file = f.dir.write("same-ca-other-file.pem", ca().pem());
    REQUIRE(f.send(other_ca).has_value());
    CHECK(server.connections() == 3);
    REQUIRE(f.send(f.request(server, "/last", "b.api.test")).has_value());
    CHECK(server.connections() == 3);
    REQUIRE(f.send(f.request(server, "/", "b.api.test")).has_value());
    CHECK(server.connections() == 4);
}

TEST_CASE("whether a host can be reached is asked on a connection of its own, whatever is kept open",
          "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), answers("x"));
    REQUIRE(f.get(server).has_value());
    auto request = f.request(server, "/", "api.test");
    request.on_new_connection = true;
    REQUIRE(f.send(request).has_value());
    CHECK(server.connections() == 2);
    request.ca_file = f.dir.write("none.pem", "");
    CHECK(f.send(request).error().code == Errc::bad_config);
}

TEST_CASE("a connection that the server closed while it was idle is noticed before it is used",
          "[unit][http]") {
    HttpFixture f;
    auto how = GENERATE(0, 1, 2);
    std::promise<void> done;
    TlsServer server(ca().issue("api.test"), dies_after_first([&](Peer& peer) {
                         // The client must have its answer first, or the end would be part of the same
                         // exchange.
                         done.get_future().wait();
                         how == 0 ? peer.say_goodbye() : how == 1 ? peer.cut() : peer.reset();
                     }));
    REQUIRE(f.get(server)->body == "0");
    done.set_value();
    auto request = f.request(server);
    request.repeatable = GENERATE(true, false);
    // Whether the end has arrived yet is the kernel's affair; a repeatable request succeeds either way.
    const auto second = f.send(request);
    if (request.repeatable) {
        REQUIRE(second.has_value());
        CHECK(second->body == "1");
        CHECK(server.connections() == 2);
    } else if (second.has_error()) {
        CHECK(second.error().code == Errc::network);
        CHECK_FALSE(second.error().safe_to_retry);
        CHECK(server.connections() == 1);
    }
}

TEST_CASE("a reused connection that dies before any answer byte is replaced once, for a repeatable request",
          "[unit][http]") {
    HttpFixture f;
    auto how = GENERATE(0, 1, 2);
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        for (int n = 0; peer.read_request(); ++n) {
            if (peer.number() == 0 && n == 1)
                return how == 0 ? peer.say_goodbye() : how == 1 ? peer.cut() : peer.reset();
            peer.send(ok(std::to_string(peer.number())));
        }
    });
    REQUIRE(f.get(server)->body == "0");
    auto request = f.request(server);
    request.repeatable = GENERATE(true, false);
    const auto second = f.send(request);
    if (request.repeatable) {
        REQUIRE(second.has_value());
        CHECK(second->body == "1");
        CHECK(server.requests() == 3);
        CHECK(second->bytes_sent > 2 * 80);  // both sendings count
    } else {
        REQUIRE(second.has_error());
        CHECK(second.error().code == Errc::network);
        CHECK_FALSE(second.error().safe_to_retry);
        CHECK(server.requests() == 2);
    }
}

TEST_CASE("a reused connection that dies inside its answer is not replaced", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        for (int n = 0; peer.read_request(); ++n) {
            if (n == 1) {
                peer.send("H");
                return peer.cut();
            }
            peer.send(ok("x"));
        }
    });
    REQUIRE(f.get(server).has_value());
    const auto second = f.get(server);
    REQUIRE(second.has_error());
    CHECK(second.error().code == Errc::network);
    CHECK(server.requests() == 2);
}

TEST_CASE("a fresh connection that dies before its answer is not tried again here", "[unit][http]") {
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        (void)peer.read_request();
        peer.cut();
    });
    REQUIRE(f.get(server).has_error());
    CHECK(server.connections() == 1);
}

TEST_CASE("a server that sends data without a request loses its connection", "[unit][http]") {
    HttpFixture f;
    std::promise<void> spoke, answered;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        while (peer.read_request()) {
            peer.send(ok(std::to_string(peer.number())));
            if (peer.number() > 0) continue;
            answered.get_future().wait();
            peer.send(ok("smuggled"));
            spoke.set_value();
        }
    });
    REQUIRE(f.get(server)->body == "0");
    answered.set_value();
    spoke.get_future().wait();
    CHECK(f.get(server)->body == "1");
}

TEST_CASE("an idle connection is closed after thirty seconds", "[unit][http]") {
    HttpFixture f;
    std::promise<void> closed;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        while (peer.read_request()) peer.send(ok("x"));
        if (peer.number() == 0) closed.set_value();
    });
    REQUIRE(f.get(server).has_value());
    f.io.poll();
    f.time.advance(29s);
    f.io.restart();
    f.io.poll();
    auto gone = closed.get_future();
    CHECK(gone.wait_for(0s) == std::future_status::timeout);
    f.time.advance(1s);
    f.io.restart();
    f.io.run();  // the sweeper was the last to have work
    CHECK(gone.wait_for(20s) == std::future_status::ready);
    REQUIRE(f.get(server).has_value());
    CHECK(server.connections() == 2);
    f.client->close();
}

TEST_CASE("closing the client closes what is idle and lets the io_context end", "[unit][http]") {
    HttpFixture f;
    std::promise<void> closed;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        while (peer.read_request()) peer.send(ok("x"));
        closed.set_value();
    });
    REQUIRE(f.get(server).has_value());
    f.client->close();
    CHECK(closed.get_future().wait_for(20s) == std::future_status::ready);
    f.io.restart();
    f.io.run();
    const auto after = f.get(server);
    REQUIRE(after.has_error());
    CHECK(after.error().code == Errc::cancelled);
}

}  // namespace audienced::unit::http_beast_client_reuse_test
