// /v1/segments
#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/json.hpp"
#include "source/registry.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

result<void> check_segment(const model::Source& source, const model::Segment& segment) {
    if (auto good = check_title(segment.title); !good) return good;
    const source::Kind* kind = source::find_kind(source.kind);
    if (!kind) return make_error(Errc::bad_config, "this daemon knows no source of kind " + source.kind);
    if (std::find(kind->segments.begin(), kind->segments.end(), segment.kind) == kind->segments.end()) {
        std::string words;
        for (const auto one : kind->segments)
            words += (words.empty() ? "--" : ", --") + std::string(to_string(one));
        return make_error(
            Errc::usage,
            "a source of kind " + source.kind + " has no segments by --" + to_string(segment.kind),
            "it takes " + words);
    }
    return kind->validate(source, &segment);
}

model::Segment read_segment(Fields& fields, SysTime now) {
    model::Segment segment;
    segment.name = fields.name("name");
    segment.source = fields.name("source");
    segment.title = fields.text_or("title", segment.name);
    segment.created_at = now;
    using Kind = model::Segment::Kind;
    int given = 0;
    for (const Kind kind : {Kind::query, Kind::table, Kind::file, Kind::entity}) {
        auto what = fields.text_or(to_string(kind), {});
        if (what.empty()) continue;
        segment.kind = kind;
        segment.what = std::move(what);
        ++given;
    }
    if (given != 1) fields.refuse("a segment is exactly one of --query, --table, --file and --entity");
    return segment;
}

/// What the source says about it; the definition is shown even while that cannot be reached.
void put_contents(json& out, const result<inspect::SegmentSummary>& description) {
    for (const char* key : {"columns", "rows", "rows_unknown", "guess", "mapping", "problem"})
        out[key] = nullptr;
    if (!description) {
        out["problem"] = description.error().text();
        return;
    }
    out["columns"] = description->columns;
    if (description->rows) out["rows"] = *description->rows;
    if (!description->why_unknown.empty()) out["rows_unknown"] = description->why_unknown;
    const plan::MappingGuess& guess = description->guess;
    const auto put = [&](const char* key, const std::string& attribute) {
        if (!attribute.empty()) out["guess"][key] = attribute;
    };
    put("email", guess.email);
    put("first_name", guess.first_name);
    put("last_name", guess.last_name);
    if (!guess.email.empty()) out["mapping"] = guess.options();
}

awaitable<result<Reply>> list_segments(Context& context, Request) {
    auto read = [](store::Database& db, const vault::Vault&) { return store::list_segments(db); };
    auto segments = co_await look_up(context, std::move(read));
    if (!segments) co_return segments.error();
    json out = json::array();
    for (const auto& segment : *segments) out.push_back(json_of(segment));
    co_return json_reply(out);
}

awaitable<result<Reply>> show_segment(Context& context, Request request) {
    const std::string name = request.argument(0);
    std::vector<std::string> used_by;
    auto read = [&](store::Database& db, const vault::Vault&) -> result<model::Segment> {
        auto segment = store::get_segment(db, name);
        if (!segment) return segment;
        auto exports = store::list_exports(db);
        if (!exports) return exports.error();
        for (const auto& one : *exports)
            if (std::find(one.segments.begin(), one.segments.end(), name) != one.segments.end())
                used_by.push_back(one.name);
        return segment;
    };
    auto segment = co_await look_up(context, std::move(read));
    if (!segment) co_return segment.error();
    json out = json_of(*segment);
    out["exports"] = used_by;
    result<inspect::SegmentSummary> description = inspect::SegmentSummary{};
    const bool may_look = may(request.caller.role, Action::preview_segments);
    if (may_look) description = co_await context.live->describe_segment(std::move(*segment));
    put_contents(out, description);
    if (!may_look) out["columns"] = nullptr;
    co_return json_reply(out);
}

/// Would the source read it? A query that is none, or a table that is not there, is a mistake to be told now;
/// a source that cannot be reached at this moment, or a file that is yet to come, is none.
bool is_mistake(const Error& error, const model::Segment& segment) {
    if (error.code == Errc::usage) return true;
    return error.code == Errc::not_found && segment.kind != model::Segment::Kind::file;
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
    auto read = [&](store::Database& db, const vault::Vault&) { return store::get_segment(db, name); };
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
            {"DELETE", "/v1/segments/{}", Action::change_segments, remove_segment}};
}

}  // namespace audienced::control
