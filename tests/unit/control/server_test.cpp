// The bounds of the socket, against the real server and raw bytes.
#include "control/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <thread>

#include "aio/task_group.hpp"
#include "aio/time.hpp"
#include "control/client.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::control_server_test {

using namespace audienced;
using namespace audienced::control;
using namespace std::chrono_literals;

namespace {

struct Counting final : Stream {
    int left = 3;
    awaitable<std::string> next() override {
        co_return left-- > 0 ? "line " + std::to_string(left) + "\n" : std::string{};
    }
};

/// Says what it was asked.
struct Echo final : Responder {
    awaitable<Reply> respond(Request request) override {
        Reply reply;
        reply.content_type = "text/plain";
        reply.body = request.method + " " + request.path + " " + std::to_string(request.body.size()) + " " +
                     to_string(request.caller.role);
        if (request.path == "/stream") reply.stream = std::make_unique<Counting>();
        if (request.path.starts_with("/slow")) co_await be_slow();
        co_return reply;
    }
    bool ends_with_client(const Request& request) const override { return request.path == "/slow-look"; }

    awaitable<void> be_slow() {
        ++under_way;
        auto slept = co_await aio::system_time().sleep_for(200ms);
        (slept ? ended : cut) += 1;
        if (!slept) throw boost::system::system_error(boost::asio::error::operation_aborted);
    }
    std::atomic<int> under_way{0}, ended{0}, cut{0};
};

class Running {
public:
    explicit Running(Bounds bounds)
        : path_((dir_ / "s").string()),
          group_(context_.get_executor(), [this](const auto&, const auto& what) { bug_ = what; }) {
        Server::Settings settings;
        settings.bounds = bounds;
        settings.on_bug = [this](const std::string&, const std::string& what) { bug_ = what; };
        server_ = std::make_unique<Server>(context_.get_executor(), Listener::open(path_).value(), echo_,
                                           std::move(settings));
        group_.spawn("server", server_->serve());
        thread_ = std::thread([this] { context_.run(); });
    }
    ~Running() {
        boost::asio::post(context_, [this] { server_->stop(); });
        thread_.join();  // run() ends by itself once everything is gone
        CHECK(bug_ == "");
    }
    const std::string& path() const { return path_; }
    const Echo& echo() const { return echo_; }

    int connect() const {
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, path_.c_str());
        REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        return fd;
    }
    /// Sends and reads until the server closes.
    std::string talk(std::string_view bytes) const {
        const int fd = connect();
        while (!bytes.empty()) {
            const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) break;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        const auto answer = read_to_end(fd);
        ::close(fd);
        return answer;
    }
    static std::string read_to_end(int fd) {
        std::string out;
        char buffer[4096];
        ssize_t n = 0;
        while ((n = ::recv(fd, buffer, sizeof buffer, 0)) > 0)
            out.append(buffer, static_cast<std::size_t>(n));
        return out;
    }

private:
    test::TempDir dir_;
    std::string path_;
    boost::asio::io_context context_{1};
    std::string bug_;
    Echo echo_;
    aio::TaskGroup group_;
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

bool has_status(const std::string& answer, const char* status) {
    return answer.compare(0, 12, std::string("HTTP/1.1 ") + status) == 0;
}

}  // namespace

TEST_CASE("the server answers, keeps the connection, and streams", "[unit][control]") {
    Running server{Bounds{}};
    const auto answers = server.talk(
        "GET /a?x HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: "
        "close\r\n\r\nabc");
    CHECK(answers.find("GET /a 0 administrator") != std::string::npos);
    CHECK(answers.find("POST /b 3 administrator") != std::string::npos);
    std::string lines;
    const auto streamed =
        Client(server.path()).stream("/stream", [&](std::string_view line) { return lines += line, true; });
    REQUIRE(streamed.has_value());
    CHECK(lines == "line 2line 1line 0");
}

TEST_CASE("a malformed request gets 400 and nothing more", "[unit][control]") {
    Running server{Bounds{}};
    for (const char* bad :
         {"\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
          "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
          "\x16\x03\x01\x02\x01\x01\x01\x01\x01\x01\x01\x01\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/1.1\nHost: x\n\n"}) {
        CAPTURE(bad);
        const auto answer = server.talk(bad);
        CHECK(has_status(answer, "400"));
        CHECK(answer.find("urn:audienced:error:usage") != std::string::npos);
    }
    CHECK(Client(server.path()).send("GET", "/still-there")->good());
}

TEST_CASE("a header over 8 KiB and a body over 1 MiB are refused", "[unit][control]") {
    Running server{Bounds{}};
    CHECK(has_status(server.talk("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n"), "431"));
    CHECK(has_status(server.talk("POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n"), "413"));
    CHECK(has_status(server.talk("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n" +
                                 std::string(0x200000, 'x')),
                     "413"));
    const auto answer = Client(server.path()).send("POST", "/", std::string(5'000'000, 'x'));
    REQUIRE(answer.has_value());
    CHECK(answer->status == 413);
    CHECK(Client(server.path()).send("POST", "/", std::string(1 << 20, 'x'))->good());
}

