// A file that appears under its name when it is whole.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced::ctl {

/// Until it is kept it has no name, where the file system can do that: whatever ends the program, nothing is
/// left. 0600, the caller's.
class NewFile {
public:
    /// Errors: usage (it cannot be made there).
    static result<NewFile> in_place_of(const std::string& path);
    NewFile(NewFile&&) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();
    /// Errors: store_full, store_failed.
    result<void> write(std::string_view bytes);
    /// On the disk under its name when it returns; a file that was there is replaced. Errors: as write().
    result<void> keep();

private:
    result<void> sync_folder() const;
    NewFile(int fd, std::string path, std::string temporary)
        : fd_(fd), path_(std::move(path)), temporary_(std::move(temporary)) {}
    int fd_;
    std::string path_;
    std::string temporary_;  // its name until it is kept; empty: none
};

}  // namespace audienced::ctl
