// Names to addresses, without ever blocking the io thread or the end of the program.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aio/time.hpp"

namespace audienced::http {

using Addresses = std::vector<boost::asio::ip::address>;

/// May block as long as it likes; called on a thread of its own. Errors: network, safe to retry.
using LookUp = std::function<result<Addresses>(const std::string& host)>;

/// getaddrinfo: /etc/hosts, DNS, whatever the machine is set up for. localhost, and names below it, are this
/// machine without a look-up (RFC 6761, 6.3): a machine without /etc/hosts would ask its DNS servers, which
/// do not know them.
result<Addresses> system_look_up(const std::string& host);

/// Io thread only. One lookup per name is under way at a time, shared by all who wait; answers are kept for
/// 60 s, and the last good one for a day, in case the name service fails. A lookup cannot be stopped
/// (getaddrinfo): who waits is released by deadline or cancellation, and the thread ends by itself, even
/// after the Resolver is gone.
class Resolver {
public:
    Resolver(boost::asio::any_io_executor executor, aio::Time& time, LookUp look_up);
    Resolver(const Resolver&) = delete;
    ~Resolver();

    /// At least one address. Errors: network, timeout, cancelled.
    awaitable<result<Addresses>> resolve(std::string host, Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace audienced::http
