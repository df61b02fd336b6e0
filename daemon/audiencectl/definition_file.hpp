// A file of definitions, read: TOML with the keys of control/apply/file_keys.hpp. docs/CONFIG-AS-CODE.md.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace audienced::ctl {

struct FileMistake {
    std::size_t line = 0;
    std::string object;  // "export.spring"; empty: none of them
    std::string message, hint;
};

struct SecretReference {
    std::string noun, name, key;
    std::string reference;  // "file:/root/key"
    std::size_t line = 0;
};

/// What stands where.
struct DefinitionLines {
    std::map<std::string, std::size_t> of_object;  // by "export:spring"; its table's first line
    std::vector<SecretReference> secrets;          // in the order of the file
};

/// `objects` becomes what POST /v1/apply takes, without the secrets. The mistakes in the order of the file:
/// not TOML, unknown keys with the nearest one, values of another type, references that are none. Never
/// throws for what stands in the text.
std::vector<FileMistake> read_definition_file(std::string_view text, nlohmann::json& objects,
                                              DefinitionLines& lines);

}  // namespace audienced::ctl
