#include "source/options.hpp"

namespace audienced::source::csv {

OptionTable option_table() {
    return {
        "csv",
        "CSV",
        {"csv", "DIR", "a folder of CSV files", model::Option::As::path},
        {{"delimiter", "CHAR", "between fields, or the word tab"},
         {"newest", "by-name|by-time", "of the files that match a pattern, only the newest is read (all)"},
         {"encoding", "NAME", "utf-8, utf-16, windows-1252"},
         {"min-age", "SECONDS", "a younger file may still be written"},
         {"max-age", "SECONDS", "an older file is yesterday's"},
         ready_wait_option}};
}

}  // namespace audienced::source::csv
