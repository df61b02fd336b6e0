// Files below a folder: what lies outside is refused, and a file that changes under the reader is noticed.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace audienced::source::folder {

/// What must stay the same while a file is read.
struct Stamp {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t modified_ns = 0;
    bool operator==(const Stamp&) const = default;
    std::string text() const;  // "size:mtime:inode", for snapshot ids
    static Stamp of(const struct stat&);
};

/// A regular file, open for reading.
class File {
public:
    File() = default;
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    ~File();

    const std::string& name() const { return name_; }  // relative to the folder, for messages
    const Stamp& stamp() const { return stamp_; }
    /// 0 at the end. Errors: not_ready; source_changed as soon as there is more than the file had when it was
    /// opened, so that one that is written to without end is not read without end.
    result<std::size_t> read(std::span<char> into);
    /// No more reading; unchanged() still answers.
    void close();
    /// Errors: source_changed, if it was written to, replaced or removed since it was opened.
    result<void> unchanged() const;

private:
    Error changed() const;
    friend result<File> open_inside(const std::string&, const std::string&);
    int fd_ = -1;
    std::string path_, name_;
    Stamp stamp_;
    std::uint64_t read_ = 0;
};

/// Has it a wildcard?
bool is_pattern(const std::string& name);

enum class Newest {
    by_name,  // the last in the order of bytes: people-2026-11-30.csv
    by_time,  // modified last; of those of one time the last by name
};
/// `names` as match_inside() gives them. Blocks. Errors: not_ready.
result<std::string> newest_of(const std::string& root, const std::vector<std::string>& names, Newest by);

/// Neither absolute, nor empty, nor with "..", nor with a NUL. Errors: usage.
result<void> check_relative(const std::string& name);
/// Opens root/name. Symbolic links are followed as long as they end below `root`.
/// Errors: usage (see check_relative, or a link that leads out), not_ready (not there, not readable, not a
/// file).
result<File> open_inside(const std::string& root, const std::string& name);
/// Names below `root` that match a pattern with * ? [..] in any of its parts (hidden files never match),
/// sorted. A pattern without wildcards is given back as it is. Errors: usage, not_ready (no folder, nothing
/// matches).
result<std::vector<std::string>> match_inside(const std::string& root, const std::string& pattern);
/// Entries of the folder itself. Errors: not_ready.
result<std::size_t> count_files(const std::string& root);

}  // namespace audienced::source::folder
