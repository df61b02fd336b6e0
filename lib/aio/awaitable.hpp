// The coroutine type of this program, and the rules for its use:
// an expression with co_await contains only names, calls and literals (GCC 12 destroys aggregates and
// capturing lambdas born in it twice); operations give result<T>; nothing is detached (aio/task_group.hpp).
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/error.hpp"

namespace audienced {

template <class T>
using awaitable = boost::asio::awaitable<T>;

}  // namespace audienced
