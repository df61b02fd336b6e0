// The user at the other end of a Unix socket, as the kernel reports it; never by process id.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace audienced::control {

/// The values of the time of connect().
struct PeerIds {
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    std::vector<gid_t> groups;  // supplementary ones
};

/// The same in words, as configuration and connections name people.
struct Peer {
    uid_t uid = static_cast<uid_t>(-1);
    std::string user;                 // "uid:1000" where the machine knows no name
    std::vector<std::string> groups;  // names; groups without one are left out
};

/// SO_PEERCRED and SO_PEERGROUPS of a connected socket. Errors: not_permitted.
result<PeerIds> read_peer(int socket);
/// Asks the user database, which may block for long (LDAP): never on the io thread.
Peer name_peer(const PeerIds&);

/// Those of `users` and `groups` that the machine does not know, as "user eve", "group team"; "uid:1000" is
/// how a user without a name is called. Asks the user database: as name_peer().
std::vector<std::string> unknown_names(const std::vector<std::string>& users,
                                       const std::vector<std::string>& groups);

}  // namespace audienced::control
