#include "control/handlers/export_change.hpp"

#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "store/definitions.hpp"
#include "store/delivered.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// Asked after it is known that the caller may add an export there: names of others are not told.
result<void> check_name_is_free(store::Database& db, const Caller& caller, const std::string& name) {
    auto there = store::get_export(db, name);
    if (there && !check_sees_export(db, caller, name))
        return make_error(Errc::wrong_state, "the name " + name + " is taken", "choose another name");
    if (there)
        return make_error(Errc::wrong_state, "the export " + name + " exists already",
                          "change it with audiencectl export edit " + name + ", or choose another name");
    if (there.error().code != Errc::not_found) return there.error();
    return {};
}

/// The checks that need only the database, before the live account is called. `name_must_be_free`: the name
/// must not exist yet.
result<void> check_here(store::Database& db, const Caller& caller, const model::Export& e,
                        bool name_must_be_free, const GivenOptions& given = {}, bool asks_account = true) {
    if (auto good = check_definition(e); !good) return good;
    if (auto good = check_references(db, caller, e, given, asks_account); !good) return good;
    return name_must_be_free ? check_name_is_free(db, caller, e.name) : result<void>();
}

/// The first problem refuses. On success the check is kept for the reply.
awaitable<result<inspect::Check>> check_live(Context& context, const model::Export& e,
                                             inspect::Scope scope = {}) {
    if (!scope.source && !scope.destination) co_return inspect::Check();
    model::Export definition = e;
    const bool create = e.create_fields;
    auto check = co_await context.live->check_export(std::move(definition), create, scope);
    if (!check) co_return check;
    if (!check->problems.empty()) co_return check->problems.front();
    co_return check;
}

Error changed_meanwhile(const std::string& name) {
    return make_error(Errc::wrong_state, "the export " + name + " was changed while this edit was checked",
                      "look at it (audiencectl export show " + name + "), then edit it again");
}

/// Runs under way stop sending what they planned, and plan anew.
void expire_plans(Context& context, const std::string& name) {
    context.live->revoke_export(name, make_error(Errc::plan_expired, "the export " + name + " was edited"));
}

void add_note(inspect::Check& check, const std::string& note) {
    if (!note.empty()) check.warnings.push_back(note);
}

json reply_of(const Caller& caller, const model::Export& e, const NextRun& next, inspect::Check check) {
    for (std::string& one : check.warnings) one = as_seen(caller, std::move(one));
    json out = with_next_run(e, next);
    if (!check.destination_name.empty()) out["destination_name"] = check.destination_name;
    out["created_fields"] = check.created_fields;
    out["warnings"] = check.warnings;
    return out;
}

}  // namespace

result<void> check_place(store::Database& db, const model::Export& before, const model::Export& after) {
    if (before.destination == after.destination) return {};
    auto id = store::export_id(db, before.name);
    if (!id) return id.error();
    auto delivered = store::count_delivered(db, *id);
    if (!delivered) return delivered.error();
    if (*delivered == 0) return {};
    return make_error(
        Errc::wrong_state,
        "the export " + before.name + " has delivered " + std::to_string(*delivered) + " members to " +
            before.destination + ", so its destination cannot change",
        "create another export for the new destination: audiencectl export duplicate, then export edit");
}

awaitable<result<Reply>> add_export(Context& context, Request request) {
    Fields fields(request.body);
    model::Export e;
    e.name = fields.name("name");
    e.title = e.name;
    e.created_at = e.updated_at = context.time->now();
    if (!fields.has("connection")) fields.refuse("connection is missing");
    read_export(fields, e);
    e.enabled = fields.flag_or("enabled", true);
    const GivenOptions given = provider_options_in(fields);
    if (auto good = fields.finish(); !good) co_return good.error();
    std::string zone_note;
    auto look = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto note = choose_timezone(db, *context.live, e);
        if (!note) return note.error();
        zone_note = std::move(*note);
        return check_here(db, request.caller, e, true, given);
    };
    auto here = co_await look_up(context, std::move(look));
    if (!here) co_return here.error();
    auto check = co_await check_live(context, e);
    if (!check) co_return check.error();
    const SysTime now = context.time->now();
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<NextRun> {
        if (auto still = check_here(db, request.caller, e, true, given); !still) return still.error();
        audit.after = print(json_of(e));
        if (auto kept = store::add_export(db, e); !kept) return kept.error();
        if (auto begun = begin_schedule(db, e, now); !begun) return begun.error();
        return next_run(db, e, now);
    };
    auto next = co_await change(context, request.caller, "export add", e.name, std::move(write));
    if (!next) co_return next.error();
    context.live->schedules_changed();
    add_note(*check, zone_note);
    co_return json_reply(reply_of(request.caller, e, *next, *check), 201);
}

