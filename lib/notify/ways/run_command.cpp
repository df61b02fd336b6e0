#include "notify/ways/run_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/program_file.hpp"

namespace audienced::notify {
namespace {

struct Descriptor {
    int fd = -1;
    ~Descriptor() { close(); }
    void close() {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
};

struct Attributes {
    posix_spawnattr_t attr;
    posix_spawn_file_actions_t files;
    Attributes() {
        posix_spawnattr_init(&attr);
        posix_spawn_file_actions_init(&files);
    }
    Attributes(const Attributes&) = delete;
    ~Attributes() {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attr);
    }
};

/// With the default for every signal: we ignore SIGPIPE and block all in the calling thread, and both are
/// inherited.
int spawn(const std::vector<std::string>& argv, int standard_input, pid_t& child) {
    Attributes with;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&with.attr, &none);
    posix_spawnattr_setsigdefault(&with.attr, &all);
    posix_spawnattr_setpgroup(&with.attr, 0);
    posix_spawnattr_setflags(&with.attr,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_adddup2(&with.files, standard_input, 0);
    posix_spawn_file_actions_addopen(&with.files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&with.files, 3);
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", lang[] = "LANG=C.UTF-8";
    char* environment[] = {path, lang, nullptr};
    return posix_spawn(&child, words[0], &with.files, &with.attr, words.data(), environment);
}

result<void> ending(int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (WIFEXITED(status))
        return make_error(Errc::refused, "it ended with exit code " + std::to_string(WEXITSTATUS(status)));
    return make_error(Errc::refused, "it was ended by signal " + std::to_string(WTERMSIG(status)));
}

/// Its end, or -1 when the time is over; waits without waking up in between.
int await_end(pid_t child, std::chrono::milliseconds timeout) {
    Descriptor process;
    process.fd = static_cast<int>(::syscall(SYS_pidfd_open, child, 0u));
    const auto end = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        int status = 0;
        if (::waitpid(child, &status, WNOHANG) == child) return status;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return -1;
        pollfd waiting{process.fd, POLLIN, 0};
        // Without a pidfd (an old kernel, no descriptors left) look ten times a second.
        const auto slice = process.fd >= 0 ? left : std::min(left, std::chrono::milliseconds(100));
        (void)::poll(&waiting, 1, static_cast<int>(slice.count()));
    }
}

}  // namespace

result<void> run_command(const std::vector<std::string>& argv, std::string_view input,
                         std::chrono::milliseconds timeout) {
    if (input.size() > 60'000)
        return make_error(Errc::too_large, "the message is larger than a pipe takes at once");
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return make_error(Errc::bad_config, std::string("no pipe to it: ") + std::strerror(errno));
    Descriptor reading{ends[0]}, writing{ends[1]};
    // Into the pipe before the program can close the other end; it holds 64 KiB, so this does not wait.
    if (::write(writing.fd, input.data(), input.size()) != static_cast<ssize_t>(input.size()))
        return make_error(Errc::bad_config,
                          std::string("its pipe did not take all of it: ") + std::strerror(errno));
    writing.close();
    pid_t child = -1;
    if (const int failed = spawn(argv, reading.fd, child); failed != 0) {
        // Of a script "No such file" means its interpreter.
        const std::string fault = fault_of_program(argv[0]);
        return make_error(Errc::bad_config,
                          argv[0] + " cannot be started: " + (fault.empty() ? std::strerror(failed) : fault));
    }
    const int status = await_end(child, timeout);
    if (status >= 0) return ending(status);
    ::kill(-child, SIGKILL);
    int ignored = 0;
    (void)::waitpid(child, &ignored, 0);
    return make_error(Errc::timeout,
                      "it took longer than " + std::to_string(timeout.count()) + " ms and was killed");
}

}  // namespace audienced::notify
