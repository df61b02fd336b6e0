#include "server/listen.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "aio/task_group.hpp"
#include "server/session.hpp"

namespace audienced::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

void prepare(asio::ssl::context& tls, const Identity& identity) {
    tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                    asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                    asio::ssl::context::no_tlsv1_1);
    tls.use_certificate_chain(asio::buffer(identity.certificate_pem));
    tls.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
}

boost::system::error_code open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
    boost::system::error_code ec;
    acceptor.open(endpoint.protocol(), ec);
    if (!ec) acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec) acceptor.bind(endpoint, ec);
    if (!ec) acceptor.listen(1024, ec);
    return ec;
}

struct Server {
    asio::io_context& io;
    asio::ssl::context& tls;
    World& world;
    aio::Worker& worker;
    aio::TaskGroup& sessions;
};

awaitable<void> accept_loop(Server& server, tcp::acceptor& acceptor) {
    auto token = asio::as_tuple(asio::use_awaitable);
    for (;;) {
        tcp::socket socket(server.io);
        auto [ec] = co_await acceptor.async_accept(socket, token);
        if (ec == asio::error::operation_aborted) co_return;
        if (ec) continue;
        auto session = serve(std::move(socket), server.tls, server.world, server.worker);
        server.sessions.spawn("session", std::move(session));
    }
}

void announce(const Options& options, const std::string& address) {
    std::ofstream(options.dir + "/address") << address << "\n";
    std::cout << address << std::endl;
    if (!options.ready_file.empty()) std::ofstream(options.ready_file) << address << "\n";
}

}  // namespace

result<void> run_server(const Options& options) {
    std::error_code made;
    std::filesystem::create_directories(options.dir, made);
    auto identity = make_identity(options.dir, options.identity);
    if (!identity) return identity.error();
    asio::io_context io(1);
    asio::ssl::context tls(asio::ssl::context::tls_server);
    prepare(tls, *identity);
    World world(io.get_executor());
    aio::Worker worker(2);
    tcp::acceptor four(io), six(io);
    if (const auto ec = open(four, tcp::endpoint(asio::ip::address_v4::loopback(), options.port)))
        return make_error(Errc::network,
                          "cannot listen on port " + std::to_string(options.port) + ": " + ec.message(),
                          "choose another --port");
    const auto port = four.local_endpoint().port();
    const bool has_six = !open(six, tcp::endpoint(asio::ip::address_v6::loopback(), port));
    // By number: a machine without /etc/hosts does not know the name localhost.
    world.base_url = "https://127.0.0.1:" + std::to_string(port);

    aio::TaskGroup sessions(io.get_executor(), [](const std::string& name, const std::string& what) {
        std::cerr << "audience-sandbox: " << name << " ended with a bug: " << what << std::endl;
    });
    Server server{io, tls, world, worker, sessions};
    sessions.spawn("accept", accept_loop(server, four));
    if (has_six) sessions.spawn("accept on ::1", accept_loop(server, six));
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
    announce(options, world.base_url);
    io.run();
    // Calls may still be held or stalled, and what they refer to lives on this stack. Nothing here outlives
    // the process.
    std::quick_exit(0);
}

}  // namespace audienced::sandbox
