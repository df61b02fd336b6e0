// Standard output as both programs write it: what cannot be written is noticed, and said at the end.
#pragma once

#include <array>
#include <ios>
#include <streambuf>

#include "base/error.hpp"

namespace audienced::command_line {

/// Writes to a descriptor and keeps the first error; after that nothing more is written. Neither owns nor
/// closes it.
class OutputBuffer final : public std::streambuf {
public:
    /// `at_once`: after each piece, for a terminal.
    OutputBuffer(int fd, bool at_once);
    /// The errno of the first write that failed, or 0.
    int error() const noexcept { return error_; }

protected:
    int_type overflow(int_type) override;
    std::streamsize xsputn(const char*, std::streamsize) override;
    int sync() override;

private:
    bool flush_pieces();
    int fd_;
    bool at_once_;
    int error_ = 0;
    std::array<char, 16 * 1024> bytes_{};
};

/// While it lives, std::cout writes through an OutputBuffer to standard output.
class CheckedOutput {
public:
    CheckedOutput();
    CheckedOutput(const CheckedOutput&) = delete;
    CheckedOutput& operator=(const CheckedOutput&) = delete;
    ~CheckedOutput();
    /// Writes what is left. The exit code of a program that did its work with `code`: see after_output().
    int end(const char* program, int code);

private:
    OutputBuffer buffer_;
    std::streambuf* before_;
};

/// `error`: errno of a write to standard output, or 0. Says it on standard error; then 0 becomes 1. A reader
/// that closed its end (EPIPE) has what it wanted: nothing is said.
int after_output(const char* program, int error, int code);

/// The same for a program that prints with stdio.
int end_stdio(const char* program, int code);

/// A descriptor from 0 to 2 that is closed would be given to a file or a socket, which then gets the output.
void keep_standard_descriptors();

}  // namespace audienced::command_line
