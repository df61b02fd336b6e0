// /v1/definitions and /v1/apply: all definitions at once.
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "control/apply/ask_live.hpp"
#include "control/apply/store_changes.hpp"
#include "control/apply/tell_live.hpp"
#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

json value_or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json::parse(text);
}

awaitable<result<Reply>> show_definitions(Context& context, Request) {
    auto read = [](store::Database& db, const vault::Vault& vault) { return read_stored(db, vault); };
    auto stored = co_await look_up(context, std::move(read));
    if (!stored) co_return stored.error();
    json objects = json::object();
    for (const auto& [noun, named] : stored->shapes())
        for (const auto& [name, shape] : named) {
            json& object = noun == "schedule" ? objects[noun] : objects[noun][name];
            object = json::object();
            for (const auto& [key, value] : without_defaults(noun, name, shape))
                object[key] = json::parse(value);
        }
    json out;
    out["objects"] = std::move(objects);
    out["state"] = stored->state();
    co_return json_reply(out);
}

struct Asked {
    json objects;
    bool dry_run = false, prune = false;
    std::string expect;  // the state of the definitions that the caller saw; empty: any
};

result<Asked> read_asked(const std::string& body) {
    json document = json::parse(body, nullptr, false);
    if (!document.is_object() || !document.value("objects", json()).is_object())
        return make_error(Errc::usage, "the request needs objects: what a file of definitions holds");
    Asked out;
    out.objects = std::move(document["objects"]);
    document.erase("objects");
    Fields fields(print(document));
    out.dry_run = fields.flag_or("dry_run", false);
    out.prune = fields.flag_or("prune", false);
    out.expect = fields.text_or("expect", {});
    if (auto good = fields.finish(); !good) return good.error();
    return out;
}

bool is_secret(const std::string& noun, const std::string& key) {
    const FileKeys& keys = file_keys(noun);
    return std::any_of(keys.begin(), keys.end(),
                       [&](const FileKey& k) { return k.as == FileKey::As::secret && k.name == key; });
}

struct Credential {
    std::string noun, name, key, credential;
};

/// Secrets that are named as {"credential": NAME}.
std::vector<Credential> credentials_in(const json& objects) {
    std::vector<Credential> out;
    for (const std::string& noun : file_nouns()) {
        const auto table = objects.find(noun);
        if (table == objects.end() || !table->is_object()) continue;
        for (const auto& [name, object] : table->items()) {
            if (!object.is_object()) continue;
            for (const auto& [key, value] : object.items())
                if (value.is_object() && value.size() == 1 && value.contains("credential") &&
                    value["credential"].is_string() && is_secret(noun, key))
                    out.push_back({noun, name, key, value["credential"].get<std::string>()});
        }
    }
    return out;
}

/// In the place of the names what they stand for.
awaitable<void> put_credentials_in(Context& context, json& objects, Problems& problems) {
    const auto named = credentials_in(objects);
    for (const Credential& one : named) {
        auto secret = co_await context.live->read_credential(one.credential);
        if (secret)
            objects[one.noun][one.name][one.key] = std::move(*secret);
        else
            problems.push_back({one.noun + ":" + one.name, secret.error()});
    }
}

/// The first problem decides the status and the exit code; all are told.
Reply refusal(const Problems& problems) {
    const Problem& first = problems.front();
    Error error = first.error;
    if (!first.object.empty()) error.message = first.object + ": " + error.message;
    Reply reply = problem_reply(error);
    json document = json::parse(reply.body);
    document["problems"] = json::array();
    for (const Problem& one : problems) {
        json item;
        item["object"] = one.object.empty() ? json(nullptr) : json(one.object);
        item["type"] = to_string(one.error.code);
        item["detail"] = one.error.message;
        item["hint"] = one.error.hint;
        document["problems"].push_back(std::move(item));
    }
    reply.body = print(document) + "\n";
    return reply;
}

