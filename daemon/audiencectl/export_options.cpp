#include "export_options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include "command_line/values.hpp"
#include "provider/options.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// What only some providers know of an export; flags have --no-... to take them off.
std::vector<KindOption> provider_options() {
    std::vector<TitledOptions> providers;
    for (const auto& table : provider::option_tables()) providers.push_back({table.title, &table.exports});
    return merged(providers);
}

/// The bounds are those of the daemon (lib/control/handlers/export_draft.cpp).
void declare_guards(CLI::App* verb, ExportOptions& o) {
    using command_line::must_be_number;
    constexpr std::uint64_t most = 1'000'000'000;
    auto* more = verb->add_option("--max-profiles", o.max_profiles,
                                  "skip a run with more profiles; 1000000 unless set");
    must_be_number(more->type_name("N"), 1, most);
    auto* fewer =
        verb->add_option("--min-profiles", o.min_profiles, "skip a run with fewer profiles; 1 unless set");
    must_be_number(fewer->type_name("N"), 0, most);
    auto* removals = verb->add_option(
        "--max-removal-percent", o.max_removal_percent,
        "hold a run that would remove a larger part of the members, and at least 100; 20 unless set, 0: any");
    must_be_number(removals->type_name("N"), 0, 100);
}

}  // namespace

void declare(CLI::App* verb, ExportOptions& o, bool adding) {
    if (adding)
        verb->add_option("--connection", o.connection, "the account that it delivers to")
            ->type_name("C")
            ->required();
    verb->add_option("--destination", o.destination, "the audience's or list's id at the provider")
        ->type_name("ID")
        ->required(adding);
    verb->add_option("--segment", o.segments, "segments, in the order in which the first profile wins")
        ->type_name("S")
        ->required(adding);
    verb->add_option("--email", o.email, "the attribute that is the e-mail address")
        ->type_name("ATTR")
        ->required(adding);
    verb->add_option("--key", o.key,
                     "the attribute that stays the same when the address of a person changes; an opt-out "
                     "then holds for the new address too")
        ->type_name("ATTR");
    verb->add_option("--map", o.map, "an attribute and the provider's field; repeatable")
        ->type_name("ATTR=FIELD")
        ->allow_extra_args(false);
    auto* mode = verb->add_option(
        "--mode", o.mode,
        "mirror: leavers are removed from tag or list; upsert: no member is removed; mirror unless set");
    command_line::must_be_one_of(mode->type_name("mirror|upsert"), {"mirror", "upsert"});
    verb->add_option("--schedule", o.schedule,
                     "with every refresh, only when started by a user, or its own calendar")
        ->type_name("refresh|manual|CALENDAR");
    verb->add_option("--timezone", o.timezone,
                     "time zone of the calendar (that of the refresh schedule, or of this machine)")
        ->type_name("ZONE");
    declare_guards(verb, o);
    verb->add_option("--title", o.title, "title shown to users")->type_name("T");
    verb->add_flag("--hold", o.hold, "every run waits for approval");
    verb->add_flag("--create-fields", o.create_fields, "create missing provider fields");
    verb->add_flag("--clear-empty", o.clear_empty, "send null and empty attributes as empty");
    for (const auto& option : provider_options()) declare(verb, option, o.of_provider);
    if (adding) return;
    verb->add_flag("--no-map", o.no_map, "map only the address")->excludes("--map");
    verb->add_flag("--no-key", o.no_key, "opt-outs do not follow a person to a new address")
        ->excludes("--key");
    verb->add_flag("--no-hold", o.no_hold, "runs do not wait for approval")->excludes("--hold");
    verb->add_flag("--no-clear-empty", o.no_clear_empty, "do not send null and empty attributes")
        ->excludes("--clear-empty");
    for (auto flag : provider_options()) {
        if (flag.option.as != model::Option::As::flag) continue;
        const std::string name(flag.option.name), off = negated(flag.option);
        flag.option.name = off;
        flag.help = "takes --" + name + " off";
        declare(verb, flag, o.of_provider)->excludes("--" + name);
    }
}

result<json> body_of(const ExportOptions& o) {
    json body = json::object();
    const auto text = [&](const char* key, const std::string& value) {
        if (!value.empty()) body[key] = value;
    };
    text("connection", o.connection);
    text("destination", o.destination);
    text("email", o.email);
    text("key", o.key);
    if (o.no_key) body["key"] = "";
    text("mode", o.mode);
    text("schedule", o.schedule);
    text("timezone", o.timezone);
    text("title", o.title);
    if (!o.segments.empty()) body["segments"] = o.segments;
    if (!o.map.empty() || o.no_map) body["map"] = json::array();
    for (const auto& pair : o.map) {
        const auto equals = pair.find('=');
        if (equals == pair.npos || equals == 0 || equals + 1 == pair.size())
            return make_error(Errc::usage, "--map takes ATTRIBUTE=FIELD, not " + pair,
                              "for example --map firstName=first_name");
        json one;
        one["attribute"] = pair.substr(0, equals);
        one["field"] = pair.substr(equals + 1);
        body["map"].push_back(std::move(one));
    }
    const auto flag = [&](const char* key, bool on, bool off) {
        if (on || off) body[key] = on;
    };
    flag("hold", o.hold, o.no_hold);
    flag("clear_empty", o.clear_empty, o.no_clear_empty);
    flag("create_fields", o.create_fields, false);
    for (const auto& [option, help] : provider_options()) {
        const std::string name(option.name), field = model::json_name(option);
        const auto typed = o.of_provider->find(name);
        if (option.as == model::Option::As::flag)
            flag(field.c_str(), typed != o.of_provider->end(), o.of_provider->contains(negated(option)));
        else if (typed != o.of_provider->end())
            body[field] = typed->second;
    }
    if (o.max_profiles) body["max_profiles"] = *o.max_profiles;
    if (o.min_profiles) body["min_profiles"] = *o.min_profiles;
    if (o.max_removal_percent) body["max_removal_percent"] = *o.max_removal_percent;
    return body;
}

}  // namespace audienced::ctl
