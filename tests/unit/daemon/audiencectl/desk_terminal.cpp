// How the desk starts audiencectl, and audiencectl in a terminal.
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "desk.hpp"

namespace audienced::test {

std::unique_ptr<Desk::Program> Desk::program(std::vector<std::string> words) const {
    auto out = std::make_unique<Program>();
    out->words = std::move(words);
    out->words.insert(out->words.begin(), AUDIENCECTL);
    auto variables = environment;
    for (char** one = environ; *one; ++one) {
        const std::string text(*one);
        const auto equals = text.find('=');
        if (equals != text.npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    for (const auto& [name, value] : variables) out->variables.push_back(name + "=" + value);
    for (auto& word : out->words) out->argv.push_back(word.data());
    for (auto& variable : out->variables) out->envp.push_back(variable.data());
    out->argv.push_back(nullptr);
    out->envp.push_back(nullptr);
    return out;
}

Said Desk::in_terminal(std::vector<std::string> words, unsigned short columns) {
    on_io([] {});
    words.insert(words.end(), {"--socket", socket});
    const auto ctl = program(std::move(words));
    winsize size{};
    size.ws_row = 50;
    size.ws_col = columns;
    int master = -1, slave = -1;
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, &size) == 0);
    ::fcntl(master, F_SETFD, FD_CLOEXEC);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::setsid();
        ::ioctl(slave, TIOCSCTTY, 0);
        for (const int fd : {0, 1, 2}) ::dup2(slave, fd);
        if (slave > 2) ::close(slave);
        ::execve(ctl->argv[0], ctl->argv.data(), ctl->envp.data());
        ::_exit(127);
    }
    ::close(slave);
    Said said;
    char bytes[4096];
    // EIO: the other end is closed.
    for (ssize_t n = 0; (n = ::read(master, bytes, sizeof bytes)) > 0;)
        for (ssize_t i = 0; i < n; ++i)
            if (bytes[i] != '\r') said.out += bytes[i];
    ::close(master);
    int status = 0;
    ::waitpid(child, &status, 0);
    on_io([] {});
    said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    return said;
}

}  // namespace audienced::test
