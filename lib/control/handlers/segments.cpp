// /v1/segments
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/segment_draft.hpp"
#include "control/handlers/segment_edit.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

model::Segment read_segment(Fields& fields, SysTime now) {
    model::Segment segment;
    segment.name = fields.name("name");
    segment.source = fields.name("source");
    segment.title = fields.text_or("title", segment.name);
    segment.created_at = now;
    if (read_what(fields, segment) != 1)
        fields.refuse("a segment is exactly one of --query, --table, --file and --entity");
    return segment;
}

awaitable<result<Reply>> list_segments(Context& context, Request request) {
    Visible visible;
    auto read = [&](store::Database& db, const vault::Vault&) -> result<std::vector<model::Segment>> {
        auto seen_ones = visible_to(db, request.caller);
        if (!seen_ones) return seen_ones.error();
        visible = std::move(*seen_ones);
        return store::list_segments(db);
    };
    auto segments = co_await look_up(context, std::move(read));
    if (!segments) co_return segments.error();
    json out = json::array();
    for (const auto& segment : *segments)
        if (visible.has_segment(segment.name))
            out.push_back(seen(request.caller, Thing::segment, json_of(segment)));
    co_return json_reply(out);
}

awaitable<result<Reply>> show_segment(Context& context, Request request) {
    const std::string name = request.argument(0);
    std::vector<std::string> used_by;
    auto read = [&](store::Database& db, const vault::Vault&) -> result<model::Segment> {
        auto visible = visible_to(db, request.caller);
        if (!visible) return visible.error();
        if (!visible->has_segment(name)) return not_yours(request.caller, "segment", name);
        auto segment = store::get_segment(db, name);
        if (!segment) return segment;
        auto exports = store::exports_of_segment(db, name);
        if (!exports) return exports.error();
        for (const auto& one : *exports)
            if (visible->has_export(one.name)) used_by.push_back(one.name);
        return segment;
    };
    auto segment = co_await look_up(context, std::move(read));
    if (!segment) co_return segment.error();
    json out = json_of(*segment);
    out["exports"] = used_by;
    auto description = co_await context.live->describe_segment(std::move(*segment));
    if (!description) description = as_seen(request.caller, description.error());
    put_contents(out, description);
    co_return json_reply(seen(request.caller, Thing::segment, std::move(out)));
}

awaitable<result<Reply>> add_segment(Context& context, Request request) {
    Fields fields(request.body);
    const auto segment = read_segment(fields, context.time->now());
    if (auto good = fields.finish(); !good) co_return good.error();
    auto look = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto source = store::get_source(db, segment.source);
        if (!source) return source.error();
        if (auto good = check_segment(*source, segment); !good) return good;
        auto there = store::get_segment(db, segment.name);
        if (there)
            return make_error(
                Errc::wrong_state, "the segment " + segment.name + " exists already",
                "look at it with audiencectl segment show " + segment.name + ", or choose another name");
        return there.error().code == Errc::not_found ? result<void>{} : there.error();
    };
    auto here = co_await look_up(context, std::move(look));
    if (!here) co_return here.error();
    model::Segment described = segment;
    auto description = co_await context.live->describe_segment(std::move(described));
    if (!description && is_mistake(description.error(), segment)) co_return description.error();
    if (!description && description.error().code == Errc::cancelled) co_return description.error();

    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<void> {
        audit.after = print(json_of(segment));
        return store::add_segment(db, segment);
    };
    auto done = co_await change(context, request.caller, "segment add", segment.name, std::move(write));
    if (!done) co_return done.error();
    json out = json_of(segment);
    put_contents(out, description);
    out["warning"] = out["problem"];
    co_return json_reply(out, 201);
}

awaitable<result<Reply>> preview_segment(Context& context, Request request) {
    const auto limit = query_number(request, "limit", 10, 1, 1000);
    if (!limit) co_return limit.error();
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) -> result<model::Segment> {
        if (auto visible = check_sees_segment(db, request.caller, name); !visible) return visible.error();
        return store::get_segment(db, name);
    };
    auto segment = co_await look_up(context, std::move(read));
    if (!segment) co_return segment.error();
    auto sample = co_await context.live->preview_segment(std::move(*segment), *limit);
    if (!sample) co_return sample.error();
    co_return json_reply(json_of(*sample));
}

awaitable<result<Reply>> remove_segment(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<void> {
        auto segment = store::get_segment(db, name);
        if (!segment) return segment.error();
        audit.before = print(json_of(*segment));
        return store::remove_segment(db, name);
    };
    auto done = co_await change(context, request.caller, "segment remove", name, std::move(write));
    if (!done) co_return done.error();
    json out;
    out["removed"] = name;
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> segment_routes() {
    // To add one is to look at it first, and then a single write: nothing is left half done.
    return {{"GET", "/v1/segments", Action::see_segments, list_segments},
            {"POST", "/v1/segments", Action::change_segments, add_segment, true},
            {"GET", "/v1/segments/{}", Action::see_segments, show_segment, true},
            {"GET", "/v1/segments/{}/preview", Action::preview_segments, preview_segment, true},
            {"PATCH", "/v1/segments/{}", Action::change_segments, edit_segment},
            {"DELETE", "/v1/segments/{}", Action::change_segments, remove_segment}};
}

}  // namespace audienced::control
