// /v1/schedule: the refresh schedule.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"
#include "schedule/planner.hpp"
#include "store/schedules.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

using Schedule = std::optional<store::RefreshSchedule>;

/// With the next start; reads the zone database.
json describe(const Schedule& schedule, SysTime now) {
    json out;
    out["calendar"] = nullptr;
    out["timezone"] = nullptr;
    out["next"] = nullptr;
    if (!schedule) return out;
    out["calendar"] = schedule->calendar;
    out["timezone"] = schedule->timezone;
    auto calendar = schedule::parse_calendar(schedule->calendar);
    auto zone = schedule::find_zone(schedule->timezone);
    if (calendar && zone) out["next"] = to_iso8601(schedule::next_after(*calendar, *zone, now));
    return out;
}

awaitable<result<Reply>> show_schedule(Context& context, Request) {
    const SysTime now = context.time->now();
    auto read = [&](store::Database& db, const vault::Vault&) -> result<json> {
        auto schedule = store::get_refresh_schedule(db);
        if (!schedule) return schedule.error();
        return describe(*schedule, now);
    };
    auto out = co_await look_up(context, std::move(read));
    if (!out) co_return out.error();
    co_return json_reply(*out);
}

awaitable<result<Reply>> store_schedule(Context& context, Request request, Schedule wanted) {
    const SysTime now = context.time->now();
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<json> {
        if (wanted) {
            auto calendar = schedule::parse_calendar(wanted->calendar);
            if (!calendar) return calendar.error();
            if (auto zone = schedule::find_zone(wanted->timezone); !zone) return zone.error();
            wanted->calendar = calendar->text;
        }
        auto before = store::get_refresh_schedule(db);
        if (!before) return before.error();
        audit.before = print(describe(*before, now));
        audit.after = print(describe(wanted, now));
        if (auto kept = store::set_refresh_schedule(db, wanted); !kept) return kept.error();
        // It counts from now on: earlier starts are not made up for, and setting it starts no run.
        auto begun =
            wanted ? store::set_last_served(db, "refresh", now) : store::forget_served(db, "refresh");
        if (!begun) return begun.error();
        return describe(wanted, now);
    };
    const std::string action = wanted ? "schedule set" : "schedule off";
    auto out = co_await change(context, request.caller, action, "refresh", std::move(write));
    if (!out) co_return out.error();
    context.live->schedules_changed();
    co_return json_reply(*out);
}

awaitable<result<Reply>> set(Context& context, Request request) {
    Fields fields(request.body);
    store::RefreshSchedule wanted;
    wanted.calendar = fields.text("calendar");
    wanted.timezone = fields.text("timezone");
    if (auto good = fields.finish(); !good) co_return good.error();
    Schedule schedule(std::move(wanted));
    co_return co_await store_schedule(context, std::move(request), std::move(schedule));
}

awaitable<result<Reply>> off(Context& context, Request request) {
    Schedule none;
    co_return co_await store_schedule(context, std::move(request), std::move(none));
}

}  // namespace

std::vector<Route> schedule_routes() {
    return {{"GET", "/v1/schedule", Action::see_schedule, show_schedule},
            {"PUT", "/v1/schedule", Action::change_schedule, set},
            {"DELETE", "/v1/schedule", Action::change_schedule, off}};
}

}  // namespace audienced::control
