#include "source/delimited/text_file.hpp"

#include "source/delimited/signs.hpp"
#include "source/file_kind.hpp"

namespace audienced::source::delimited {
namespace {

constexpr std::string_view gzip_header = "\x1F\x8B\x08";

result<void> check_is_table(std::string_view head, const std::string& file) {
    const FileKind kind = kind_of_no_table(head);
    if (kind.what.empty()) return {};
    return make_error(Errc::bad_config, file + " is no CSV file: it is " + std::string(kind.what),
                      std::string(kind.hint));
}

/// The file's bytes, unpacked if they are packed. Errors: see open_text.
result<std::unique_ptr<Head>> unpack(folder::File& file) {
    auto raw = std::make_unique<Head>(bytes_of(file));
    auto head = raw->look();
    if (!head) return head.error();
    // A file that is to be gzip and has not even its first bytes yet is incomplete, not empty.
    const bool begun = head->size() < gzip_header.size() && file.name().ends_with(".gz");
    if (head->starts_with(gzip_header) || begun)
        raw = std::make_unique<Head>(unpacked(std::move(raw), file.name()));
    auto content = raw->look();
    if (!content) return content.error();
    if (auto fine = check_is_table(*content, file.name()); !fine) return fine.error();
    return raw;
}

Encoding encoding_by_signs(std::string_view raw, Encoding told) {
    if (const auto sign = utf16_without_mark(raw)) return *sign;
    const bool wide = told == Encoding::utf16le || told == Encoding::utf16be;
    return wide && cannot_be_utf16(raw) ? Encoding::utf8 : told;
}

std::string doubt_about(const Separation& seen, char read_with) {
    if (seen.others.empty()) return {};
    std::string doubt =
        "it was read with " + delimiter_words(read_with) + " between the fields, and its first line holds ";
    std::string options;
    for (const char other : seen.others) {
        doubt += (options.empty() ? "" : " and ") + delimiter_words(other);
        options += (options.empty() ? "" : " or ") + ("--delimiter " + delimiter_option(other));
    }
    return doubt + ": if these separate them, audiencectl source edit NAME " + options;
}

}  // namespace

result<std::unique_ptr<TextFile>> open_text(folder::File file, const Format& format) {
    auto text = std::make_unique<TextFile>();
    text->file = std::move(file);
    auto raw = unpack(text->file);
    if (!raw) return raw.error();
    text->encoding = format.encoding;
    if (format.heed_signs) text->encoding = encoding_by_signs((*raw)->look().value(), format.encoding);
    auto bytes = std::make_unique<Head>(decoded(std::move(*raw), text->encoding));
    auto head = bytes->look();
    if (!head) return head.error();
    std::string_view begins = *head;
    Dialect dialect{format.delimiter.value_or(','), format.quotes};
    std::uint64_t first_line = 1;
    if (format.heed_signs) {
        if (has_cr_lines(begins)) dialect.line_end = '\r';
        if (const auto instruction = instruction_in(begins)) {
            dialect.delimiter = instruction->delimiter;
            bytes->skip(instruction->size);
            first_line = 2;
        } else {
            const Separation seen = separation_of(begins, dialect);
            if (!format.delimiter && seen.certain)
                dialect.delimiter = *seen.certain;
            else
                text->doubt = doubt_about(seen, dialect.delimiter);
        }
    }
    text->records = std::make_unique<Records>(*bytes, dialect, first_line);
    text->bytes = std::move(bytes);
    return text;
}

}  // namespace audienced::source::delimited
