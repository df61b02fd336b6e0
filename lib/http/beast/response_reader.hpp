// Bytes of the wire in, a Response out. Knows no socket.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace audienced::http {

class ResponseReader {
public:
    /// `host` is for error texts. A head of more than 32 KiB or a body of more than max_body bytes, packed or
    /// unpacked, is an error.
    ResponseReader(std::string host, std::size_t max_body);
    ResponseReader(ResponseReader&&) noexcept;
    ~ResponseReader();

    /// Takes the next bytes. Errors: bad_answer (not HTTP, 1xx, unknown coding, damaged gzip), too_large.
    result<void> feed(std::string_view bytes);
    /// The server sent close_notify: completes a body that only the end of the connection delimits. Errors:
    /// network if the answer is not complete by then.
    result<void> end_of_stream();

    bool begun() const noexcept;  // has a byte of the answer come?
    bool has_head() const noexcept;
    bool complete() const noexcept;
    /// After complete(): may the connection carry another request? Not if the server closes it or sent too
    /// much.
    bool reusable() const noexcept;
    Response take();

private:
    class Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace audienced::http
