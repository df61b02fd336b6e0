// What a file is that is not what its name says: told by the bytes with which it begins. Pure.
#pragma once

#include <string_view>

namespace audienced::source {

struct FileKind {
    std::string_view what;  // "a zip archive"; empty: nothing is known of it
    std::string_view hint;  // how to get at what is in it
};

/// A spreadsheet, an archive, a database, a web page ...: no table in text. `head`: the first bytes, of which
/// there should be 512 if the file has as many.
FileKind kind_of_no_table(std::string_view head);
/// As kind_of_no_table(); of a text also what it seems to be: a dump, a CSV file.
FileKind file_kind(std::string_view head);

}  // namespace audienced::source
