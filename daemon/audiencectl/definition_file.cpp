#include "definition_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "base/toml_depth.hpp"
#include "control/apply/file_keys.hpp"

namespace audienced::ctl {
using control::FileKey;
using control::FileKeys;
using nlohmann::json;

namespace {

std::size_t line_of(const toml::node& node) {
    return node.source().begin.line;
}

std::string short_key(std::string_view key) {
    return std::string(truncate_utf8(key, 60));
}

/// "did you mean segments? it has a, b and c"
std::string advice(std::string_view key, const std::vector<std::string>& known) {
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
    const std::string meant = nearest(key, known);
    return (meant.empty() ? "" : "did you mean " + meant + "? ") + "there are " + all;
}

struct Reader {
    json& objects;
    DefinitionLines& lines;
    std::vector<FileMistake> mistakes;

    void refuse(std::size_t line, const std::string& object, std::string message, std::string hint = {}) {
        mistakes.push_back({line, object, std::move(message), std::move(hint)});
    }
};

const char* wanted_words(FileKey::As as) {
    using As = FileKey::As;
    switch (as) {
        case As::number:
            return "a whole number";
        case As::flag:
            return "true or false";
        case As::texts:
            return "a list of texts";
        case As::map:
            return R"(a list of { attribute = "...", field = "..." })";
        case As::path:
        case As::setting_path:
            return "an absolute path: the daemon has another working directory";
        case As::secret:
            return R"(a reference: "file:/path", "credential:NAME" of the service, or "-" for standard input)";
        case As::setting:
            return "text, a whole number, or true or false";
        default:
            return "text";
    }
}

json texts_from(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (!list) return nullptr;
    json out = json::array();
    for (const toml::node& item : *list) {
        const auto text = item.value_exact<std::string>();
        if (!text) return nullptr;
        out.push_back(*text);
    }
    return out;
}

json map_from(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (!list) return nullptr;
    json out = json::array();
    for (const toml::node& item : *list) {
        const toml::table* pair = item.as_table();
        if (!pair || pair->size() != 2) return nullptr;
        json one;
        for (const char* key : {"attribute", "field"}) {
            const auto text = (*pair)[key].value_exact<std::string>();
            if (!text) return nullptr;
            one[key] = *text;
        }
        out.push_back(std::move(one));
    }
    return out;
}

/// Null where it does not fit.
json value_from(const toml::node& node, FileKey::As as) {
    using As = FileKey::As;
    const auto text = node.value_exact<std::string>();
    const auto number = node.value_exact<std::int64_t>();
    const auto flag = node.value_exact<bool>();
    switch (as) {
        case As::number:
            return number && *number >= 0 ? json(static_cast<std::uint64_t>(*number)) : json(nullptr);
        case As::flag:
            return flag ? json(*flag) : json(nullptr);
        case As::texts:
            return texts_from(node);
        case As::map:
            return map_from(node);
        case As::setting:
            if (number) return std::to_string(*number);
            if (flag) return *flag ? "true" : "false";
            return text ? json(*text) : json(nullptr);
        case As::path:
        case As::setting_path:
            return text && (text->empty() || text->front() == '/') ? json(*text) : json(nullptr);
        default:
            return text ? json(*text) : json(nullptr);
    }
}

bool is_reference(const std::string& text) {
    return text == "-" || (text.starts_with("file:/") && text.size() > 6) ||
           (text.starts_with("credential:") && text.size() > 11);
}

/// The keys of that kind of source, if the table names one.
FileKeys keys_for(const std::string& noun, const toml::table& table) {
    if (noun == "source")
        for (const auto& kind : source::option_tables()) {
            FileKeys keys = control::file_keys(kind);
            if (table.contains(keys.front().name)) return keys;
        }
    return control::file_keys(noun);
}

void read_object(Reader& reader, const std::string& noun, const std::string& name, const toml::table& table) {
    const std::string object = noun == "schedule" ? noun : noun + "." + name;
    json out = json::object();
    const FileKeys keys = keys_for(noun, table);
    std::vector<std::string> known;
    for (const FileKey& key : keys) known.push_back(key.name);
    for (const auto& [word, node] : table) {
        const std::string key(word.str());
        const auto at = std::find(known.begin(), known.end(), key);
        if (at == known.end()) {
            reader.refuse(word.source().begin.line, object, "there is no key " + short_key(key),
                          advice(key, known));
            continue;
        }
        const FileKey& described = keys[static_cast<std::size_t>(at - known.begin())];
        json value = value_from(node, described.as);
        const bool secret = described.as == FileKey::As::secret;
        if (value.is_null() || (secret && !is_reference(value.get<std::string>()))) {
            // What stands there is not shown: it may be the secret itself.
            reader.refuse(word.source().begin.line, object, key + " must be " + wanted_words(described.as));
            continue;
        }
        if (secret)
            reader.lines.secrets.push_back(
                {noun, name, key, value.get<std::string>(), word.source().begin.line});
        else
            out[key] = std::move(value);
    }
    (noun == "schedule" ? reader.objects[noun] : reader.objects[noun][name]) = std::move(out);
}

void read_noun(Reader& reader, const std::string& noun, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (!table)
        return reader.refuse(line_of(node), noun, noun + " must be a table, written as [" + noun + ".NAME]");
    if (noun == "schedule") {
        reader.lines.of_object["schedule:refresh"] = line_of(node);
        return read_object(reader, noun, "refresh", *table);
    }
    for (const auto& [word, below] : *table) {
        const std::string name(word.str());
        const toml::table* object = below.as_table();
        const std::size_t line = object ? line_of(below) : word.source().begin.line;
        if (!is_name(name))
            reader.refuse(line, noun, "\"" + short_key(name) + "\" is not a name",
                          "a name is made of a-z, 0-9, _ and -, begins with a letter or digit, and has at "
                          "most 64 bytes");
        else if (!object)
            reader.refuse(line, noun,
                          noun + "." + name + " must be a table, written as [" + noun + "." + name + "]");
        else
            reader.lines.of_object[noun + ":" + name] = line, read_object(reader, noun, name, *object);
    }
}

void read_document(Reader& reader, const toml::table& document) {
    const auto& nouns = control::file_nouns();
    for (const auto& [word, node] : document) {
        const std::string key(word.str());
        if (std::find(nouns.begin(), nouns.end(), key) == nouns.end())
            reader.refuse(word.source().begin.line, {}, "there is no table " + short_key(key),
                          advice(key, nouns));
        else
            read_noun(reader, key, node);
    }
}

}  // namespace

std::vector<FileMistake> read_definition_file(std::string_view text, json& objects, DefinitionLines& lines) {
    objects = json::object();
    Reader reader{objects, lines, {}};
    if (const auto deep = line_of_deep_key(text)) {
        reader.refuse(*deep, {}, "a key of more than 100 parts", "no definition has one");
        return std::move(reader.mistakes);
    }
    try {
        read_document(reader, toml::parse(text));
    } catch (const toml::parse_error& e) {
        reader.refuse(e.source().begin.line, {},
                      "not TOML: " + std::string(truncate_utf8(e.description(), 200)));
    }
    const auto earlier = [](const FileMistake& a, const FileMistake& b) { return a.line < b.line; };
    std::stable_sort(reader.mistakes.begin(), reader.mistakes.end(), earlier);
    const auto above = [](const SecretReference& a, const SecretReference& b) { return a.line < b.line; };
    std::stable_sort(lines.secrets.begin(), lines.secrets.end(), above);
    return std::move(reader.mistakes);
}

}  // namespace audienced::ctl
