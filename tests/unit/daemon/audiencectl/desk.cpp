#include "desk.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <cerrno>
#include <future>

#include "store/keys.hpp"

namespace audienced::test {

nlohmann::json Said::json() const {
    auto value = nlohmann::json::parse(out, nullptr, false);
    INFO("standard output: " << out);
    REQUIRE_FALSE(value.is_discarded());
    return value;
}

Desk::Desk(control::RoleGroups roles, aio::Time& time)
    : opened_(store::open_state((dir / "state").string()).value()),
      roles_(std::move(roles)),
      group_(io.get_executor(), [this](const auto&, const auto& what) { bug_ = what; }),
      work_(io.get_executor()) {
    const Secret master(std::string(32, 'k'));
    auto vault = store::open_vault(opened_.db, master).value();
    store_ = std::make_unique<store::Store>(std::move(opened_.db), std::move(vault));
    context_.store = store_.get();
    context_.live = &live;
    context_.time = &time;
    router_ = std::make_unique<control::Router>(
        context_, [this](const auto& where, const auto& what) { bug_ = where + ": " + what; });
    start_server();
    thread_ = std::thread([this] { io.run(); });
}

Desk::~Desk() {
    stop_server();
    work_.reset();
    thread_.join();
    CHECK(bug_ == "");
}

void Desk::start_server() {
    control::Server::Settings settings;
    settings.roles = roles_;
    settings.on_bug = [this](const auto& where, const auto& what) { bug_ = where + ": " + what; };
    server_ = std::make_unique<control::Server>(io.get_executor(), control::Listener::open(socket).value(),
                                                *router_, std::move(settings));
    group_.spawn("server", server_->serve());
}

void Desk::stop_server() {
    on_io([this] { server_->stop(); });
    auto gone = group_.wait();
    boost::asio::co_spawn(io, std::move(gone), boost::asio::use_future).get();
    on_io([this] { server_.reset(); });
}

void Desk::restart_server() {
    stop_server();
    on_io([this] { start_server(); });
}

void Desk::on_io(const std::function<void()>& f) {
    std::promise<void> done;
    boost::asio::post(io, [&] {
        f();
        done.set_value();
    });
    done.get_future().get();
}

control::Reply Desk::ask(control::Caller caller, std::string method, std::string path, std::string body) {
    control::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.body = std::move(body);
    request.caller = std::move(caller);
    auto answer = router_->respond(std::move(request));
    return boost::asio::co_spawn(io, std::move(answer), boost::asio::use_future).get();
}

Said Desk::ctl(std::vector<std::string> words, const std::string& input) {
    words.insert(words.end(), {"--socket", socket});
    return bare(std::move(words), input);
}

Said Desk::bare(std::vector<std::string> words, const std::string& input) {
    // What the test wrote into `live` is there before the io thread reads it. A socket orders the two as
    // well, but the thread sanitizer does not see that.
    on_io([] {});
    int in[2], out[2], err[2];
    REQUIRE((::pipe2(in, O_CLOEXEC) == 0 && ::pipe2(out, O_CLOEXEC) == 0 && ::pipe2(err, O_CLOEXEC) == 0));
    const auto ctl = program(std::move(words));
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(in[0], 0);
        ::dup2(out[1], 1);
        ::dup2(err[1], 2);
        ::execve(ctl->argv[0], ctl->argv.data(), ctl->envp.data());
        ::_exit(127);
    }
    for (const int fd : {in[0], out[1], err[1]}) ::close(fd);
    const auto written =
        ::write(in[1], input.data(), input.size());  // a few bytes: a pipe takes them at once
    REQUIRE(written == static_cast<ssize_t>(input.size()));
    ::close(in[1]);
    Said said;
    pollfd fds[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
    for (int open = 2; open > 0;) {
        ::poll(fds, 2, -1);
        for (int i = 0; i < 2; ++i) {
            if (fds[i].fd < 0 || fds[i].revents == 0) continue;
            char bytes[4096];
            const auto n = ::read(fds[i].fd, bytes, sizeof bytes);
            if (n > 0) {
                (i == 0 ? said.out : said.err).append(bytes, static_cast<std::size_t>(n));
            } else {
                ::close(fds[i].fd);
                fds[i].fd = -1;
                --open;
            }
        }
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    on_io([] {});  // and the other way round
    said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    return said;
}

Said Desk::expect(int code, std::vector<std::string> words, const std::string& input) {
    std::string command;
    for (const auto& word : words) command += word + " ";
    const auto said = ctl(std::move(words), input);
    INFO("audiencectl " << command << "\nstandard output: " << said.out << "\nstandard error: " << said.err);
    REQUIRE(said.code == code);
    if (code != 0 && code != 7) REQUIRE(said.err.size() > 15);
    return said;
}

std::string Desk::definitions() {
    std::string out;
    for (const char* noun : {"source", "segment", "connection", "export"})
        out += expect(0, {noun, "list", "--json"}).out;
    return out + expect(0, {"audit", "--json"}).out;
}

void Desk::refused(int code, std::vector<std::string> words, const std::string& says,
                   const std::string& input) {
    const auto before = definitions();
    const auto said = expect(code, words, input);
    INFO("standard error: " << said.err);
    // What is not there cannot be edited.
    if (words.size() > 2 && words[1] == "add" && before.find('"' + words[2] + '"') == before.npos)
        for (const char* verb : {" edit ", " show ", " authenticate ", " test "})
            CHECK(said.err.find(words[0] + verb + words[2]) == std::string::npos);
    CHECK(said.err.find(says) != std::string::npos);
    CHECK(definitions() == before);
}

void Desk::furnish() {
    dir.write("crm/people.csv", "email,first\nanna@example.com,Anna\n");
    expect(0, {"source", "add", "crm", "--csv", (dir / "crm").string()});
    expect(0, {"segment", "add", "customers", "--source", "crm", "--file", "people.csv", "--title",
               "Customers"});
    const std::string key(32, 'a');
    expect(0, {"connection", "add", "shop", "--provider", "mailchimp", "--consent", "--api-key-file", "-"},
           key + "-us6\n");
    expect(0, {"export", "add", "spring", "--connection", "shop", "--destination", "a1b2c3", "--segment",
               "customers", "--email", "email"});
}

}  // namespace audienced::test
