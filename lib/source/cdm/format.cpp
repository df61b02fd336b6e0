#include "source/cdm/format.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace audienced::source::cdm {
namespace {
using json = nlohmann::json;

Error odd(const Partition& p, const std::string& what) {
    return make_error(Errc::bad_config, "the partition " + p.name + " has " + what + " that cannot be read");
}

/// One setting, from whichever place. Writers give booleans as strings and encodings as code page numbers.
result<void> apply(const std::string& key, const json& value, Partition& p) {
    const std::string text = value.is_string() ? value.get<std::string>()
                             : value.is_null() ? ""
                                               : value.dump();
    if (text.empty() && key != "delimiter") return {};
    if (key == "columnHeaders") {
        if (!iequals(text, "true") && !iequals(text, "false")) return odd(p, "a columnHeaders");
        p.headers = iequals(text, "true");
    } else if (key == "delimiter") {
        auto delimiter = delimited::delimiter_named(text);
        if (!delimiter) return odd(p, "a delimiter");
        p.dialect.delimiter = *delimiter;
    } else if (key == "quoteStyle") {
        const bool none = iequals(text, "QuoteStyle.None") || iequals(text, "None");
        if (!none && !iequals(text, "QuoteStyle.Csv") && !iequals(text, "Csv")) return odd(p, "a quoteStyle");
        p.dialect.quotes = !none;
    } else if (key == "encoding") {
        const auto encoding = delimited::encoding_named(text);
        if (!encoding) return odd(p, "the encoding " + text);
        p.encoding = *encoding;
    } else if (key == "newline") {
        if (text != "\n" && text != "\r\n" && text != "\\n" && text != "\\r\\n") return odd(p, "a newline");
    }
    // csvStyle says when a writer quotes; a reader does not mind.
    return {};
}

std::string trait_name(const json& trait) {
    if (!trait.is_object()) return trait.is_string() ? trait.get<std::string>() : "";
    const auto it = trait.find("traitReference");
    return it != trait.end() && it->is_string() ? it->get<std::string>() : "";
}

}  // namespace

result<void> read_format(const json& partition, Partition& into) {
    if (const auto it = partition.find("fileFormatSettings"); it != partition.end() && it->is_object()) {
        const auto type = it->find("$type");
        if (type != it->end() && type->is_string() && !icontains(type->get<std::string>(), "csv"))
            return odd(into, "a format other than CSV, " + type->get<std::string>() + ",");
        for (const auto& [key, value] : it->items())
            if (auto fine = apply(key, value, into); !fine) return fine;
    }
    const auto traits = partition.find("cdm:traits");
    if (traits == partition.end() || !traits->is_array()) return {};
    for (const json& trait : *traits) {
        if (!iequals(trait_name(trait), "is.partition.format.CSV") || !trait.is_object()) continue;
        const auto arguments = trait.find("arguments");
        if (arguments == trait.end() || !arguments->is_array()) continue;
        for (const json& argument : *arguments) {
            if (!argument.is_object() || !argument.contains("name") || !argument.contains("value")) continue;
            if (!argument["name"].is_string()) continue;
            if (auto fine = apply(argument["name"].get<std::string>(), argument["value"], into); !fine)
                return fine;
        }
    }
    return {};
}

}  // namespace audienced::source::cdm
