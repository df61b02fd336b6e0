// One connection of a client: requests one after the other until it ends, stalls or goes over a bound.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <functional>

#include "control/request.hpp"
#include "control/server.hpp"

namespace audienced::control {

/// `caller` is filled while the first byte is awaited; every reference outlives the coroutine.
awaitable<void> run_session(boost::asio::local::stream_protocol::socket socket, Caller caller,
                            const Bounds& bounds, Responder& responder);
/// Writes the refusal and closes.
awaitable<void> refuse_session(boost::asio::local::stream_protocol::socket socket, const Bounds& bounds,
                               Error why);

}  // namespace audienced::control
