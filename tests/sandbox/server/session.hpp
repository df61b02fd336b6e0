// One connection: TLS, requests one after the other, answers and faults.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "aio/awaitable.hpp"
#include "aio/worker.hpp"
#include "world/world.hpp"

namespace audienced::sandbox {

/// Ends when the client goes or a fault cuts the connection. `worker` compresses large answers.
awaitable<void> serve(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls, World& world,
                      aio::Worker& worker);

}  // namespace audienced::sandbox
