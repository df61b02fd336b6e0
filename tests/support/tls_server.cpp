#include "support/tls_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace audienced::test {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

Context make_context(const Certificate& certificate, int max_version) {
    Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    // The old versions are refused by default; a test that wants one must get it.
    if (max_version != 0) {
        SSL_CTX_set_security_level(context.get(), 0);
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context.get(), max_version);
    }
    std::unique_ptr<BIO, decltype(&BIO_free)> chain(
        BIO_new_mem_buf(certificate.chain_pem.data(), int(certificate.chain_pem.size())), &BIO_free);
    X509* leaf = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context.get(), leaf);
    X509_free(leaf);
    while (X509* more = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr))
        SSL_CTX_add_extra_chain_cert(context.get(), more);
    std::unique_ptr<BIO, decltype(&BIO_free)> key_bio(
        BIO_new_mem_buf(certificate.key_pem.data(), int(certificate.key_pem.size())), &BIO_free);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context.get(), key);
    EVP_PKEY_free(key);
    if (SSL_CTX_check_private_key(context.get()) != 1)
        throw std::runtime_error("key and certificate do not match");
    return context;
}

std::size_t content_length(const std::string& head) {
    const auto at = head.find("Content-Length: ");
    return at == head.npos ? 0 : std::stoul(head.substr(at + 16));
}

}  // namespace

struct TlsServer::State {
    Context context{nullptr, &SSL_CTX_free};
    Script script;
    TlsServerOptions options;
    int listener = -1;
    std::uint16_t port = 0;
    std::atomic<int> connections{0}, handshakes{0}, requests{0};
    std::atomic<bool> stopping{false};
    mutable std::mutex mutex;
    std::set<int> open_sockets;
    std::string server_name, connect_request;
    std::thread acceptor;
    std::vector<std::thread> threads;

    void accept_all();
    void serve(int socket, int number);
};

namespace {
template <class State>
class ScriptedPeer final : public Peer {
public:
    ScriptedPeer(State& state, SSL* ssl, int socket, int number)
        : state_(state), ssl_(ssl), socket_(socket), number_(number) {}

    int number() const override { return number_; }

    std::optional<std::string> read_request() override {
        std::size_t head_end;
        while ((head_end = held_.find("\r\n\r\n")) == held_.npos)
            if (!read_more()) return std::nullopt;
        const std::size_t size = head_end + 4 + content_length(held_.substr(0, head_end + 2));
        while (held_.size() < size)
            if (!read_more()) return std::nullopt;
        std::string request = held_.substr(0, size);
        held_.erase(0, size);
        ++state_.requests;
        return request;
    }

    void send(std::string_view bytes) override {
        if (!bytes.empty()) (void)SSL_write(ssl_, bytes.data(), int(bytes.size()));
    }

    void say_goodbye() override {
        if (!closed_) SSL_shutdown(ssl_);
        cut();
    }

    void cut() override {
        if (!closed_) shutdown(socket_, SHUT_WR);
        closed_ = true;
    }

    void reset() override {
        const linger hard{1, 0};
        setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        closed_ = true;
    }

    void wait_for_close() override {
        while (read_more()) {
        }
    }

private:
    bool read_more() {
        char piece[16384];
        const int n = SSL_read(ssl_, piece, sizeof piece);
        if (n > 0) held_.append(piece, std::size_t(n));
        return n > 0;
    }

    State& state_;
    SSL* ssl_;
    int socket_, number_;
    std::string held_;
    bool closed_ = false;
};
}  // namespace

void TlsServer::State::accept_all() {
    for (;;) {
        const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const std::lock_guard lock(mutex);
        if (stopping) {
            ::close(socket);
            return;
        }
        open_sockets.insert(socket);
        const int number = connections++;
        threads.emplace_back([this, socket, number] { serve(socket, number); });
    }
}

void TlsServer::State::serve(int socket, int number) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (options.as_proxy) {
        std::string asked;
        char byte;
        while (asked.find("\r\n\r\n") == asked.npos && ::recv(socket, &byte, 1, 0) == 1) asked += byte;
        (void)::send(socket, options.proxy_answer.data(), options.proxy_answer.size(), MSG_NOSIGNAL);
        const std::lock_guard lock(mutex);
        connect_request = asked;
    }
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), &SSL_free);
    SSL_set_fd(ssl.get(), socket);
    if (options.stall_handshake) {
        char byte;
        const bool begun = ::recv(socket, &byte, 1, 0) > 0;
        if (begun && options.stalled) options.stalled();
        while (::recv(socket, &byte, 1, 0) > 0) {
        }
    } else if (SSL_accept(ssl.get()) == 1) {
        ++handshakes;
        {
            const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name);
            const std::lock_guard lock(mutex);
            server_name = name ? name : "";
        }
        ScriptedPeer<State> peer(*this, ssl.get(), socket, number);
        script(peer);
        peer.say_goodbye();
    }
    const std::lock_guard lock(mutex);
    open_sockets.erase(socket);
    ::close(socket);
}

TlsServer::TlsServer(const Certificate& certificate, Script script, TlsServerOptions options)
    : state_(std::make_shared<State>()) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets whose client has gone
    State& s = *state_;
    s.context = make_context(certificate, options.max_version);
    s.script = std::move(script);
    s.options = std::move(options);
    s.listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(s.listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(s.listener, 64) != 0 ||
        ::getsockname(s.listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("cannot listen on loopback");
    s.port = ntohs(address.sin_port);
    s.acceptor = std::thread([state = state_.get()] { state->accept_all(); });
}

TlsServer::~TlsServer() {
    State& s = *state_;
    s.stopping = true;
    ::shutdown(s.listener, SHUT_RDWR);  // wakes accept()
    s.acceptor.join();
    {
        const std::lock_guard lock(s.mutex);
        for (const int socket : s.open_sockets) ::shutdown(socket, SHUT_RDWR);
    }
    for (auto& thread : s.threads) thread.join();
    ::close(s.listener);
}

std::uint16_t TlsServer::port() const noexcept {
    return state_->port;
}
int TlsServer::connections() const noexcept {
    return state_->connections;
}
int TlsServer::handshakes() const noexcept {
    return state_->handshakes;
}
int TlsServer::requests() const noexcept {
    return state_->requests;
}
std::string TlsServer::server_name() const {
    const std::lock_guard lock(state_->mutex);
    return state_->server_name;
}
std::string TlsServer::connect_request() const {
    const std::lock_guard lock(state_->mutex);
    return state_->connect_request;
}

}  // namespace audienced::test
