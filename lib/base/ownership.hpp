// Whose a file is and who this process is, as messages about files name them.
#pragma once

#include <sys/stat.h>

#include <string>

namespace audienced {

/// The number where the machine knows no name. They ask the user database, which may block.
std::string user_name(uid_t);
std::string group_name(gid_t);

/// Does the user database put the user into the group, whatever this session has?
bool is_member(uid_t, gid_t);

/// "0640"
std::string octal_mode(const struct stat&);
/// "owner ann, group staff, mode 0700"
std::string rights_of(const struct stat&);

/// Can others than its owner read or write this file of a secret? Its group may read a file that another user
/// (root) owns: that is how a secret is given to one service.
bool open_to_others(const struct stat&);

/// The command that gives `path`, and what lies below it, to the user and group of this process.
std::string chown_command(const std::string& path);

/// May this process use the file so? Like access(2), but for the rights by which opening it is judged.
/// `mode`: R_OK, W_OK, X_OK.
bool may_access(const std::string& path, int mode);

}  // namespace audienced
