#pragma once

#include <memory>

#include "aio/awaitable.hpp"
#include "base/clock.hpp"
#include "http/message.hpp"

namespace audienced::http {

/// Sends over verified TLS. Any status is a value, not an Error; redirects are not followed; nothing is
/// retried, except once on a fresh connection when a *reused* one turned out dead before a byte of the answer
/// and the request is repeatable. Connections are kept and reused per origin and ca_file.
///
/// Errors: network, timeout, tls (nothing was sent), too_large, bad_answer, cancelled; of a request that is
/// not repeatable safe_to_retry says that nothing of it was sent. Cancelling leaves no open request; the
/// connection it used is destroyed. Io thread only.
class Client {
public:
    virtual ~Client() = default;
    virtual awaitable<result<Response>> send(Request request, Deadline deadline) = 0;
    /// Closes what is kept open, so that the io_context runs out of work; a send() after it fails with
    /// cancelled.
    virtual void close() {}
};

}  // namespace audienced::http
