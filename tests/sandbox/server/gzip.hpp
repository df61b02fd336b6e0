#pragma once

#include <string>
#include <string_view>

namespace audienced::sandbox {

/// A gzip member at the fastest level. Pure; any thread.
std::string gzip(std::string_view);
/// gzip of `bytes` blanks, made in pieces.
std::string gzip_of_blanks(std::size_t bytes);
/// The content of a gzip member, at most `limit` bytes; empty when it is damaged.
std::string gunzip(std::string_view, std::size_t limit);

}  // namespace audienced::sandbox
