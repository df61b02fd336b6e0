// The network thread of a test that itself stands on another, as a source's worker does.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <thread>

#include "aio/time.hpp"
#include "http/beast/client.hpp"

namespace audienced::test {

/// Runs the production client. Its end waits until nothing is left running: a request that was not cancelled
/// would hang the test.
class NetThread {
public:
    NetThread() : client_(http::make_client(context_.get_executor(), aio::system_time(), {})) {
        thread_ = std::thread([this] { context_.run(); });
    }
    ~NetThread() {
        boost::asio::post(context_, [this] { client_->close(), work_.reset(); });
        thread_.join();
    }
    http::Client& client() { return *client_; }
    boost::asio::any_io_executor executor() { return context_.get_executor(); }

private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    std::unique_ptr<http::Client> client_;
    std::thread thread_;
};

}  // namespace audienced::test
