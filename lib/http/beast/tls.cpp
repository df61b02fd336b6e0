#include "http/beast/tls.hpp"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <optional>

#include "base/access.hpp"

namespace audienced::http {
namespace asio = boost::asio;

namespace {

/// Empty for what is no regular file: a pipe in its place would hold its reader.
std::string file_version(const std::string& path) {
    struct stat st {};
    if (path.empty() || stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode)) return {};
    return std::to_string(st.st_ino) + ":" + std::to_string(st.st_size) + ":" +
           std::to_string(st.st_mtim.tv_sec) + "." + std::to_string(st.st_mtim.tv_nsec);
}

result<void> check_readable(const std::string& ca_file) {
    const int file = ::open(ca_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        Error closed = cannot_be_read("the CA file", ca_file, errno, Errc::bad_config);
        closed.hint += " (the connection's --ca-file names it)";
        return closed;
    }
    struct stat st {};
    const bool is_file = ::fstat(file, &st) == 0 && S_ISREG(st.st_mode);
    ::close(file);
    if (!is_file)
        return make_error(Errc::bad_config, "the CA file " + ca_file + " is not a regular file",
                          "give a PEM file with --ca-file");
    return {};
}

result<TlsContext> make_context(const std::string& ca_file) {
    // tls_client negotiates the best version; tlsv12_client would pin exactly 1.2 in this Asio.
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    context->set_verify_mode(asio::ssl::verify_peer);  // a fresh context verifies nothing
    static const unsigned char http11[] = "\x08http/1.1";
    SSL_CTX_set_alpn_protos(native, http11, sizeof http11 - 1);
    boost::system::error_code ec;
    context->set_default_verify_paths(ec);
    if (ec)
        return make_error(Errc::bad_config, "the system's certificate store cannot be used: " + ec.message(),
                          "install the package ca-certificates");
    if (!ca_file.empty()) {
        if (auto readable = check_readable(ca_file); !readable) return readable.error();
        context->load_verify_file(ca_file, ec);
        if (ec)
            return make_error(Errc::bad_config,
                              "the CA file " + ca_file + " holds no certificate: " + ec.message(),
                              "give a PEM file with --ca-file");
    }
    return context;
}

bool is_ip(const std::string& host) {
    boost::system::error_code ec;
    asio::ip::make_address(host, ec);
    return !ec;
}

}  // namespace

awaitable<result<TlsContext>> TlsContexts::get(std::string ca_file) {
    const SteadyTime now = time_.steady();
    std::optional<Kept> kept;
    if (const auto it = kept_.find(ca_file); it != kept_.end()) kept = it->second;
    std::string version;
    const auto load = [&]() -> result<TlsContext> {
        version = file_version(ca_file);
        if (kept && kept->version == version && now - kept->made < std::chrono::hours{1})
            return kept->context;
        return make_context(ca_file);
    };
    auto loaded = co_await files_.run(load);
    if (loaded && (!kept || *loaded != kept->context)) {
        Kept fresh{*loaded, now, version};
        kept_.insert_or_assign(ca_file, std::move(fresh));
    }
    co_return loaded;
}

// OpenSSL's own check instead of Asio's callback: the same names are accepted, and the verify result says
// which check failed, so that the message can.
bool expect_host(SSL* ssl, const std::string& host) {
    if (is_ip(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl, host.c_str()) == 1;
}

Error handshake_error(SSL* ssl, const boost::system::error_code& ec, const std::string& host) {
    const long verified = SSL_get_verify_result(ssl);
    const auto tls = [&](std::string what, std::string hint) {
        return make_error(Errc::tls, std::move(what), std::move(hint));
    };
    switch (verified) {
        case X509_V_OK:
            break;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return tls("the certificate of " + host + " is for another host",
                       "check the host name, and whether a proxy in between answers in its place");
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return tls(
                "the certificate of " + host + " has expired",
                "check this machine's clock; if it is right, only the certificate's owner can renew it");
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return tls("the certificate of " + host + " is not valid yet", "check this machine's clock");
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return tls("the certificate of " + host + " was issued by an unknown CA",
                       "if it is a CA of your own, name it with --ca-file; otherwise update the package "
                       "ca-certificates");
        default:
            return tls(
                "the certificate of " + host + " is refused: " + X509_verify_cert_error_string(verified), "");
    }
    if (ec.category() == asio::error::get_ssl_category())
        return tls("no TLS connection to " + host + ": " + ec.message(),
                   "check that the port speaks TLS 1.2 or later");
    return retryable(Errc::network, host + " closed the connection during the TLS handshake: " + ec.message(),
                     "the call is retried; if this persists, check proxies and firewalls in between");
}

}  // namespace audienced::http
