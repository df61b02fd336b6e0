#include "control/apply/wanted_parts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/export_draft.hpp"
#include "control/handlers/segment_draft.hpp"
#include "control/json.hpp"
#include "schedule/planner.hpp"
#include "source/registry.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

bool has_key(const json& object, const std::string& key) {
    const auto at = object.find(key);
    return at != object.end() && !at->is_null();
}

/// What the file does not say is the default. Errors: usage (a key that must be there, or is no text).
result<json> completed(const std::string& noun, const std::string& name, json object) {
    for (const FileKey& key : file_keys(noun)) {
        const bool text = key.as == FileKey::As::text || key.as == FileKey::As::title;
        if (has_key(object, key.name)) {
            if (text && !object[key.name].is_string())
                return make_error(Errc::usage, key.name + " must be text");
            continue;
        }
        if (key.required) return make_error(Errc::usage, key.name + " is missing");
        if (key.as == FileKey::As::title) object[key.name] = name;
        if (!key.otherwise.empty()) object[key.name] = json::parse(key.otherwise);
    }
    object["name"] = name;
    return object;
}

/// What a file writes out though it holds anyway: no option is asked for by that.
json without_usual(const std::string& noun, json object) {
    for (const FileKey& key : file_keys(noun))
        if (!key.otherwise.empty() && has_key(object, key.name) &&
            object[key.name] == json::parse(key.otherwise))
            object.erase(key.name);
    return object;
}

/// Compared by their keyed hashes, so that no stored secret is laid beside a text that a caller chose.
bool same_secret(const vault::Vault& vault, const Secret& stored, std::string_view given) {
    return vault.values()(stored.reveal()) == vault.values()(given);
}

/// Takes a secret that is as stored out of the object. Errors: usage (not what such a secret may hold).
result<void> leave_out_if_same(json& object, const char* key, SecretShape shape, const Secret& stored,
                               const vault::Vault& vault) {
    if (!has_key(object, key)) return {};
    if (!object[key].is_string()) return make_error(Errc::usage, std::string(key) + " must be text");
    auto cleaned = secret_text(object[key].get<std::string>(), shape, key);
    if (!cleaned) return cleaned.error();
    if (cleaned->empty()) return make_error(Errc::usage, std::string("the secret ") + key + " is empty");
    if (!stored.empty() && same_secret(vault, stored, *cleaned)) object.erase(key);
    return {};
}

const source::OptionTable* kind_named_in(const json& object) {
    const source::OptionTable* found = nullptr;
    for (const auto& table : source::option_tables()) {
        if (!has_key(object, model::json_name(table.place))) continue;
        if (found) return nullptr;
        found = &table;
    }
    return found;
}

Error no_kind() {
    std::string words;
    for (const auto& table : source::option_tables())
        words += (words.empty() ? "" : ", ") + model::json_name(table.place);
    return make_error(Errc::usage, "a source has exactly one of " + words);
}

/// The settings and secrets of a source of that kind. Errors: usage.
result<WantedSource> read_source(const source::OptionTable& table, const json& object) {
    WantedSource out;
    Fields fields(print(object));
    out.source.name = fields.name("name");
    out.source.kind = table.name;
    std::vector<model::Option> options{table.place};
    options.insert(options.end(), table.others.begin(), table.others.end());
    for (const model::Option& option : options) {
        const bool secret = option.as == model::Option::As::secret;
        const std::string key = secret ? std::string(option.secret) : model::json_name(option);
        auto value = fields.text_or(key.c_str(), {});
        if (value.empty()) continue;
        if (secret)
            out.secrets.emplace_back(std::string(option.secret), Secret(std::move(value)));
        else
            out.source.settings[std::string(option.name)] = std::move(value);
    }
    if (auto good = fields.finish(); !good) return good.error();
    if (auto good = check_source(out.source, out.secrets); !good) return good.error();
    return out;
}

result<void> check_consent(const json& object, const model::Connection* stored) {
    const bool asks = has_key(object, "consent") && object["consent"] == true;
    if (!stored && !asks)
        return make_error(
            Errc::wrong_state,
            "this connection is new, and needs consent: customers' addresses will leave this machine",
            "a person with that authority writes consent = true; who applies the file is who consents");
    if (stored && !stored->consent && asks)
        return make_error(
            Errc::wrong_state, "the consent of this connection was withdrawn, and no file gives it again",
            "audiencectl connection consent " + stored->name + " --give, or consent = false here");
    return {};
}

/// Where a file names none.
std::string usual_base(const model::Connection& stored, const model::Credentials& credentials) {
    const provider::Kind* kind = provider::find_kind(stored.provider);
    if (!kind || stored.auth == model::AuthKind::oauth) return {};
    auto base = kind->default_api_base(credentials.api_key.reveal());
    return base ? std::move(*base) : std::string();
}

