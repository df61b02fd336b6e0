#include "definition_secrets.hpp"

#include <nlohmann/json.hpp>

#include "provider/options.hpp"
#include "shell.hpp"
#include "source/options.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// What its file may hold.
SecretShape shape_of_secret(const SecretReference& secret) {
    const model::Option* found = nullptr;
    if (secret.noun == "source")
        for (const auto& table : source::option_tables())
            if (const auto* option = model::find_secret(table.others, secret.key)) found = option;
    if (secret.noun == "connection")
        for (const auto& table : provider::option_tables())
            if (const auto* option = model::find_secret(table.connection, secret.key)) found = option;
    return found ? found->shape : SecretShape::word;
}

}  // namespace

std::vector<FileMistake> read_secrets(const DefinitionLines& lines, bool input_is_file, json& objects) {
    std::vector<FileMistake> mistakes;
    bool input_used = input_is_file;
    for (const SecretReference& one : lines.secrets) {
        const std::string object = one.noun + "." + one.name;
        json& place = objects[one.noun][one.name][one.key];
        if (one.reference.starts_with("credential:")) {
            place["credential"] = one.reference.substr(11);
            continue;
        }
        if (one.reference == "-" && input_used) {
            mistakes.push_back({one.line, object, one.key + " cannot come by standard input too",
                                "one secret, or the file itself, may; name a file for the others"});
            continue;
        }
        input_used = input_used || one.reference == "-";
        auto text =
            read_secret(one.reference == "-" ? one.reference : one.reference.substr(5), shape_of_secret(one));
        if (text && text->empty()) text = make_error(Errc::usage, one.key + " is empty");
        if (text)
            place = std::move(*text);
        else
            mistakes.push_back({one.line, object, text.error().message, text.error().hint});
    }
    return mistakes;
}

}  // namespace audienced::ctl
