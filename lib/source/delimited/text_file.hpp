// A text file on its way to being read: what kind of file it is, unpacked, turned into UTF-8, its lines told
// apart.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "source/delimited/records.hpp"
#include "source/folder/file.hpp"

namespace audienced::source::delimited {

/// What is known of a file before it is opened.
struct Format {
    /// Given by a person or a model, and kept to. Where it is not, the signs of the file are looked for, and
    /// commas are the rule.
    std::optional<char> delimiter;
    bool quotes = true;
    Encoding encoding = Encoding::utf8;
    /// May the file's own signs outrank this: a line sep=, UTF-16 without a byte order mark, lines that end
    /// with CR alone?
    bool heed_signs = true;
};

struct TextFile {
    folder::File file;
    std::unique_ptr<Bytes> bytes;
    std::unique_ptr<Records> records;
    Encoding encoding = Encoding::utf8;  // with which it is read
    /// Which other delimiters may have been meant, and which option says so; empty if there is no doubt.
    std::string doubt;
};

/// gzip is told by its first bytes. Errors: not_ready (damaged or cut), bad_config (no text: a spreadsheet
/// ...).
result<std::unique_ptr<TextFile>> open_text(folder::File file, const Format& format);

}  // namespace audienced::source::delimited
