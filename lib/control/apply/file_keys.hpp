// What a file of definitions may hold: one table, for the daemon that takes it, for audiencectl that reads
// and writes it, and for the schema. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/options.hpp"

namespace audienced::control {

struct FileKey {
    enum class As {
        text,
        title,  // text; the default is the object's name
        path,   // absolute
        number,
        flag,
        texts,    // a list of text
        map,      // a list of {attribute, field}
        setting,  // text, or a number or flag that stands for its text
        setting_path,
        secret,  // a reference in the file, the secret itself on the socket
    };
    std::string name;
    As as = As::text;
    std::string
        otherwise;  // JSON: what it is where the file does not say; empty: it depends, or there is none
    bool required = false;
    std::vector<std::string> choices;  // empty: any

    bool operator==(const FileKey&) const = default;
};
using FileKeys = std::vector<FileKey>;

/// The tables of a file, in the order in which they are written and applied. "schedule" is one table; each of
/// the others has one for each object: [source.crm].
const std::vector<std::string>& file_nouns();
/// Of one noun; of "source" those of every kind, each once. In the order in which they are written.
/// Made once: they are asked for with each object of a file that may hold thousands.
const FileKeys& file_keys(std::string_view noun);
/// The first is the one that names the kind.
FileKeys file_keys(const source::OptionTable& kind);

}  // namespace audienced::control
