// What a file is that is not what its name says.
#pragma once

#include <string>
#include <string_view>

namespace audienced::source {

struct FileKind {
    std::string_view what;  // "a zip archive or a spreadsheet (.xlsx)"; empty: unknown
    std::string_view hint;  // how to get at what is in it
};

/// Judged by the first bytes, of which there should be 512 if the file has as many.
FileKind file_kind(std::string_view head);

}  // namespace audienced::source
