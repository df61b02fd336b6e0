// Who may be trusted at the far end. There is no switch that turns verification off.
#pragma once

#include <boost/system/error_code.hpp>
#include <map>
#include <memory>
#include <string>

#include "aio/time.hpp"
#include "aio/worker.hpp"

namespace boost::asio::ssl {
class context;
}
typedef struct ssl_st SSL;

namespace audienced::http {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// TLS 1.2 or later, the system's certificate store, and the CA of a file where one is named. Contexts are
/// kept, and made anew when the file changes or an hour has passed, so that a changed store is seen by new
/// connections.
class TlsContexts {
public:
    explicit TlsContexts(aio::Time& time) : time_(time) {}
    /// Errors: bad_config if the file cannot be read or holds no certificate. Reads files on a thread of its
    /// own.
    awaitable<result<TlsContext>> get(std::string ca_file);

private:
    struct Kept {
        TlsContext context;
        SteadyTime made;
        std::string version;  // of the file: inode, size, time of change
    };
    aio::Time& time_;
    std::map<std::string, Kept> kept_;
    aio::Worker files_;
};

/// Before the handshake: the name that the certificate must be for, and that the server is told (SNI). IP
/// literals too.
bool expect_host(SSL* ssl, const std::string& host);

/// What went wrong in a handshake, for people. Errors: tls; network if the connection just broke.
Error handshake_error(SSL* ssl, const boost::system::error_code& ec, const std::string& host);

}  // namespace audienced::http
