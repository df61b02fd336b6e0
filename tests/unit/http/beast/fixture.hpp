// A client and what it needs to reach a TlsServer under any name.
#pragma once

#include <boost/asio/io_context.hpp>

#include "http/beast/client.hpp"
#include "support/run_coro.hpp"
#include "support/temp_dir.hpp"
#include "support/tls_server.hpp"

namespace audienced::test {

/// Every name resolves to loopback. Keys cost time, so one CA serves the whole binary.
inline const TestCa& ca() {
    static const TestCa instance;
    return instance;
}

inline http::ClientOptions to_loopback() {
    http::ClientOptions options;
    options.user_agent = "audienced-test";
    options.look_up = [](const std::string&) -> result<http::Addresses> {
        return http::Addresses{boost::asio::ip::make_address("127.0.0.1")};
    };
    return options;
}

class HttpFixture {
public:
    explicit HttpFixture(http::ClientOptions options = to_loopback())
        : client(http::make_client(io.get_executor(), time, std::move(options))) {}

    http::Request request(const TlsServer& server, std::string target = "/",
                          std::string host = "api.test") const {
        http::Request r;
        r.url.host = std::move(host);
        r.url.port = server.port();
        r.url.target = std::move(target);
        r.ca_file = ca_file;
        return r;
    }
    /// The clock stands still, so the deadline is reached only where a script moves it.
    result<http::Response> send(http::Request r) {
        return run_coro(io, client->send(std::move(r), time.steady() + std::chrono::seconds{60}));
    }
    result<http::Response> get(const TlsServer& server) { return send(request(server)); }
    /// For a script, on its own thread.
    void advance(std::chrono::seconds d) {
        boost::asio::post(io, [this, d] { time.advance(d); });
    }

    TempDir dir;
    std::string ca_file = dir.write("ca.pem", ca().pem());
    FakeTime time;
    boost::asio::io_context io{1};
    std::unique_ptr<http::Client> client;
};

inline std::string ok(const std::string& body, const std::string& more_headers = {}) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers +
           "\r\n" + body;
}

/// Answers every request of every connection with that body.
inline TlsServer::Script answers(std::string body) {
    return [body](Peer& peer) {
        while (peer.read_request()) peer.send(ok(body));
    };
}

}  // namespace audienced::test
