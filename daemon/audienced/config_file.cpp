#include "config_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/access.hpp"

namespace audienced::daemon {

result<config::Config> read_config(const ConfigFile& file) {
    std::vector<Error> mistakes;
    return read_config(file, mistakes);
}

result<config::Config> read_config(const ConfigFile& file, std::vector<Error>& mistakes) {
    const auto cannot = [&](int error) {
        Error found = why_unreadable("it", file.path, error, Errc::bad_config);
        if (error == ENOENT) found.hint = "give the right path with --config";
        return found;
    };
    const int opened = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (opened < 0) {
        if (errno == ENOENT && file.may_be_missing) return config::Config{};
        return cannot(errno);
    }
    std::string text;
    std::array<char, 4096> bytes{};
    ssize_t got = 0;
    while ((got = ::read(opened, bytes.data(), bytes.size())) > 0 || (got < 0 && errno == EINTR))
        if (got > 0) text.append(bytes.data(), static_cast<std::size_t>(got));
    const int error = errno;
    ::close(opened);
    if (got < 0) return cannot(error);
    return config::parse_config(text, mistakes);
}

}  // namespace audienced::daemon
