// Waiting and writing on one TLS connection, always with an eye on whether the client is still there.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <string>
#include <string_view>

#include "aio/awaitable.hpp"
#include "world/world.hpp"

namespace audienced::sandbox {

using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

/// Ends the connection with a TCP reset.
void reset(Stream&);
/// false when the client went first.
awaitable<bool> wait_seconds(Stream&, double seconds);
/// Until the world changes, `seconds` pass, or the client goes (false).
awaitable<bool> wait_for_change(Stream&, World&, double seconds);
/// Until POST /sandbox/release names the rule, or the client goes (false).
awaitable<bool> hold(Stream&, World&, const std::string& rule);
awaitable<bool> write_all(Stream&, std::string_view bytes);
awaitable<bool> write_slowly(Stream&, std::string_view bytes, double per_second);

}  // namespace audienced::sandbox
