#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "log/render.hpp"
#include "log/sink.hpp"

namespace audienced::log {
namespace {

/// All of it, or false. A descriptor that another process made non-blocking gets a second to take more.
bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            pollfd waiting{fd, POLLOUT, 0};
            if (::poll(&waiting, 1, 1000) <= 0) return false;
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

struct TextSink final : Sink {
    int fd;
    Prefix prefix;
    TextSink(int d, Prefix p) : fd(d), prefix(p) {}
    bool write(const Event& event, SysTime at) override {
        return write_all(fd, prefix == Prefix::priority ? prefixed_line(event) : text_line(event, at));
    }
};

struct JsonSink final : Sink {
    int fd;
    explicit JsonSink(int d) : fd(d) {}
    bool write(const Event& event, SysTime at) override { return write_all(fd, json_line(event, at)); }
};

}  // namespace

std::unique_ptr<Sink> make_text_sink(int fd, Prefix prefix) {
    return std::make_unique<TextSink>(fd, prefix);
}
std::unique_ptr<Sink> make_json_sink(int fd) {
    return std::make_unique<JsonSink>(fd);
}

}  // namespace audienced::log
