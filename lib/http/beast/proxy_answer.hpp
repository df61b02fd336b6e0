// The head with which a proxy answers CONNECT.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::http {

class ProxyAnswer {
public:
    explicit ProxyAnswer(std::string proxy_host) : host_(std::move(proxy_host)) {}
    /// Errors: bad_config (407), network (any other refusal), bad_answer (not HTTP, too long, bytes after the
    /// head).
    result<void> feed(std::string_view bytes);
    bool complete() const noexcept { return complete_; }

private:
    std::string host_, head_;
    bool complete_ = false;
};

}  // namespace audienced::http
