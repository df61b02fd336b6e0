#include "control/apply/file_keys.hpp"

#include <algorithm>

#include "provider/options.hpp"

namespace audienced::control {
namespace {

using As = FileKey::As;

std::vector<std::string> provider_words() {
    std::vector<std::string> out;
    for (const auto& table : provider::option_tables()) out.emplace_back(table.name);
    return out;
}

FileKey key_of(const model::Option& option, bool required) {
    using Of = model::Option::As;
    FileKey key;
    key.name = option.as == Of::secret ? std::string(option.secret) : model::json_name(option);
    key.as = option.as == Of::secret ? As::secret : option.as == Of::path ? As::setting_path : As::setting;
    key.required = required;
    return key;
}

FileKeys segment_keys() {
    return {{"source", As::text, "", true, {}},  {"query", As::text, "", false, {}},
            {"table", As::text, "", false, {}},  {"file", As::text, "", false, {}},
            {"entity", As::text, "", false, {}}, {"title", As::title, "", false, {}}};
}

FileKeys connection_keys() {
    return {{"provider", As::text, "", true, provider_words()},
            {"title", As::title, "", false, {}},
            {"consent", As::flag, "", false, {}},
            {"api_key", As::secret, "", false, {}},
            {"client_id", As::text, R"("")", false, {}},
            {"client_secret", As::secret, "", false, {}},
            {"api_base", As::text, "", false, {}},
            {"login_base", As::text, R"("")", false, {}},
            {"ca_file", As::path, R"("")", false, {}},
            {"allow_users", As::texts, "[]", false, {}},
            {"allow_groups", As::texts, "[]", false, {}}};
}

FileKeys export_keys() {
    return {{"title", As::title, "", false, {}},
            {"connection", As::text, "", false, {}},
            {"destination", As::text, "", true, {}},
            {"segments", As::texts, "", true, {}},
            {"email", As::text, "", true, {}},
            {"key", As::text, R"("")", false, {}},
            {"map", As::map, "[]", false, {}},
            {"mode", As::text, R"("mirror")", false, {"mirror", "upsert"}},
            {"schedule", As::text, R"("refresh")", false, {}},
            {"timezone", As::text, "", false, {}},
            {"enabled", As::flag, "true", false, {}},
            {"hold", As::flag, "false", false, {}},
            {"max_profiles", As::number, "1000000", false, {}},
            {"min_profiles", As::number, "1", false, {}},
            {"max_removal_percent", As::number, "20", false, {}},
            {"create_fields", As::flag, "false", false, {}},
            {"clear_empty", As::flag, "false", false, {}},
            {"tag_segments", As::flag, "false", false, {}},
            {"existing", As::text, R"("ask")", false, {"ask", "add", "leave"}}};
}

}  // namespace

const std::vector<std::string>& file_nouns() {
    static const std::vector<std::string> nouns{"source", "segment", "connection", "export", "schedule"};
    return nouns;
}

FileKeys file_keys(const source::OptionTable& kind) {
    FileKeys out{key_of(kind.place, true)};
    for (const auto& option : kind.others) out.push_back(key_of(option, option.required));
    return out;
}

namespace {

FileKeys source_keys() {
    FileKeys out;
    for (const auto& table : source::option_tables())
        for (FileKey& key : file_keys(table)) {
            key.required = false;  // of one kind only
            const auto same = [&](const FileKey& k) { return k.name == key.name; };
            if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(key));
        }
    return out;
}

FileKeys schedule_keys() {
    return {{"calendar", As::text, "", true, {}}, {"timezone", As::text, "", true, {}}};
}

}  // namespace

const FileKeys& file_keys(std::string_view noun) {
    static const FileKeys segment = segment_keys(), connection = connection_keys(), exported = export_keys(),
                          schedule = schedule_keys(), source = source_keys();
    if (noun == "segment") return segment;
    if (noun == "connection") return connection;
    if (noun == "export") return exported;
    return noun == "schedule" ? schedule : source;
}

}  // namespace audienced::control
