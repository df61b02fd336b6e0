#include "vault/credential.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace audienced::vault {
namespace {

constexpr std::size_t most = 64 << 10;
constexpr std::string_view of_the_vault = "master-key";  // and what a rotation may put beside it

result<std::string> read_whole(int fd, const std::string& name) {
    struct stat st {};
    if (::fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return make_error(Errc::usage, "the credential " + name + " is not a regular file");
    std::string out;
    char bytes[4096];
    ssize_t got = 0;
    while (out.size() <= most && (got = ::read(fd, bytes, sizeof bytes)) > 0)
        out.append(bytes, static_cast<std::size_t>(got));
    ::explicit_bzero(bytes, sizeof bytes);
    if (got < 0)
        return make_error(Errc::usage, "cannot read the credential " + name + ": " + std::strerror(errno));
    if (out.size() > most)
        return make_error(Errc::usage, "the credential " + name + " is larger than 64 KiB");
    return out;
}

}  // namespace

bool is_credential_name(std::string_view name) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '_' || c == '-' || c == '@';
    };
    return !name.empty() && name.size() <= 255 && name.front() != '.' && !name.starts_with(of_the_vault) &&
           std::all_of(name.begin(), name.end(), plain);
}

result<std::string> read_credential(const std::string& name) {
    if (!is_credential_name(name))
        return make_error(Errc::usage, "this is not the name of a credential that may be used",
                          "it is one file name, and not that of the master key");
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (folder == nullptr || *folder != '/')
        return make_error(Errc::not_found, "the service has no credentials",
                          "give it one with LoadCredential=" + name +
                              ":/path of its unit (systemctl edit audienced), and restart it");
    const int fd = ::open((std::string(folder) + "/" + name).c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return make_error(Errc::not_found,
                          "the service has no credential " + name + ": " + std::strerror(errno),
                          "give it with LoadCredential=" + name +
                              ":/path of its unit (systemctl edit audienced), and restart it");
    auto out = read_whole(fd, name);
    ::close(fd);
    return out;
}

}  // namespace audienced::vault
