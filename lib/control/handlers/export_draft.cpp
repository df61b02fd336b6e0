#include "control/handlers/export_draft.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "control/handlers/connection_access.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "schedule/planner.hpp"
#include "store/definitions.hpp"
#include "store/permission.hpp"
#include "store/schedules.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

result<SysTime> next_after(const std::string& calendar_text, const std::string& zone_name, SysTime now) {
    auto calendar = schedule::parse_calendar(calendar_text);
    if (!calendar) return calendar.error();
    auto zone = schedule::find_zone(zone_name);
    if (!zone) return zone.error();
    return schedule::next_after(*calendar, *zone, now);
}

}  // namespace

bool has_calendar(const model::Export& e) {
    return e.schedule != "refresh" && e.schedule != "manual";
}

void read_export(Fields& fields, model::Export& e) {
    if (fields.has("connection")) e.connection = fields.name("connection");
    if (fields.has("destination") || e.destination.empty()) e.destination = fields.text("destination");
    if (fields.has("segments") || e.segments.empty()) e.segments = fields.names("segments");
    if (fields.has("email") || e.email.empty()) e.email = fields.text("email");
    e.key = fields.text_or("key", e.key);
    e.title = fields.text_or("title", e.title);
    std::vector<std::pair<std::string, std::string>> map;
    for (const auto& one : e.fields) map.emplace_back(one.attribute, one.field);
    map = fields.mapping_or("map", std::move(map));
    e.fields.clear();
    for (auto& [attribute, field] : map) {
        model::FieldMap one;
        one.attribute = std::move(attribute);
        one.field = std::move(field);
        e.fields.push_back(std::move(one));
    }
    const std::string mode = fields.text_or("mode", to_string(e.mode));
    if (mode != "mirror" && mode != "upsert") fields.refuse("the mode must be mirror or upsert");
    e.mode = mode == "upsert" ? model::Mode::upsert : model::Mode::mirror;
    e.schedule = fields.text_or("schedule", e.schedule);
    e.timezone = fields.text_or("timezone", e.timezone);
    e.hold = fields.flag_or("hold", e.hold);
    e.clear_empty = fields.flag_or("clear_empty", e.clear_empty);
    e.create_fields = fields.flag_or("create_fields", e.create_fields);
    e.tag_segments = fields.flag_or("tag_segments", e.tag_segments);
    const auto existing = model::parse_existing(fields.text_or("existing", to_string(e.existing)));
    if (!existing) fields.refuse("existing must be ask, add or leave");
    e.existing = existing.value_or(e.existing);
    constexpr std::uint64_t most = 1'000'000'000;
    e.guards.max_profiles = fields.number_or("max_profiles", e.guards.max_profiles, 1, most);
    e.guards.min_profiles = fields.number_or("min_profiles", e.guards.min_profiles, 0, most);
    e.guards.max_removal_percent =
        static_cast<unsigned>(fields.number_or("max_removal_percent", e.guards.max_removal_percent, 0, 100));
    if (!has_calendar(e)) {
        if (fields.has("timezone") && !e.timezone.empty())
            fields.refuse("--timezone requires a --schedule with a calendar");
        e.timezone.clear();
    }
}

result<std::string> choose_timezone(store::Database& db, const Live& live, model::Export& e) {
    if (!has_calendar(e) || !e.timezone.empty()) return std::string();
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    e.timezone = *refresh ? (*refresh)->timezone : live.host_timezone();
    return "the schedule counts in " + e.timezone + ", the time zone of " +
           (*refresh ? "the refresh schedule" : "this machine") + "; --timezone sets another";
}

result<void> check_definition(const model::Export& e) {
    if (auto good = check_title(e.title); !good) return good;
    if (e.destination.size() > 200 || !is_valid_utf8(e.destination))
        return make_error(Errc::usage, "the destination is the provider's id of an audience or list");
    if (e.guards.min_profiles > e.guards.max_profiles)
        return make_error(Errc::usage, "--min-profiles is greater than --max-profiles, so no run could pass",
                          "give both in one command");
    if (!e.key.empty() && e.key == e.email)
        return make_error(Errc::usage, "--key is the address itself",
                          "it must be an attribute that stays when the address changes");
    std::set<std::string> fields;
    for (const auto& one : e.fields) {
        if (one.attribute.empty() || one.field.empty())
            return make_error(Errc::usage, "a mapping is ATTRIBUTE=FIELD, and both have a name");
        if (!fields.insert(one.field).second)

            return make_error(Errc::usage, "two attributes are mapped to the field " + one.field,
                              "map one of them to another field, or leave one out");
    }
    if (!has_calendar(e)) return {};
    auto next = next_after(e.schedule, e.timezone, SysTime{});
    if (!next) return next.error();
    return {};
}

result<void> check_references(store::Database& db, const Caller& caller, const model::Export& e,
                              const GivenOptions& given, bool asks_account) {
    if (asks_account || !e.connection.empty()) {
        auto connection = usable_connection(db, caller, e.connection);
        if (!connection) return connection.error();
        if (auto fits = check_options(*connection, given); !fits) return fits;
        if (asks_account)
            if (auto ready = store::may_run(*connection); !ready) return ready;
    }
    for (const auto& name : e.segments) {
        if (auto visible = check_sees_segment(db, caller, name); !visible) return visible;
        if (auto segment = store::get_segment(db, name); !segment) return segment.error();
    }
    return {};
}

result<NextRun> next_run(store::Database& db, const model::Export& e, SysTime now) {
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    NextRun out;
    if (*refresh) out.zone = (*refresh)->timezone;
    if (e.schedule == "manual") return out;
    if (has_calendar(e)) {
        out.calendar = e.schedule;
        out.zone = e.timezone;
    } else if (*refresh) {
        out.calendar = (*refresh)->calendar;
    }
    if (out.calendar.empty() || !e.enabled || e.connection.empty()) return out;
    auto next = next_after(out.calendar, out.zone, now);
    if (!next) return next.error();
    out.at = *next;
    return out;
}

result<void> begin_schedule(store::Database& db, const model::Export& e, SysTime now) {
    const std::string key = "export:" + e.name;
    return has_calendar(e) ? store::set_last_served(db, key, now) : store::forget_served(db, key);
}

json with_next_run(const model::Export& e, const NextRun& next) {
    json out = json_of(e);
    out["next_run"] = json_of(next.at);
    out["calendar"] = next.calendar.empty() ? json(nullptr) : json(next.calendar);
    out["zone"] = next.zone.empty() ? json(nullptr) : json(next.zone);
    return out;
}

result<json> export_next_run(store::Database& db, const model::Export& e, SysTime now) {
    auto next = next_run(db, e, now);
    if (!next) return next.error();
    json out;
    out["export"] = e.name;
    out["enabled"] = e.enabled;
    out["hold"] = e.hold;
    out["at"] = json_of(next->at);
    out["calendar"] = next->calendar.empty() ? json(nullptr) : json(next->calendar);
    out["zone"] = next->zone.empty() ? json(nullptr) : json(next->zone);
    return out;
}

result<model::Export> usable_export(store::Database& db, const Caller& caller, const std::string& name) {
    auto found = store::get_export(db, name);
    if (caller.role == Role::administrator) return found;
    if (!found && found.error().code != Errc::not_found) return found;
    // One without a connection is for administrators, whose it is until they attach it.
    if (!found || found->connection.empty()) return not_yours(caller, "export", name);
    auto connection = store::get_connection(db, found->connection);
    if (!connection) return connection.error();
    if (!may_use(caller, *connection)) return not_yours(caller, "export", name);
    return found;
}

}  // namespace audienced::control
