// What the beginning of a text file says of its format. Nothing is guessed: a sign is taken only where no
// other reading is possible.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/delimited/records.hpp"

namespace audienced::source::delimited {

/// UTF-16 without a byte order mark: zero bytes in every other place, as in no other encoding that is read.
std::optional<Encoding> utf16_without_mark(std::string_view raw);
/// UTF-8 with a line end, and no zero byte beside it.
bool cannot_be_utf16(std::string_view raw);

/// The line "sep=;" with which a file tells spreadsheet programs its delimiter. It is an instruction.
struct Instruction {
    char delimiter = ',';
    std::size_t size = 0;  // of the line, its end included
};
std::optional<Instruction> instruction_in(std::string_view text);

/// CR alone ends the lines (old Macintosh programs): there are some outside of quotes, and no LF there.
bool has_cr_lines(std::string_view text);

/// Which of the usual delimiters , ; tab | separates the fields.
struct Separation {
    /// Certain: in the first line stands this one and no other, and in most lines behind it too.
    std::optional<char> certain;
    std::string others;  // each of the usual ones, besides `read_with`, that stands in the first line
};
/// `read_with` is what the text is separated with if nothing is certain.
Separation separation_of(std::string_view text, Dialect read_with);

/// "commas", "semicolons", "tabs", "bars"; else the character.
std::string delimiter_words(char delimiter);
/// As --delimiter takes it, quoted for a shell.
std::string delimiter_option(char delimiter);

}  // namespace audienced::source::delimited
