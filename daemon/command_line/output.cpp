#include "command_line/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>

namespace audienced::command_line {
namespace {

/// -> errno, or 0.
int write_whole(int fd, const char* from, std::size_t size) {
    while (size > 0) {
        const ssize_t written = ::write(fd, from, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0 && errno == EAGAIN) {  // another program made the terminal or pipe non-blocking
            pollfd ready{fd, POLLOUT, 0};
            ::poll(&ready, 1, -1);
            continue;
        }
        if (written < 0) return errno;
        from += written;
        size -= static_cast<std::size_t>(written);
    }
    return 0;
}

}  // namespace

OutputBuffer::OutputBuffer(int fd, bool at_once) : fd_(fd), at_once_(at_once) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
}

bool OutputBuffer::flush_pieces() {
    if (error_ == 0) error_ = write_whole(fd_, pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return error_ == 0;
}

OutputBuffer::int_type OutputBuffer::overflow(int_type c) {
    if (!flush_pieces()) return traits_type::eof();
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    return sputc(traits_type::to_char_type(c));
}

std::streamsize OutputBuffer::xsputn(const char* from, std::streamsize size) {
    const std::streamsize put = std::streambuf::xsputn(from, size);
    return at_once_ && !flush_pieces() ? 0 : put;
}

int OutputBuffer::sync() {
    return flush_pieces() ? 0 : -1;
}

CheckedOutput::CheckedOutput()
    : buffer_(STDOUT_FILENO, ::isatty(STDOUT_FILENO) == 1), before_(std::cout.rdbuf(&buffer_)) {}

CheckedOutput::~CheckedOutput() {
    std::cout.rdbuf(before_);
}

int CheckedOutput::end(const char* program, int code) {
    std::cout.flush();
    return after_output(program, buffer_.error(), code);
}

int after_output(const char* program, int error, int code) {
    if (error == 0 || error == EPIPE) return code;
    std::fprintf(stderr,
                 "%s: standard output could not be written as a whole: %s (print it to another place; what "
                 "the command changed stays changed)\n",
                 program, std::strerror(error));
    return code == 0 ? 1 : code;
}

int end_stdio(const char* program, int code) {
    errno = 0;
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    return after_output(program, written ? 0 : errno == 0 ? EIO : errno, code);
}

void keep_standard_descriptors() {
    for (int fd = 0; fd <= 2; ++fd)
        // Read only: what is written there fails, as it did when it was closed.
        if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0) return;
}

}  // namespace audienced::command_line
