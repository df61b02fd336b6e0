// A folder of CSV files; a segment is a file, or a pattern that names several.
#pragma once

#include <memory>
#include <optional>

#include "source/delimited/text_file.hpp"
#include "source/folder/file.hpp"
#include "source/registry.hpp"

namespace audienced::source::csv {

/// The settings, understood.
struct Options {
    std::string folder;
    delimited::Format format;
    std::optional<folder::Newest> newest;  // none: all files that match
    std::uint64_t min_age_seconds = 0;     // 0: any; younger files may still be written to
    std::uint64_t max_age_seconds = 0;     // 0: any; older files are yesterday's
};

/// Errors: usage.
result<Options> parse_options(const model::Source&);
std::unique_ptr<Source> open(Options, const Clock*);

}  // namespace audienced::source::csv