json json_of_change(const Change& change) {
    json fields = json::array();
    for (const FieldChange& one : change.fields) {
        json field;
        field["field"] = one.field;
        field["before"] = value_or_null(one.before);
        field["after"] = value_or_null(one.after);
        field["secret"] = one.secret;
        fields.push_back(std::move(field));
    }
    json out;
    out["act"] = to_string(change.act);
    out["object"] = change.object();
    out["fields"] = std::move(fields);
    return out;
}

json outcome_of(const ApplyPlan& plan, const std::vector<Note>& notes, bool applied) {
    json out;
    out["applied"] = applied;
    out["state"] = plan.stored.state();
    out["changes"] = json::array();
    for (const Change& change : plan.changes) out["changes"].push_back(json_of_change(change));
    out["not_in_file"] = plan.beyond;
    out["notes"] = json::array();
    for (const Note& note : notes) {
        json one;
        one["object"] = note.object;
        one["text"] = note.text;
        out["notes"].push_back(std::move(one));
    }
    out["exports"] = json::array();
    return out;
}

/// Of each export of the file that changed: when it runs by itself.
result<json> next_runs(store::Database& db, const ApplyPlan& plan, SysTime now) {
    json out = json::array();
    for (const auto& [name, wanted] : plan.wanted.exports) {
        if (!plan.is_new_or_edited("export", name) && !plan.change_of("schedule", "refresh")) continue;
        auto next = next_run(db, wanted.definition, now);
        out.push_back(with_next_run(wanted.definition, next ? *next : NextRun()));
    }
    return out;
}

/// What the user who applies the file accepts by that.
std::vector<Note> consents_in(const ApplyPlan& plan, const std::string& user) {
    std::vector<Note> out;
    for (const Change& change : plan.changes)
        if (change.noun == "connection" && change.act == Change::Act::add)
            out.push_back({change.object(), user + " accepts: " + model::consent_text});
    return out;
}

awaitable<result<Reply>> apply_file(Context& context, Request request) {
    auto asked = read_asked(request.body);
    if (!asked) co_return asked.error();
    ReadBy by;
    by.user = request.caller.peer.user;
    by.now = context.time->now();
    by.host_timezone = context.live->host_timezone();
    by.prune = asked->prune;
    Problems unread;
    co_await put_credentials_in(context, asked->objects, unread);
    if (!unread.empty()) co_return refusal(unread);
    auto make = [&](store::Database& db, const vault::Vault& vault) {
        return plan_apply(db, vault, asked->objects, by);
    };
    auto plan = co_await look_up(context, std::move(make));
    if (!plan) co_return plan.error();
    if (!plan->problems.empty()) co_return refusal(plan->problems);
    if (!asked->expect.empty() && asked->expect != plan->stored.state())
        co_return make_error(Errc::wrong_state, "definitions were changed since these changes were shown",
                             "look at them again, then apply the file again");
    std::vector<Note> notes = consents_in(*plan, by.user);
    if (asked->dry_run || plan->changes.empty())
        co_return json_reply(outcome_of(*plan, notes, !asked->dry_run));
    auto told = co_await ask_live(context, *plan);
    std::move(told.begin(), told.end(), std::back_inserter(notes));
    if (!plan->problems.empty()) co_return refusal(plan->problems);
    const SysTime now = context.time->now();
    auto write = [&](store::Database& db, const vault::Vault& vault) -> result<json> {
        if (auto kept = store_changes(db, vault, *plan, request.caller, now); !kept) return kept.error();
        return next_runs(db, *plan, now);
    };
    auto next = co_await look_up(context, std::move(write));
    if (!plan->problems.empty()) co_return refusal(plan->problems);
    if (!next) co_return next.error();
    tell_live(*context.live, *plan);
    json out = outcome_of(*plan, notes, true);
    out["exports"] = std::move(*next);
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> apply_routes() {
    return {{"GET", "/v1/definitions", Action::see_definitions, show_definitions},
            {"POST", "/v1/apply", Action::apply_definitions, apply_file}};
}

}  // namespace audienced::control
