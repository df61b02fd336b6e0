#include "control/client.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/ownership.hpp"
#include "control/answer_reader.hpp"

namespace audienced::control {
namespace {

constexpr std::size_t largest_answer = std::size_t{256} << 20;

/// The socket is closed to this user: which group opens it.
std::string how_to_get_in(const std::string& path) {
    struct stat s {};
    if (::stat(path.c_str(), &s) != 0) return "your user may not enter its folder; ask the administrator";
    const std::string user = user_name(::geteuid()), group = group_name(s.st_gid);
    if (is_member(::geteuid(), s.st_gid))
        return "the user " + user + " is in the group " + group +
               ", but this session began before: log in anew";
    return "the socket is open to the group " + group + ": root adds the user with usermod -aG " + group +
           " " + user + ", which counts from the next login on";
}

Error unreachable(const std::string& path, int error) {
    const std::string where = "cannot reach the daemon at " + path + ": " + std::strerror(error);
    if (error == EACCES) return make_error(Errc::network, where, how_to_get_in(path));
    return make_error(Errc::network, where, "check that audienced is running; --socket names another socket");
}

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int get() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

/// One wait for the daemon, from the last byte that it sent.
class Silence {
public:
    Silence(const std::string& path, const Patience& patience) : path_(path), patience_(patience) {}
    /// From then on it is not news that an answer takes its time.
    void broken() {
        since_ = std::chrono::steady_clock::now();
        said_ = true;
    }
    /// Still nothing: says so when it is time. False: no longer.
    bool goes_on() {
        const auto waited = std::chrono::steady_clock::now() - since_;
        if (waited >= patience_.notice && !said_ && patience_.on_silence) patience_.on_silence();
        said_ = said_ || waited >= patience_.notice;
        return patience_.limit.count() == 0 || waited < patience_.limit;
    }
    /// At most so long is a call on the socket blocked.
    std::chrono::milliseconds slice() const {
        constexpr std::chrono::milliseconds longest{200};
        return patience_.limit.count() == 0 ? longest : std::min(longest, patience_.limit);
    }
    Error error() const {
        return make_error(Errc::timeout,
                          "the daemon at " + path_ + " did not answer within " +
                              std::to_string((patience_.limit.count() + 999) / 1000) + " s",
                          "look at what it does: systemctl status audienced, journalctl -u audienced");
    }

private:
    const std::string& path_;
    const Patience& patience_;
    std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
    bool said_ = false;
};

/// Calls that block return after so long with EAGAIN.
void block_in_slices(int socket, std::chrono::milliseconds slice) {
    const timeval time{0, slice.count() * 1000};
    for (const int which : {SO_RCVTIMEO, SO_SNDTIMEO})
        ::setsockopt(socket, SOL_SOCKET, which, &time, sizeof time);
}

result<Socket> connect_to(const std::string& path, Silence& silence) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return unreachable(path, ENAMETOOLONG);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return unreachable(path, errno);
    block_in_slices(socket.get(), silence.slice());
    // EAGAIN: as many wait to be accepted as may wait.
    while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno != EINTR && errno != EAGAIN) return unreachable(path, errno);
        if (errno == EAGAIN && !silence.goes_on()) return silence.error();
    }
    return socket;
}

/// A daemon that refuses a large body answers before it has read all of it: a failed write is no reason not
/// to read.
void write_all(int socket, std::string_view bytes, Silence& silence) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && (errno == EINTR || (errno == EAGAIN && silence.goes_on()))) continue;
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

AnswerReader reader_of(int socket, Silence& silence) {
    return AnswerReader([socket, &silence](char* into, std::size_t size) -> result<std::size_t> {
        for (;;) {
            const ssize_t got = ::recv(socket, into, size, 0);
            if (got >= 0) {
                silence.broken();
                return static_cast<std::size_t>(got);
            }
            if (errno == EINTR) continue;
            if (errno == EAGAIN && silence.goes_on()) continue;
            if (errno == EAGAIN) return silence.error();
            return make_error(Errc::network,
                              std::string("the connection to the daemon was lost: ") + std::strerror(errno));
        }
    });
}

std::string request_of(std::string_view method, std::string_view target, std::string_view body) {
    std::string out = std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: audienced\r\n";
    out += "Connection: close\r\n";
    if (!body.empty()) out += "Content-Type: application/json\r\n";
    if (!body.empty() || method != "GET") out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return out + "\r\n" + std::string(body);
}

Error went_away(const Error& why) {
    if (why.code == Errc::timeout) return why;
    return make_error(Errc::network, why.message,
                      "check whether the daemon stopped: journalctl -u audienced shows its last messages");
}

/// The body of a good answer goes to `on_piece` as it comes, until that gives false; any other is read whole.
template <class Reader, class OnPiece>
result<ClientAnswer> read_pieces(Reader& reader, OnPiece on_piece) {
    ClientAnswer answer;
    auto status = reader.read_head();
    if (!status) return went_away(status.error());
    answer.status = *status;
    if (!answer.good()) {
        auto rest = reader.read_rest(largest_answer);
        if (!rest) return went_away(rest.error());
        answer.body = std::move(*rest);
        return answer;
    }
    for (;;) {
        auto piece = reader.read_piece();
        if (!piece) return went_away(piece.error());
        if (piece->empty()) return answer;
        result<bool> more = on_piece(*piece);
        if (!more) return more.error();
        if (!*more) return answer;
    }
}

}  // namespace

result<ClientAnswer> Client::send(std::string_view method, std::string_view target,
                                  std::string_view body) const {
    Silence silence(path_, patience_);
    auto socket = connect_to(path_, silence);
    if (!socket) return socket.error();
    std::string request = request_of(method, target, body);
    write_all(socket->get(), request, silence);
    ::explicit_bzero(request.data(), request.size());  // it may hold a secret
    auto reader = reader_of(socket->get(), silence);
    ClientAnswer answer;
    auto status = reader.read_head();
    if (!status) return went_away(status.error());
    answer.status = *status;
    auto rest = reader.read_rest(largest_answer);
    if (!rest) return went_away(rest.error());
    answer.body = std::move(*rest);
    return answer;
}

result<ClientAnswer> Client::download(std::string_view method, std::string_view target,
                                      const std::function<result<void>(std::string_view)>& on_piece) const {
    Silence silence(path_, patience_);
    auto socket = connect_to(path_, silence);
    if (!socket) return socket.error();
    write_all(socket->get(), request_of(method, target, {}), silence);
    auto reader = reader_of(socket->get(), silence);
    return read_pieces(reader, [&](std::string_view piece) -> result<bool> {
        if (auto taken = on_piece(piece); !taken) return taken.error();
        return true;
    });
}

result<ClientAnswer> Client::stream(std::string_view target,
                                    const std::function<bool(std::string_view line)>& on_line) const {
    Patience of_stream = patience_;
    of_stream.limit = std::chrono::minutes{1};
    Silence silence(path_, of_stream);
    auto socket = connect_to(path_, silence);
    if (!socket) return socket.error();
    write_all(socket->get(), request_of("GET", target, {}), silence);
    auto reader = reader_of(socket->get(), silence);
    std::string kept;
    return read_pieces(reader, [&](std::string_view piece) -> result<bool> {
        kept += piece;
        for (auto end = kept.find('\n'); end != kept.npos; end = kept.find('\n')) {
            const std::string line = kept.substr(0, end);
            kept.erase(0, end + 1);
            if (!line.empty() && !on_line(line)) return false;
        }
        return true;
    });
}

}  // namespace audienced::control
