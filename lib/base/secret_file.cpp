#include "base/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/access.hpp"
#include "base/ownership.hpp"

namespace audienced {
namespace {

constexpr std::size_t longest = 64 * 1024;

Error cannot_read(const std::string& path, int error) {
    Error found = cannot_be_read("the file", path, error, Errc::bad_config);
    struct stat s {};
    if (error == EACCES && ::stat(path.c_str(), &s) == 0)  // not an ACL: a secret is given to one group
        found.hint = "let it in with chgrp " + group_name(::getegid()) + " " + path + " && chmod 640 " + path;
    return found;
}

result<std::string> content_of(int file, const std::string& path) {
    std::string out;
    std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t got = ::read(file, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cannot_read(path, errno);
        if (got == 0) return out;
        out.append(bytes.data(), static_cast<std::size_t>(got));
        if (out.size() > longest)
            return make_error(Errc::bad_config, "the file " + path + " is too large for a secret");
    }
}

}  // namespace

result<std::string> read_secret_file(const std::string& path, SecretShape shape) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return cannot_read(path, errno);
    struct stat s {};
    const bool known = ::fstat(file, &s) == 0 && S_ISREG(s.st_mode);
    auto text = known ? content_of(file, path) : result<std::string>(std::string());
    ::close(file);
    if (!known) return make_error(Errc::bad_config, path + " is not a regular file");
    if ((s.st_mode & 027) != 0)
        return make_error(Errc::bad_config,
                          "the file " + path + " holds a secret, and other users can read or change it (" +
                              rights_of(s) + ")",
                          "chmod g-w,o= " + path);
    if (!text) return text.error();
    auto secret = secret_text(std::move(*text), shape, "the file " + path);
    if (!secret) return make_error(Errc::bad_config, secret.error().message, secret.error().hint);
    return secret;
}

}  // namespace audienced
