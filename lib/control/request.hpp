// A request and its answer, between the server (bytes) and the handlers (resources).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aio/awaitable.hpp"
#include "control/authorise.hpp"

namespace audienced::control {

struct Request {
    std::string method;                        // "GET"
    std::string path;                          // decoded, without the query: "/v1/runs/7"
    std::map<std::string, std::string> query;  // decoded
    std::string body;
    Caller caller;
    std::vector<std::string> arguments;  // filled by the router: what the pattern's {} matched

    const std::string& argument(std::size_t i) const { return arguments.at(i); }
    bool has(const std::string& key) const { return query.count(key) != 0; }
};

/// A streamed answer: each piece is one chunk.
class Stream {
public:
    virtual ~Stream() = default;
    /// The next piece; an empty one ends the stream. Waits as long as it takes.
    virtual awaitable<std::string> next() = 0;
};

struct Reply {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::unique_ptr<Stream> stream;  // in place of the body
    /// Of the stream, where that is known before: it is no chunks then, and a client can tell that it was cut
    /// short.
    std::optional<std::uint64_t> stream_bytes;
};

class Responder {
public:
    virtual ~Responder() = default;
    virtual awaitable<Reply> respond(Request request) = 0;
    /// Is this request's work of use to its client alone? Then respond() is cancelled when the client is
    /// gone. A change is not: what has begun is ended.
    virtual bool ends_with_client(const Request&) const { return false; }
};

Reply problem_reply(const Error&);

}  // namespace audienced::control
