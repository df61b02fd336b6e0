#include "control/peer.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

namespace audienced::control {
namespace {

// The *_r functions say ERANGE until the buffer is large enough; a group with thousands of members needs some
// room.
template <class Entry, class Id>
std::optional<std::string> name_of(int (*look_up)(Id, Entry*, char*, std::size_t, Entry**),
                                   char* Entry::*name, Id id) {
    for (std::size_t size = 4096; size <= (std::size_t{1} << 20); size *= 4) {
        std::vector<char> buffer(size);
        Entry entry{};
        Entry* found = nullptr;
        const int error = look_up(id, &entry, buffer.data(), buffer.size(), &found);
        if (error == ERANGE) continue;
        if (error != 0 || !found) return std::nullopt;
        return std::string(entry.*name);
    }
    return std::nullopt;
}

template <class Entry>
bool has_name(int (*look_up)(const char*, Entry*, char*, std::size_t, Entry**), const std::string& name) {
    for (std::size_t size = 4096; size <= (std::size_t{1} << 20); size *= 4) {
        std::vector<char> buffer(size);
        Entry entry{};
        Entry* found = nullptr;
        const int error = look_up(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
        if (error != ERANGE) return error == 0 && found != nullptr;
    }
    return true;  // so many members: it is there
}

bool is_number_of_user(const std::string& name) {
    return name.starts_with("uid:") && name.size() > 4 &&
           name.find_first_not_of("0123456789", 4) == name.npos;
}

}  // namespace

result<PeerIds> read_peer(int socket) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return make_error(Errc::not_permitted, "the kernel does not report the user of the connection");
    PeerIds peer;
    peer.uid = credentials.uid;
    peer.gid = credentials.gid;
    // SO_PEERCRED knows only the primary group.
    peer.groups.resize(32);
    for (int round = 0; round < 2; ++round) {
        socklen_t bytes = static_cast<socklen_t>(peer.groups.size() * sizeof(gid_t));
        const int outcome = getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &bytes);
        const int error = errno;
        if (outcome == 0 || error == ERANGE) peer.groups.resize(bytes / sizeof(gid_t));
        if (outcome == 0) return peer;
        if (error != ERANGE) break;
    }
    peer.groups.clear();
    return peer;
}

Peer name_peer(const PeerIds& ids) {
    Peer peer;
    peer.uid = ids.uid;
    peer.user = name_of<passwd, uid_t>(getpwuid_r, &passwd::pw_name, ids.uid)
                    .value_or("uid:" + std::to_string(ids.uid));
    const auto add = [&](gid_t gid) {
        if (auto name = name_of<group, gid_t>(getgrgid_r, &group::gr_name, gid))
            peer.groups.push_back(std::move(*name));
    };
    add(ids.gid);
    for (const gid_t gid : ids.groups)
        if (gid != ids.gid) add(gid);
    return peer;
}

std::vector<std::string> unknown_names(const std::vector<std::string>& users,
                                       const std::vector<std::string>& groups) {
    std::vector<std::string> out;
    for (const auto& name : users)
        if (!is_number_of_user(name) && !has_name<passwd>(getpwnam_r, name)) out.push_back("user " + name);
    for (const auto& name : groups)
        if (!has_name<group>(getgrnam_r, name)) out.push_back("group " + name);
    return out;
}

}  // namespace audienced::control
