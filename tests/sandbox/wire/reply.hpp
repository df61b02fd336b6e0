// One HTTP answer before it is framed, and the short ways to make one.
#pragma once

#include <boost/system/result.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/request.hpp"

namespace audienced::sandbox {

struct Reply {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8";
    Pairs headers;
    std::string body;
    std::string kind;    // which route answered, for the counters: "POST /3.0/lists/{list}"
    bool write = false;  // was it a route that changes something?
};

/// What a step of a handler gives: a value, or the answer that ends the request.
template <class T>
using Step = boost::system::result<T, Reply>;
[[noreturn]] void throw_exception_from_error(const Reply&, const boost::source_location&);

Reply json_reply(int status, const nlohmann::json&);
Reply text_reply(int status, std::string content_type, std::string body);
Reply empty_reply(int status);
std::string_view reason_phrase(int status);

}  // namespace audienced::sandbox
