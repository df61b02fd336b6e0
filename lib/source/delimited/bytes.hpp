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
    static constexpr std::size_t least_room = 64;  // that read() needs: a character may become several bytes
    virtual ~Bytes() = default;
    /// At least one byte, or 0 at the end. Errors: not_ready.
    virtual result<std::size_t> read(std::span<char> into) = 0;
};

enum class Encoding { utf8, utf16le, utf16be, windows1252 };

/// "utf-8", "UTF-16", "windows-1252", "ISO-8859-1", "65001" ... (case ignored). "utf-16" without a byte order
/// mark is little-endian; ISO-8859-1 is read as Windows-1252, as browsers do.
std::optional<Encoding> encoding_named(std::string_view name);

/// Bytes whose beginning can be looked at before they are read.
class Head final : public Bytes {
public:
    static constexpr std::size_t most = 64 * 1024;
    explicit Head(std::unique_ptr<Bytes> inner) : inner_(std::move(inner)) {}
    /// The first bytes, up to about `most`; much fewer only if there are no more. Before the first read().
    /// Errors: those of the inner bytes.
    result<std::string_view> look();
    /// Passes over the first bytes; not more than look() gave.
    void skip(std::size_t n) { at_ += n; }
    result<std::size_t> read(std::span<char> into) override;

private:
    std::unique_ptr<Bytes> inner_;
    std::string head_;
    std::size_t at_ = 0;
    bool looked_ = false;
};

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