result<Draft> edited_connection(const std::string& name, json object, const model::Connection& stored,
                                const model::Credentials& credentials, const vault::Vault& vault) {
    Draft draft;
    draft.connection = stored;
    draft.credentials = credentials;
    if (object["provider"] != stored.provider)
        return make_error(Errc::wrong_state, "the connection " + name + " is one of " + stored.provider,
                          "the provider of a connection stays: add another one");
    for (const auto& [key, shape, secret] :
         {std::tuple{"api_key", SecretShape::word, &credentials.api_key},
          std::tuple{"client_secret", SecretShape::phrase, &credentials.client_secret}})
        if (auto good = leave_out_if_same(object, key, shape, *secret, vault); !good) return good.error();
    const bool consent = has_key(object, "consent") ? object["consent"] == true : stored.consent.has_value();
    if (!has_key(object, "api_base") && !base_follows(stored, credentials))
        object["api_base"] = usual_base(stored, credentials);
    for (const char* key : {"consent", "provider", "name"}) object.erase(key);
    Fields fields(print(object));
    if (auto good = read_edit(fields, draft); !good) return good.error();
    if (!consent) draft.connection.consent.reset();
    return draft;
}

}  // namespace

result<WantedSource> wanted_source(const std::string& name, const json& object, const Stored& stored,
                                   store::Database& db, const vault::Vault& vault, const ReadBy& by) {
    const source::OptionTable* table = kind_named_in(object);
    if (!table) return no_kind();
    json named = object;
    named["name"] = name;
    auto out = read_source(*table, named);
    if (!out) return out;
    out->source.created_at = by.now;
    const auto there = stored.sources.find(name);
    if (there == stored.sources.end()) return out;
    if (there->second.kind != out->source.kind)
        return make_error(Errc::wrong_state, "the source " + name + " is of kind " + there->second.kind,
                          "the kind of a source stays: add another one, and let the segments read from that");
    out->source.created_at = there->second.created_at;
    std::optional<Error> failed;
    std::erase_if(out->secrets, [&](const auto& one) {
        auto kept = store::get_source_secret(db, vault, name, one.first);
        if (!kept) failed = kept.error();
        return kept && !kept->empty() && same_secret(vault, *kept, one.second.reveal());
    });
    if (failed) return *failed;
    return out;
}

result<model::Segment> wanted_segment(const std::string& name, const json& object, const Stored& stored,
                                      const ReadBy& by) {
    auto complete = completed("segment", name, object);
    if (!complete) return complete.error();
    const auto there = stored.segments.find(name);
    Fields fields(print(*complete));
    model::Segment out;
    out.name = fields.name("name");
    out.source = fields.name("source");
    out.title = fields.text("title");
    out.created_at = there == stored.segments.end() ? by.now : there->second.created_at;
    if (read_what(fields, out) != 1)
        fields.refuse("a segment has exactly one of query, table, file and entity");
    if (auto good = fields.finish(); !good) return good.error();
    return out;
}

result<Draft> wanted_connection(const std::string& name, const json& object, const Stored& stored,
                                const vault::Vault& vault, const ReadBy& by) {
    auto complete = completed("connection", name, object);
    if (!complete) return complete.error();
    if (has_key(*complete, "consent") && !(*complete)["consent"].is_boolean())
        return make_error(Errc::usage, "consent must be true or false");
    const auto there = stored.connections.find(name);
    const model::Connection* before = there == stored.connections.end() ? nullptr : &there->second;
    if (auto good = check_consent(*complete, before); !good) return good.error();
    if (before)
        return edited_connection(name, std::move(*complete), *before, stored.credentials.at(name), vault);
    if (has_key(*complete, "api_key") == has_key(object, "client_id"))
        return make_error(Errc::usage, "a new connection needs one of api_key and client_id",
                          R"(a key is named as "file:/path", "credential:NAME" or "-")");
    Fields fields(print(*complete));
    return read_new(fields, by.user, by.now);
}

result<WantedExport> wanted_export(const std::string& name, const json& object, const Stored& stored,
                                   const ReadBy& by, const std::string& zone) {
    auto complete = completed("export", name, object);
    if (!complete) return complete.error();
    WantedExport out;
    Fields said(print(without_usual("export", object)));
    out.given = provider_options_in(said);
    const auto there = stored.exports.find(name);
    model::Export& e = out.definition;
    if (there != stored.exports.end()) e = there->second;
    e.name = name;
    if (there == stored.exports.end()) e.created_at = by.now;
    e.updated_at = by.now;
    if (!has_key(object, "connection") && (there == stored.exports.end() || !e.connection.empty()))
        return make_error(there == stored.exports.end() ? Errc::usage : Errc::wrong_state,
                          "connection is missing",
                          "an export is detached with audiencectl connection remove --detach alone");
    Fields fields(print(*complete));
    (void)fields.name("name");
    if (!has_key(object, "timezone"))
        e.timezone.clear();  // left out, it has its default, whatever was stored
    read_export(fields, e);
    e.enabled = fields.flag_or("enabled", true);
    if (auto good = fields.finish(); !good) return good.error();
    if (has_calendar(e) && e.timezone.empty()) e.timezone = zone;
    if (auto good = check_definition(e); !good) return good.error();
    return out;
}

result<store::RefreshSchedule> wanted_schedule(const json& object) {
    Fields fields(print(object));
    store::RefreshSchedule out;
    out.calendar = fields.text("calendar");
    out.timezone = fields.text("timezone");
    if (auto good = fields.finish(); !good) return good.error();
    auto calendar = schedule::parse_calendar(out.calendar);
    if (!calendar) return calendar.error();
    if (auto zone = schedule::find_zone(out.timezone); !zone) return zone.error();
    out.calendar = calendar->text;
    return out;
}

}  // namespace audienced::control
