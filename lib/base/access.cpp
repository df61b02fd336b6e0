#include "base/access.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/ownership.hpp"

namespace audienced {
namespace {
namespace fs = std::filesystem;

std::string mounts() {
    std::ifstream in("/proc/self/mountinfo");
    return {std::istreambuf_iterator<char>(in), {}};
}

/// "a\040b" -> "a b": as mountinfo writes blanks.
std::string unescaped(std::string_view field) {
    std::string out;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] == '\\' && i + 3 < field.size() && field[i + 1] >= '0' && field[i + 1] <= '3') {
            out +=
                static_cast<char>((field[i + 1] - '0') * 64 + (field[i + 2] - '0') * 8 + field[i + 3] - '0');
            i += 3;
        } else {
            out += field[i];
        }
    }
    return out;
}

Error hidden(const std::string& subject, const std::string& folder, Hidden how) {
    switch (how) {
        case Hidden::home:
            return retryable(
                Errc::not_ready,
                subject + " is hidden from the service: its unit protects " + folder + " (ProtectHome=)",
                "move it, to /srv for example; or, with systemctl edit audienced, set ProtectHome=tmpfs "
                "and BindReadOnlyPaths= to its folder, and restart the service");
        case Hidden::temporary:
            return retryable(
                Errc::not_ready,
                subject + " is hidden from the service: it has a " + folder + " of its own (PrivateTmp=)",
                "move it, to /srv for example");
        case Hidden::inaccessible:
            return retryable(
                Errc::not_ready,
                subject + " is hidden from the service: its unit closes " + folder + " (InaccessiblePaths=)",
                "move it, or take the folder out of that line with systemctl edit audienced");
    }
    return make_error(Errc::bug, "no such way to hide");
}

enum class Need { enter, list, read };

Error closed(const std::string& subject, const std::string& part, Need need, const struct stat& s) {
    const std::string me = user_name(::geteuid());
    const char* const act[] = {"enter the folder ", "list the folder ", "read the file "};
    const char* const letters[] = {":x ", ":rx ", ":r "};
    const auto n = static_cast<std::size_t>(need);
    return retryable(
        Errc::not_ready,
        subject + " cannot be read: the user " + me + " may not " + act[n] + part + " (" + rights_of(s) + ")",
        "let it in with setfacl -m u:" + me + letters[n] + part +
            " (package acl), or put it into a group that may");
}

Error missing(const std::string& subject, const fs::path& part, bool is_last) {
    if (is_last)
        return retryable(Errc::not_ready,
                         subject + " is not there: " +
                             (part.has_parent_path() ? "the folder " + part.parent_path().native()
                                                     : std::string("the current folder")) +
                             " has no " + part.filename().native(),
                         "check the path");
    return retryable(Errc::not_ready, subject + " is not there: there is no folder " + part.native(),
                     "check the path, and that the disk it lies on is mounted");
}

constexpr int most_links = 8;

/// Follows the path from the root down to the first part that is in the way.
Error explain(const std::string& subject, const fs::path& path, int error, int links_left) {
    const std::string mountinfo = mounts();
    std::optional<std::pair<std::string, Hidden>> veil;  // the last one on the way
    fs::path so_far;
    for (auto it = path.begin(); it != path.end(); ++it) {
        so_far /= *it;
        const std::string& part = so_far.native();
        const bool is_last = std::next(it) == path.end();
        struct stat s;
        if (const auto how = hidden_by_unit(mountinfo, part)) veil = {part, *how};
        if (::lstat(part.c_str(), &s) != 0) {
            if (veil) return hidden(subject, veil->first, veil->second);
            if (errno == ENOENT) return missing(subject, so_far, is_last);
            break;
        }
        if (S_ISLNK(s.st_mode) && links_left > 0) {
            std::error_code none;
            fs::path target = fs::read_symlink(so_far, none);
            if (none) break;
            if (target.is_relative()) target = so_far.parent_path() / target;
            for (auto rest = std::next(it); rest != path.end(); ++rest) target /= *rest;
            const bool is_first = links_left == most_links;
            return explain(is_first ? subject + " (" + part + " is a link)" : subject,
                           target.lexically_normal(), error, links_left - 1);
        }
        const Need need = !S_ISDIR(s.st_mode) ? Need::read : is_last ? Need::list : Need::enter;
        if (may_access(part, need == Need::enter ? X_OK : need == Need::list ? R_OK | X_OK : R_OK)) continue;
        if (veil) return hidden(subject, veil->first, veil->second);
        return closed(subject, part, need, s);
    }
    if (error == EACCES || error == EPERM)
        return retryable(
            Errc::not_ready,
            subject + " cannot be read (" + std::strerror(error) +
                "), although owner and mode of it and of its folders allow it",
            "look for a rule of SELinux or AppArmor that forbids it, and at the unit of the service");
    return retryable(Errc::not_ready, subject + " cannot be read: " + std::strerror(error),
                     "check the disk that it lies on");
}

}  // namespace

std::optional<Hidden> hidden_by_unit(std::string_view mountinfo, std::string_view folder) {
    std::optional<Hidden> found;  // of several mounts on one folder the last one is seen
    while (!mountinfo.empty()) {
        std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
        mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
        std::vector<std::string_view> fields;
        while (!line.empty()) {
            fields.push_back(line.substr(0, line.find(' ')));
            line.remove_prefix(std::min(fields.back().size() + 1, line.size()));
        }
        if (fields.size() < 7 || unescaped(fields[4]) != folder) continue;
        const std::string_view root = fields[3];
        std::string_view type;
        for (std::size_t i = 6; i + 1 < fields.size(); ++i)
            if (fields[i] == "-") type = fields[i + 1];
        const bool is_home = folder == "/home" || folder == "/root" || folder == "/run/user";
        found.reset();
        // /run/systemd/inaccessible/dir; in a container of systemd-nspawn a link to
        // /run/host/inaccessible/dir.
        if (root.ends_with("/systemd/inaccessible/dir") || root.ends_with("/host/inaccessible/dir"))
            found = is_home ? Hidden::home : Hidden::inaccessible;
        else if (is_home && type == "tmpfs")
            found = Hidden::home;
        else if (root.find("/systemd-private-") != root.npos)
            found = Hidden::temporary;
    }
    return found;
}

Error why_unreadable(const std::string& subject, const std::string& path, int error, Errc code) {
    const bool is_of_way = error == ENOENT || error == ENOTDIR || error == EACCES || error == EPERM;
    Error found = is_of_way ? explain(subject, fs::path(path).lexically_normal(), error, most_links)
                            : retryable(Errc::not_ready, subject + " cannot be read: " + std::strerror(error),
                                        "check the disk that it lies on");
    found.code = code;
    found.safe_to_retry = code == Errc::not_ready;
    return found;
}

Error cannot_be_read(const std::string& what, const std::string& path, int error, Errc code) {
    return why_unreadable(what + " " + path, path, error, code);
}

}  // namespace audienced