awaitable<result<Reply>> edit_export(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) {
        return usable_export(db, request.caller, name);
    };
    auto before = co_await look_up(context, std::move(read));
    if (!before) co_return before.error();
    Fields fields(request.body);
    if (fields.has("connection")) fields.refuse("another connection is set with audiencectl export attach");
    model::Export e = *before;
    read_export(fields, e);
    e.updated_at = context.time->now();
    const GivenOptions given = provider_options_in(fields);
    if (auto good = fields.finish(); !good) co_return good.error();
    const inspect::Scope scope = inspect::touched(*before, e);
    if (before->connection.empty() && scope.destination)
        co_return make_error(Errc::wrong_state,
                             "the export " + name + " is detached, so this change cannot be checked",
                             "first: audiencectl export attach " + name + " --connection NAME");
    std::string zone_note;
    auto look = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto note = choose_timezone(db, *context.live, e);
        if (!note) return note.error();
        zone_note = std::move(*note);
        if (auto good = check_here(db, request.caller, e, false, given, scope.destination); !good)
            return good;
        return check_place(db, *before, e);
    };
    auto here = co_await look_up(context, std::move(look));
    if (!here) co_return here.error();
    auto check = co_await check_live(context, e, scope);
    if (!check) co_return check.error();
    const SysTime now = context.time->now();
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<NextRun> {
        auto current = store::get_export(db, name);
        if (!current) return current.error();
        if (current->revision != before->revision) return changed_meanwhile(name);
        if (auto place = check_place(db, *current, e); !place) return place.error();
        audit.before = print(json_of(*current));
        audit.after = print(json_of(e));
        if (auto kept = store::update_export(db, e); !kept) return kept.error();
        const bool rescheduled = current->schedule != e.schedule || current->timezone != e.timezone;
        if (rescheduled)
            if (auto begun = begin_schedule(db, e, now); !begun) return begun.error();
        return next_run(db, e, now);
    };
    auto next = co_await change(context, request.caller, "export edit", name, std::move(write));
    if (!next) co_return next.error();
    expire_plans(context, name);
    context.live->schedules_changed();
    add_note(*check, zone_note);
    co_return json_reply(reply_of(request.caller, e, *next, *check));
}

awaitable<result<Reply>> duplicate_export(Context& context, Request request) {
    Fields fields(request.body);
    const std::string name = fields.name("name");
    if (auto good = fields.finish(); !good) co_return good.error();
    const SysTime now = context.time->now();
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        auto copy = usable_export(db, request.caller, request.argument(0));
        if (!copy) return copy.error();
        if (auto free = check_name_is_free(db, request.caller, name); !free) return free.error();
        copy->name = copy->title = name;
        copy->created_at = copy->updated_at = now;
        copy->enabled = false;  // it points where the other one does, and it was not asked to run
        audit.after = print(json_of(*copy));
        if (auto kept = store::add_export(db, *copy); !kept) return kept.error();
        if (auto begun = begin_schedule(db, *copy, now); !begun) return begun.error();
        auto next = next_run(db, *copy, now);
        return with_next_run(*copy, next ? *next : NextRun());
    };
    auto out = co_await change(context, request.caller, "export duplicate", name, std::move(write));
    if (!out) co_return out.error();
    context.live->schedules_changed();
    co_return json_reply(*out, 201);
}

awaitable<result<Reply>> attach_export(Context& context, Request request) {
    const std::string name = request.argument(0);
    Fields fields(request.body);
    const std::string connection = fields.name("connection");
    if (auto good = fields.finish(); !good) co_return good.error();
    model::Export e;
    auto look = [&](store::Database& db, const vault::Vault&) -> result<void> {
        // A caller who takes it away from a connection must be allowed on that one too.
        auto found = usable_export(db, request.caller, name);
        if (!found) return found.error();
        e = std::move(*found);
        e.connection = connection;
        return check_here(db, request.caller, e, false);
    };
    auto here = co_await look_up(context, std::move(look));
    if (!here) co_return here.error();
    // Ids of audiences and lists are the account's own: where the destination exists, it is the same one.
    auto check = co_await check_live(context, e);
    if (!check) co_return check.error();
    const SysTime now = context.time->now();
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<NextRun> {
        auto current = store::get_export(db, name);
        if (!current) return current.error();
        if (auto still = check_references(db, request.caller, e); !still) return still.error();
        audit.before = print(json_of(*current));
        current->connection = connection;
        current->updated_at = now;
        audit.after = print(json_of(*current));
        e = *current;
        if (auto kept = store::update_export(db, e); !kept) return kept.error();
        if (auto begun = begin_schedule(db, e, now); !begun) return begun.error();
        return next_run(db, e, now);
    };
    auto next = co_await change(context, request.caller, "export attach", name, std::move(write));
    if (!next) co_return next.error();
    expire_plans(context, name);
    context.live->schedules_changed();
    co_return json_reply(reply_of(request.caller, e, *next, *check));
}

}  // namespace audienced::control
