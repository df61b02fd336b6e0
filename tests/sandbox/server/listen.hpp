#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "server/identity.hpp"
#include "world/world.hpp"

namespace audienced::sandbox {

struct Options {
    std::string dir, ready_file;
    std::uint16_t port = 0;  // 0: any
    IdentityWish identity;
};

/// Listens on 127.0.0.1 (and ::1 when there is one) until SIGINT or SIGTERM. Prints the address when ready
/// and writes it to DIR/address and the ready file.
result<void> run_server(const Options&);

}  // namespace audienced::sandbox
