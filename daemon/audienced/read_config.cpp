#include "read_config.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/ownership.hpp"

namespace audienced::daemon {
namespace {

Error cannot_be_read(int error) {
    return make_error(Errc::bad_config, std::string("cannot be read: ") + std::strerror(error),
                      error == ENOENT ? "give the right path with --config"
                                      : "let the user " + user_name(::geteuid()) + " read it");
}

}  // namespace

result<config::Config> read_config(const std::string& file, bool must_exist) {
    std::vector<Error> mistakes;
    return read_config(file, must_exist, mistakes);
}

result<config::Config> read_config(const std::string& file, bool must_exist, std::vector<Error>& mistakes) {
    errno = 0;
    std::ifstream in(file);
    if (!in && errno == ENOENT && !must_exist) return config::Config{};
    if (!in) return cannot_be_read(errno);
    std::ostringstream text;
    text << in.rdbuf();
    // A folder opens like a file, and fails at the first read.
    if (in.bad() || (text.str().empty() && errno != 0)) return cannot_be_read(errno);
    return config::parse_config(text.str(), mistakes);
}

}  // namespace audienced::daemon
