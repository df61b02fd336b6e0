#include "backup_place.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <system_error>

namespace audienced::ctl {
namespace {
namespace fs = std::filesystem;

constexpr const char* elsewhere = "name another file; nothing was changed";

bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// By what the folders are, not by their names: a link, or `..`, leads there too.
bool lies_below(const std::string& file, const struct stat& folder) {
    std::error_code ignored;
    fs::path at = fs::canonical(fs::absolute(file, ignored).parent_path(), ignored);
    for (; !at.empty(); at = at.parent_path()) {
        struct stat st {};
        if (::stat(at.c_str(), &st) == 0 && same_file(st, folder)) return true;
        if (at == at.root_path()) break;
    }
    return false;
}

/// Its name in the state directory, where it is a file of that; else empty.
std::string name_in_state(const struct stat& file, const std::string& state_dir) {
    std::error_code ec;
    for (fs::directory_iterator it(state_dir, ec), end; !ec && it != end; it.increment(ec)) {
        struct stat st {};
        if (::stat(it->path().c_str(), &st) == 0 && same_file(st, file)) return it->path().native();
    }
    return {};
}

/// A copy that `backup` made is an SQLite file of this program without a log beside it. A database in use has
/// one, and says so in its header (https://www.sqlite.org/fileformat.html, 1.3).
bool looks_like_backup(const std::string& file) {
    std::array<unsigned char, 100> header{};
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return false;
    const ssize_t got = ::pread(fd, header.data(), header.size(), 0);
    ::close(fd);
    if (got != static_cast<ssize_t>(header.size())) return false;
    const std::string_view bytes(reinterpret_cast<const char*>(header.data()), header.size());
    constexpr std::string_view magic("SQLite format 3\0", 16);
    constexpr std::string_view application("AUCD", 4);  // as schema/0001_first.sql sets it
    const bool without_log = header[18] == 1 && header[19] == 1;
    return bytes.starts_with(magic) && without_log && bytes.substr(68, 4) == application;
}

}  // namespace

result<void> may_take_backup(const std::string& file, const std::string& state_dir) {
    struct stat state {};
    const bool state_known = ::stat(state_dir.c_str(), &state) == 0;
    if (state_known && lies_below(file, state))
        return make_error(Errc::wrong_state,
                          file + " is in the state directory " + state_dir +
                              ", where the daemon keeps the database and its key",
                          "name a file in another folder; nothing was changed");
    struct stat st {};
    if (::stat(file.c_str(), &st) != 0) return {};
    if (state_known)
        if (const std::string own = name_in_state(st, state_dir); !own.empty())
            return make_error(Errc::wrong_state, file + " is another name of " + own, elsewhere);
    if (st.st_size == 0 || looks_like_backup(file)) return {};
    return make_error(Errc::wrong_state,
                      file + " is there already and is not a backup of audienced, so it is not replaced",
                      "name another file, or remove it first; nothing was changed");
}

}  // namespace audienced::ctl
