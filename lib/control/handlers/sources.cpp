// /v1/sources
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/source_draft.hpp"
#include "control/json.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

awaitable<result<Reply>> list_sources(Context& context, Request) {
    auto read = [](store::Database& db, const vault::Vault&) { return store::list_sources(db); };
    auto sources = co_await look_up(context, std::move(read));
    if (!sources) co_return sources.error();
    json out = json::array();
    for (const auto& source : *sources) out.push_back(json_of(source));
    co_return json_reply(out);
}

awaitable<result<Reply>> show_source(Context& context, Request request) {
    const std::string name = request.argument(0);
    std::vector<std::string> used_by;
    auto read = [&](store::Database& db, const vault::Vault&) -> result<model::Source> {
        auto source = store::get_source(db, name);
        if (!source) return source;
        auto segments = store::list_segments(db);
        if (!segments) return segments.error();
        for (const auto& segment : *segments)
            if (segment.source == name) used_by.push_back(segment.name);
        return source;
    };
    auto source = co_await look_up(context, std::move(read));
    if (!source) co_return source.error();
    json out = json_of(*source);
    out["segments"] = used_by;
    co_return json_reply(out);
}

awaitable<result<Reply>> add_source(Context& context, Request request) {
    Fields fields(request.body);
    model::Source source;
    source.name = fields.name("name");
    source.kind = fields.text("kind");
    for (auto& [key, value] : fields.pairs("settings")) source.settings[key] = std::move(value);
    NamedSecrets secrets;
    for (auto& [key, value] : fields.pairs("secrets")) secrets.emplace_back(key, Secret(std::move(value)));
    source.created_at = context.time->now();
    if (auto good = fields.finish(); !good) co_return good.error();
    if (auto good = check_source(source, secrets); !good) co_return good.error();
    auto write = [&](store::Database& db, const vault::Vault& vault, store::AuditRow& audit) {
        audit.after = print(json_of(source));
        return store::add_source(db, vault, source, secrets);
    };
    auto done = co_await change(context, request.caller, "source add", source.name, std::move(write));
    if (!done) co_return done.error();
    context.live->source_changed(source.name);
    co_return json_reply(json_of(source), 201);
}

/// What is named changes: an empty setting is taken away, everything else stays. Its segments and exports
/// keep what they have; whether it can be reached now is what `test` says.
awaitable<result<Reply>> edit(Context& context, Request request) {
    const std::string name = request.argument(0);
    Fields fields(request.body);
    const auto settings = fields.pairs("settings");
    NamedSecrets secrets;
    for (auto& [key, value] : fields.pairs("secrets")) secrets.emplace_back(key, Secret(std::move(value)));
    if (auto good = fields.finish(); !good) co_return good.error();
    if (settings.empty() && secrets.empty())
        co_return make_error(Errc::usage, "nothing to change", "name a setting, or a file with a new secret");
    auto write = [&](store::Database& db, const vault::Vault& vault,
                     store::AuditRow& audit) -> result<model::Source> {
        auto source = store::get_source(db, name);
        if (!source) return source;
        audit.before = print(json_of(*source));
        for (const auto& [key, value] : settings) {
            if (value.empty())
                source->settings.erase(key);
            else
                source->settings[key] = value;
        }
        if (auto good = check_source(*source, secrets); !good) return good.error();
        json after = json_of(*source);
        for (const auto& [key, secret] : secrets) after["new_secrets"].push_back(key);
        audit.after = print(after);
        if (auto done = store::update_source(db, vault, *source, secrets); !done) return done.error();
        return source;
    };
    auto done = co_await change(context, request.caller, "source edit", name, std::move(write));
    if (!done) co_return done.error();
    context.live->source_changed(name);
    co_return json_reply(json_of(*done));
}

awaitable<result<Reply>> test_source(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) { return store::get_source(db, name); };
    auto source = co_await look_up(context, std::move(read));
    if (!source) co_return source.error();
    auto words = co_await context.live->test_source(std::move(*source));
    if (!words) co_return words.error();
    json out;
    out["name"] = name;
    out["ok"] = true;
    out["text"] = *words;
    co_return json_reply(out);
}

awaitable<result<Reply>> remove_source(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<void> {
        auto source = store::get_source(db, name);
        if (!source) return source.error();
        audit.before = print(json_of(*source));
        return store::remove_source(db, name);
    };
    auto done = co_await change(context, request.caller, "source remove", name, std::move(write));
    if (!done) co_return done.error();
    context.live->source_changed(name);
    json out;
    out["removed"] = name;
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> source_routes() {
    return {{"GET", "/v1/sources", Action::see_sources, list_sources},
            {"POST", "/v1/sources", Action::change_sources, add_source},
            {"GET", "/v1/sources/{}", Action::see_sources, show_source},
            {"PATCH", "/v1/sources/{}", Action::change_sources, edit},
            {"POST", "/v1/sources/{}/test", Action::change_sources, test_source, true},
            {"DELETE", "/v1/sources/{}", Action::change_sources, remove_source}};
}

}  // namespace audienced::control
