#include "support/other_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <stdexcept>

namespace audienced::test {

OtherProcess::OtherProcess(std::vector<std::function<void()>> steps) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("no process");
    if (pid_ == 0) {
        ::close(to[1]);
        ::close(from[0]);
        char byte = 0;
        try {
            for (auto& step : steps) {
                if (::read(to[0], &byte, 1) != 1) ::_exit(0);
                step();
                if (::write(from[1], &byte, 1) != 1) ::_exit(0);
            }
        } catch (const std::exception&) {
            ::_exit(1);
        }
        (void)!::read(to[0], &byte, 1);
        ::_exit(0);
    }
    ::close(to[0]);
    ::close(from[1]);
    to_ = to[1];
    from_ = from[0];
}

OtherProcess::~OtherProcess() {
    crash();
    ::close(to_);
    ::close(from_);
}

void OtherProcess::next() {
    char byte = 0;
    if (::write(to_, &byte, 1) != 1 || ::read(from_, &byte, 1) != 1)
        throw std::runtime_error("the other process ended");
}

void OtherProcess::crash() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

}  // namespace audienced::test
