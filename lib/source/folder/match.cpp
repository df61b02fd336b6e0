#include <fnmatch.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/access.hpp"
#include "source/folder/file.hpp"

namespace audienced::source::folder {
namespace {
namespace fs = std::filesystem;

bool has_wildcard(const std::string& part) {
    return part.find_first_of("*?[") != std::string::npos;
}

Error unreadable(const fs::path& folder, const std::error_code& why) {
    return cannot_be_read("the folder", folder.native(), why.value());
}

result<std::vector<std::string>> children(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        names.push_back(it->path().filename().native());
    if (error) return unreadable(folder, error);
    return names;
}
}  // namespace

bool is_pattern(const std::string& name) {
    return has_wildcard(name);
}

result<std::string> newest_of(const std::string& root, const std::vector<std::string>& names, Newest by) {
    if (by == Newest::by_name) return names.back();
    std::string newest;
    std::int64_t written = 0;
    for (const auto& name : names) {
        struct stat s {};
        // One that was taken away meanwhile is not the newest.
        if (::stat((root + "/" + name).c_str(), &s) != 0) continue;
        const std::int64_t modified = Stamp::of(s).modified_ns;
        if (!newest.empty() && modified < written) continue;
        newest = name;
        written = modified;
    }
    if (newest.empty())
        return retryable(Errc::not_ready, "the files in " + root + " that matched are gone",
                         "check what removes them before they are read");
    return newest;
}

result<std::vector<std::string>> match_inside(const std::string& root, const std::string& pattern) {
    if (auto fine = check_relative(pattern); !fine) return fine.error();
    if (!has_wildcard(pattern)) return std::vector<std::string>{pattern};
    std::vector<fs::path> found{fs::path()};
    for (const auto& step : fs::path(pattern)) {
        std::vector<fs::path> next;
        for (const auto& base : found) {
            if (!has_wildcard(step.native())) {
                std::error_code error;
                if (fs::exists(root / base / step, error)) next.push_back(base / step);
                if (error) return unreadable(root / base / step, error);
                continue;
            }
            std::error_code error;
            if (!base.empty() && !fs::is_directory(root / base, error)) continue;
            auto names = children(root / base);
            if (!names) return names.error();
            for (const auto& name : *names)
                if (::fnmatch(step.c_str(), name.c_str(), FNM_PERIOD) == 0) next.push_back(base / name);
        }
        found = std::move(next);
    }
    if (found.empty())
        return retryable(Errc::not_ready, "no file in " + root + " matches " + pattern,
                         "check that the file was delivered, and the pattern: audiencectl segment show NAME");
    std::vector<std::string> names;
    for (const auto& path : found) names.push_back(path.native());
    std::sort(names.begin(), names.end());
    return names;
}

result<std::size_t> count_files(const std::string& root) {
    auto names = children(root);
    if (!names) return names.error();
    return names->size();
}

}  // namespace audienced::source::folder
