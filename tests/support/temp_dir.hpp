// A directory of its own for a test, gone when the test ends.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace audienced::test {

class TempDir {
public:
    TempDir();
    TempDir(const TempDir&) = delete;
    ~TempDir();

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    /// Writes a file (and the folders on the way) and gives its path.
    std::string write(const std::string& name, std::string_view content) const;
    /// The whole file; throws if it cannot be read.
    std::string read(const std::string& name) const;

private:
    std::filesystem::path path_;
};

}  // namespace audienced::test