TEST_CASE("a client that is silent, too slow or idle is disconnected", "[unit][control]") {
    Bounds hasty;
    hasty.first_byte = hasty.whole_request = 100ms;
    Running server{hasty};
    const int silent = server.connect(), trickling = server.connect();
    ::send(trickling, "GET / HT", 8, MSG_NOSIGNAL);
    CHECK(Running::read_to_end(silent) == "");
    CHECK(Running::read_to_end(trickling) == "");
    for (const int fd : {silent, trickling}) ::close(fd);

    Bounds impatient;
    impatient.idle = 100ms;
    Running other{impatient};
    CHECK(has_status(other.talk("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), "200"));
}

TEST_CASE("a client that never reads its answers is disconnected", "[unit][control]") {
    Bounds bounds;
    bounds.write_stall = 100ms;
    Running server{bounds};
    const int fd = server.connect();
    const std::string request = "GET /" + std::string(2000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n";
    // Until the server hangs up: its answers fill the socket, ours then do too, and in the end sending fails.
    while (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    }
    CHECK((errno == EPIPE || errno == ECONNRESET));
    ::close(fd);
    CHECK(Client(server.path()).send("GET", "/")->good());
}

TEST_CASE("one connection more than allowed gets 503, and a released place is used again",
          "[unit][control]") {
    Bounds bounds;
    bounds.connections = 4;
    Running server{bounds};
    std::vector<int> open;
    for (int i = 0; i < 4; ++i) open.push_back(server.connect());
    const auto refused = Client(server.path()).send("GET", "/");
    REQUIRE(refused.has_value());
    CHECK(refused->status == 503);
    ::close(open.back());
    open.pop_back();
    for (;;) {  // the server sees the end of the other one when it sees it
        const auto answer = Client(server.path()).send("GET", "/");
        REQUIRE(answer.has_value());
        if (answer->good()) break;
        REQUIRE(answer->status == 503);
    }
    for (const int fd : open) ::close(fd);
}

TEST_CASE("the socket is 0660, replaces a dead one, and leaves live ones and other files alone",
          "[unit][control]") {
    test::TempDir dir;
    const std::string path = (dir / "s").string();
    {
        auto first = Listener::open(path);
        REQUIRE(first.has_value());
        struct stat made {};
        REQUIRE(::stat(path.c_str(), &made) == 0);
        CHECK((made.st_mode & 0777) == 0660);
        const auto second = Listener::open(path);
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == Errc::wrong_state);
    }
    CHECK(::access(path.c_str(), F_OK) != 0);

    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    REQUIRE(::bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(dead);
    CHECK(Listener::open(path).has_value());

    const auto file = dir.write("file", "precious");
    CHECK(Listener::open(file).error().code == Errc::wrong_state);
    CHECK(dir.read("file") == "precious");
    CHECK(Listener::open(std::string(200, 'x')).error().code == Errc::bad_config);
    CHECK(Listener::open((dir / "no/such/folder").string()).error().code == Errc::bad_config);
}

TEST_CASE("a listening Unix socket is adopted, anything else is not", "[unit][control]") {
    test::TempDir dir;
    auto listener = Listener::open((dir / "s").string());
    REQUIRE(listener.has_value());
    CHECK(Listener::adopt(listener->release()).has_value());
    const int plain = ::socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(Listener::adopt(plain).error().code == Errc::bad_config);
    ::close(plain);
    const auto file = dir.write("file", "");
    CHECK(Listener::adopt(-1).error().code == Errc::bad_config);
}

TEST_CASE("a look ends when its client is gone, a change does not", "[unit][control]") {
    Running server{Bounds{}};
    const bool look = GENERATE(true, false);
    const bool killed = GENERATE(true, false);
    const int fd = server.connect();
    const std::string request =
        std::string("GET ") + (look ? "/slow-look" : "/slow-change") + " HTTP/1.1\r\nHost: x\r\n\r\n";
    REQUIRE(::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0);
    while (server.echo().under_way == 0) std::this_thread::yield();
    if (killed)
        ::close(fd);
    else
        ::shutdown(fd, SHUT_WR);  // sends no more, and reads all the same
    if (!killed) CHECK(has_status(Running::read_to_end(fd), "200"));
    while (server.echo().ended + server.echo().cut == 0) std::this_thread::yield();
    CHECK(server.echo().cut == (look && killed ? 1 : 0));
    if (!killed) ::close(fd);
}

}  // namespace audienced::unit::control_server_test
