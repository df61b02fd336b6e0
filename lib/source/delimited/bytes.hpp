// Bytes of a text on their way to the reader: from a file, unpacked, and turned into UTF-8.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "source/folder/file.hpp"

namespace audienced::source::delimited {

class Bytes {
public:
    virtual ~Bytes() = default;
    /// At least one byte, or 0 at the end. Errors: not_ready.
    virtual result<std::size_t> read(std::span<char> into) = 0;
};

enum class Encoding { utf8, utf16le, utf16be, windows1252 };

/// "utf-8", "UTF-16", "windows-1252", "ISO-8859-1", "65001" ... (case ignored). "utf-16" without a byte order
/// mark is little-endian; ISO-8859-1 is read as Windows-1252, as browsers do.
std::optional<Encoding> encoding_named(std::string_view name);

/// The file must outlive what is given.
std::unique_ptr<Bytes> bytes_of(folder::File& file);
std::unique_ptr<Bytes> bytes_of(std::string_view text);
/// Unpacks gzip, several members in a row too. Errors: not_ready for a damaged or incomplete file.
std::unique_ptr<Bytes> unpacked(std::unique_ptr<Bytes> packed, std::string name);
/// UTF-8 out of `encoding`. A byte order mark is dropped, and outranks `encoding`. What cannot be turned (a
/// lone surrogate, an undefined byte) becomes the byte 0xFF, so that the row is refused as invalid UTF-8, not
/// altered.
std::unique_ptr<Bytes> decoded(std::unique_ptr<Bytes> raw, Encoding encoding);

}  // namespace audienced::source::delimited
