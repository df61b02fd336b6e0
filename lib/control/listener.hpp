// The listening Unix socket: made here, or inherited from systemd.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/error.hpp"

namespace audienced::control {

/// Owns the descriptor; removes the socket's file when it made it and the file is still that one.
class Listener {
public:
    /// Mode 0660, made under an umask that never lets it be wider. A socket file without a listener
    /// is replaced. Errors: wrong_state (another process listens there; it is not a socket), bad_config (path
    /// too long, no such folder).
    static result<Listener> open(const std::string& path);
    /// From socket activation. Errors: bad_config (not a listening Unix stream socket).
    static result<Listener> adopt(int descriptor);
    Listener(Listener&&) noexcept;
    Listener& operator=(Listener&&) = delete;
    ~Listener();
    /// Gives the descriptor away (non-blocking, close-on-exec); the file is still removed by this object.
    int release() noexcept;

private:
    Listener() = default;
    int descriptor_ = -1;
    std::string path_;  // empty: not ours to remove
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace audienced::control
