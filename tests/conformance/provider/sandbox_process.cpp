#include "sandbox_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace audienced::conformance {

SandboxProcess::SandboxProcess() {
    const std::string ready = dir_ / "ready", dir = dir_.path();
    if (::mkfifo(ready.c_str(), 0600) != 0) throw std::runtime_error("mkfifo failed");
    std::string words[] = {AUDIENCED_SANDBOX, "--dir", dir, "--ready-file", ready};
    char* argv[] = {words[0].data(), words[1].data(), words[2].data(),
                    words[3].data(), words[4].data(), nullptr};
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const int failed = ::posix_spawn(&child_, AUDIENCED_SANDBOX, &quiet, nullptr, argv, environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (failed != 0) throw std::runtime_error("audience-sandbox does not start");
    std::ifstream pipe(ready);  // opening it waits for the writer
    if (!std::getline(pipe, address_)) throw std::runtime_error("audience-sandbox ended before it was ready");
}

SandboxProcess::~SandboxProcess() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

awaitable<std::string> SandboxProcess::ask(http::Client& client, std::string path, std::string body) const {
    http::Request request;
    request.method = body.empty() ? http::Method::get : http::Method::post;
    request.url = http::join(*http::parse_url(address_), path);
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(body);
    request.ca_file = ca_file();
    const Deadline deadline = aio::system_time().steady() + std::chrono::seconds{60};
    auto answer = co_await client.send(std::move(request), deadline);
    if (!answer) throw std::runtime_error(path + ": " + answer.error().text());
    if (!answer->ok())
        throw std::runtime_error(path + " answered " + std::to_string(answer->status) + ": " + answer->body);
    co_return std::move(answer->body);
}

}  // namespace audienced::conformance
