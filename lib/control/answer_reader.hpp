// Reads one HTTP/1.1 answer from something that gives bytes: head, then a body by length, by chunks or to the
// end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.hpp"

namespace audienced::control {

class AnswerReader {
public:
    /// Fills at most `size` bytes; 0 is the end. Errors are passed on.
    using Read = std::function<result<std::size_t>(char* into, std::size_t size)>;
    explicit AnswerReader(Read read) : read_(std::move(read)) {}

    /// First of all. Interim answers (100 Continue) are passed over. Errors: bad_answer, and those of Read.
    result<unsigned> read_head();
    /// The next piece of the body; empty at its end. Errors: bad_answer (cut off, malformed), and those of
    /// Read.
    result<std::string> read_piece();
    /// All that is left, at most `limit` bytes. Errors: too_large besides.
    result<std::string> read_rest(std::size_t limit);

private:
    enum class Framing { none, length, chunks, to_end };
    result<std::string> line();
    result<bool> fill();
    result<std::string> take(std::uint64_t at_most);
    result<void> read_fields();

    Read read_;
    std::string buffer_;
    Framing framing_ = Framing::none;
    std::uint64_t left_ = 0;  // of the body, or of the chunk
    bool in_chunk_ = false;
};

}  // namespace audienced::control
