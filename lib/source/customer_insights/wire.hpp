#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <stop_token>

#include "http/client.hpp"

namespace audienced::source::customer_insights {

/// Runs client.send() on `io` and waits for it on this thread, which must be another one than io's. When told
/// to stop the request is cancelled, and this returns when it is over: nothing is left running.
result<http::Response> send_and_wait(boost::asio::any_io_executor io, http::Client& client,
                                     http::Request request, Deadline deadline, const std::stop_token& stop);

/// Returns at once when told to stop. Errors: cancelled.
result<void> pause_for(std::chrono::steady_clock::duration how_long, const std::stop_token& stop);

}  // namespace audienced::source::customer_insights
