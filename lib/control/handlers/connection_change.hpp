// Adding, editing and testing a connection: each proves access with the live account before anything is
// stored.
#pragma once

#include "control/router.hpp"

namespace audienced::control {

awaitable<result<Reply>> add_connection(Context& context, Request request);
awaitable<result<Reply>> edit_connection(Context& context, Request request);
awaitable<result<Reply>> test_connection(Context& context, Request request);

}  // namespace audienced::control
