#include "source/sqlite/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/access.hpp"
#include "source/folder/file.hpp"

namespace audienced::source::sqlite {
namespace {

std::string identity(const struct stat& s) {
    return std::to_string(s.st_dev) + ":" + std::to_string(s.st_ino);
}

std::string stamp(const std::string& path) {
    struct stat s;
    return ::stat(path.c_str(), &s) == 0 ? folder::Stamp::of(s).text() : "-";
}

enum class There { yes, no, unknown };
There is_there(const std::string& path) {
    struct stat s;
    if (::lstat(path.c_str(), &s) == 0) return There::yes;
    return errno == ENOENT ? There::no : There::unknown;
}

/// A journal of a change that was begun and not ended has a first byte that is not zero.
bool may_be_hot(const std::string& journal) {
    const int fd = ::open(journal.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno != ENOENT;
    char first = 0;
    const bool hot = ::read(fd, &first, 1) == 1 && first != 0;
    ::close(fd);
    return hot;
}

bool is_older_than_a_tick(const std::string& path) {
    struct stat s;
    if (::stat(path.c_str(), &s) != 0) return true;
    timespec now;
    ::clock_gettime(CLOCK_REALTIME, &now);  // the clock that files are stamped with, tick by tick
    const auto age_ns = (now.tv_sec - s.st_mtim.tv_sec) * 1'000'000'000LL + (now.tv_nsec - s.st_mtim.tv_nsec);
    constexpr long long several_ticks_ns = 40'000'000;
    return age_ns < 0 || age_ns > several_ticks_ns;  // a stamp from the future is of another clock
}

}  // namespace

result<Files> Files::find(const std::string& name) {
    struct stat s;
    if (::stat(name.c_str(), &s) != 0) return cannot_be_read("the database", name, errno);
    if (!S_ISREG(s.st_mode))
        return make_error(Errc::not_ready, "the database " + name + " is no file",
                          S_ISDIR(s.st_mode) ? "name the file in this folder" : "name a SQLite file");
    if (s.st_size == 0)
        return retryable(Errc::not_ready, "the database " + name + " is empty: it has 0 bytes",
                         "check the path; its application may keep its data in another file");
    Files files;
    files.name_ = name;
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(name.c_str(), nullptr), &std::free);
    files.path_ = real ? real.get() : name;
    files.identity_ = identity(s);
    return files;
}

result<Way> Files::way(bool is_wal_mode) const {
    if (!is_wal_mode) return Way::shared_lock;
    const There there = is_there(log());
    if (there == There::unknown) return cannot_be_read("the file", log(), errno);
    if (there == There::yes) return is_there(index()) == There::no ? Way::log_alone : Way::read_mark;
    // Turned to WAL mode by a change that was not ended: SQLite knows what to say of that.
    return may_be_hot(journal()) ? Way::shared_lock : Way::as_it_stands;
}

Files::Stamps Files::stamps() const {
    return {stamp(path_), stamp(log())};
}

bool Files::is_same_file() const {
    struct stat s;
    return ::stat(name_.c_str(), &s) == 0 && identity(s) == identity_;
}

bool Files::is_quiet() const {
    return is_older_than_a_tick(path_) && is_older_than_a_tick(log());
}

}  // namespace audienced::source::sqlite
