#include "control/handlers/segment_draft.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/reply.hpp"
#include "control/json.hpp"
#include "source/registry.hpp"

namespace audienced::control {
using nlohmann::json;

int read_what(Fields& fields, model::Segment& segment) {
    using Kind = model::Segment::Kind;
    int given = 0;
    for (const Kind kind : {Kind::query, Kind::table, Kind::file, Kind::entity}) {
        auto what = fields.text_or(to_string(kind), {});
        if (what.empty()) continue;
        segment.kind = kind;
        segment.what = std::move(what);
        ++given;
    }
    return given;
}

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

void put_contents(json& out, const result<inspect::SegmentSummary>& description) {
    for (const char* key : {"columns", "rows", "rows_unknown", "guess", "mapping", "problem", "unreadable"})
        out[key] = nullptr;
    if (!description) {
        out["problem"] = description.error().text();
        return;
    }
    out["columns"] = description->columns;
    out["unreadable"] = json_of(description->unreadable);
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

bool is_mistake(const Error& error, const model::Segment& segment) {
    if (error.code == Errc::usage) return true;
    const bool of_what_is_there = error.code == Errc::not_ready || error.code == Errc::bad_config;
    if (of_what_is_there && !error.safe_to_retry) return true;
    return error.code == Errc::not_found && segment.kind != model::Segment::Kind::file;
}

}  // namespace audienced::control
