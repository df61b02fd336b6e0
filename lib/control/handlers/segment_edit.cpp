#include "control/handlers/segment_edit.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/segment_draft.hpp"
#include "control/json.hpp"
#include "inspect/columns.hpp"
#include "provider/registry.hpp"
#include "store/definitions.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// A segment as it is stored, and who uses it.
struct SegmentInUse {
    model::Segment segment;
    model::Source source;
    std::vector<model::Export> users;
};

result<SegmentInUse> read_in_use(store::Database& db, const std::string& name) {
    SegmentInUse out;
    auto segment = store::get_segment(db, name);
    if (!segment) return segment.error();
    auto source = store::get_source(db, segment->source);
    if (!source) return source.error();
    auto users = store::exports_of_segment(db, name);
    if (!users) return users.error();
    out.segment = std::move(*segment);
    out.source = std::move(*source);
    out.users = std::move(*users);
    return out;
}

result<model::Segment> read_edit(Fields& fields, const SegmentInUse& stored) {
    model::Segment out = stored.segment;
    out.title = fields.text_or("title", out.title);
    const int given = read_what(fields, out);
    if (given > 1) fields.refuse("a segment is exactly one of --query, --table, --file and --entity");
    if (given == 0 && !fields.has("title"))
        fields.refuse("no change was given", "audiencectl segment edit --help");
    if (auto good = fields.finish(); !good) return good.error();
    if (auto good = check_segment(stored.source, out); !good) return good.error();
    return out;
}

bool same_contents(const model::Segment& a, const model::Segment& b) {
    return a.source == b.source && a.kind == b.kind && a.what == b.what;
}

result<inspect::SegmentSummary> not_asked() {
    inspect::SegmentSummary none;
    return none;
}

json reply_of(const model::Segment& before, const model::Segment& after,
              const std::vector<std::string>& users, const result<inspect::SegmentSummary>& description) {
    json out = json_of(after);
    put_contents(out, description);
    if (same_contents(before, after)) out["columns"] = nullptr;  // its source was not asked
    out["warning"] = out["problem"];
    out["exports"] = users;
    out["changed"] = !same_contents(before, after) || before.title != after.title;
    out["note"] = nullptr;
    const auto note = note_of_title(before.title, after.title);
    if (note && !users.empty()) out["note"] = *note;
    return out;
}

}  // namespace

result<void> check_tag_title(store::Database& db, const std::string& title,
                             const std::vector<model::Export>& users) {
    for (const model::Export& e : users) {
        if (e.connection.empty()) continue;
        auto connection = store::get_connection(db, e.connection);
        if (!connection) return connection.error();
        const provider::Kind* kind = provider::find_kind(connection->provider);
        if (kind && title.size() > kind->title_bytes)
            return make_error(Errc::usage, "the title \"" + title + "\" is too long for a tag",
                              "at most " + std::to_string(kind->title_bytes) + " bytes, since the export " +
                                  e.name + " delivers to " + std::string(kind->title));
    }
    return {};
}

std::optional<std::string> note_of_title(const std::string& before, const std::string& after) {
    if (iequals(trim(before), trim(after))) return std::nullopt;
    return "a tag with the old title is not renamed: the next run gives its members a tag with the new "
           "title, and "
           "in mode mirror takes the old one off them; where that is more than the export may remove, the "
           "run is "
           "held";
}

awaitable<result<Reply>> edit_segment(Context& context, Request request) {
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) { return read_in_use(db, name); };
    auto stored = co_await look_up(context, std::move(read));
    if (!stored) co_return stored.error();
    const model::Segment before = stored->segment;
    Fields fields(request.body);
    const auto after = read_edit(fields, *stored);
    if (!after) co_return after.error();

    const bool other_rows = !same_contents(before, *after);
    auto description = not_asked();
    if (other_rows) {
        model::Segment described = *after;
        description = co_await context.live->describe_segment(std::move(described));
    }
    // What cannot be read cannot be checked: then no export may depend on it.
    if (!description && (is_mistake(description.error(), *after) || !stored->users.empty() ||
                         description.error().code == Errc::cancelled))
        co_return description.error();

    std::vector<std::string> users;
    auto write = [&](store::Database& db, const vault::Vault&, store::AuditRow& audit) -> result<void> {
        auto now = read_in_use(db, name);
        if (!now) return now.error();
        if (!same_contents(now->segment, before) || now->segment.title != before.title)
            return make_error(Errc::wrong_state,
                              "the segment " + name + " was changed while this edit was checked",
                              "look at it (audiencectl segment show " + name + "), then edit it again");
        if (other_rows && description)
            if (auto fits = inspect::check_users(name, description->columns, now->users); !fits) return fits;
        if (before.title != after->title)
            if (auto fits = check_tag_title(db, after->title, now->users); !fits) return fits;
        for (const auto& one : now->users) users.push_back(one.name);
        audit.before = print(json_of(before));
        audit.after = print(json_of(*after));
        return store::update_segment(db, *after);
    };
    if (other_rows || before.title != after->title) {
        auto done = co_await change(context, request.caller, "segment edit", name, std::move(write));
        if (!done) co_return done.error();
        for (const auto& one : users) {
            Error why = make_error(Errc::plan_expired, "the segment " + name + " was edited");
            context.live->revoke_export(one, std::move(why));
        }
    }
    co_return json_reply(reply_of(before, *after, users, description));
}

}  // namespace audienced::control
