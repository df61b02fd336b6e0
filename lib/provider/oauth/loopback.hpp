// The listener that the browser is redirected to: plain HTTP, one callback, a page for a person to read.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>

#include "aio/awaitable.hpp"
#include "base/secret.hpp"

namespace audienced::provider::oauth {

struct ListenAddress {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8765;  // 0: any free one
};
/// "127.0.0.1:8765", "[::1]:8765", "0.0.0.0:0". Errors: usage.
result<ListenAddress> parse_listen(const std::string& text);

/// Io thread only. Bounded: 16 browsers at once, 8 KiB and 10 s for a request; what is not the callback gets
/// 404.
class Loopback {
public:
    /// Errors: wrong_state (the port is taken), usage (no address of this machine), network.
    static result<std::unique_ptr<Loopback>> open(boost::asio::any_io_executor io, const ListenAddress&);
    ~Loopback();
    std::uint16_t port() const;

    /// Waits for the first callback with our state, and holds that browser until answer(); others get 400,
    /// and change nothing. Errors: what read_callback() says; cancelled. To be called once; a caller that is
    /// cancelled calls close().
    awaitable<result<Secret>> wait_for_code(std::string state);
    /// The page that the person sees: "" for success, else what went wrong.
    awaitable<void> answer(std::string trouble);
    /// Ends everything; returns when all is gone.
    awaitable<void> close();

private:
    struct State;
    explicit Loopback(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace audienced::provider::oauth
