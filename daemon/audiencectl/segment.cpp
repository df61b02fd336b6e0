// audiencectl segment
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "command_line/values.hpp"
#include "commands.hpp"
#include "control/problem.hpp"
#include "control/target.hpp"
#include "data_screens.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// Of `add` and `edit`.
struct SegmentOptions {
    std::string name, source, query, query_file, table, file, entity, title;
};

/// A query in another encoding would be sent with other characters in it than it has, and find other rows.
result<std::string> read_query(const std::string& file) {
    auto query = read_input(file);
    if (!query) return query;
    if (query->empty()) return make_error(Errc::usage, file + " is empty");
    const bool is_utf16 = query->starts_with("\xFF\xFE") || query->starts_with("\xFE\xFF");
    if (!is_valid_utf8(*query) || query->find('\0') != query->npos)
        return make_error(Errc::usage, file + " is not UTF-8" + (is_utf16 ? " but UTF-16" : ""),
                          "save it as UTF-8 in the editor that it was written with");
    return query;
}

/// Only what was typed.
result<json> body_of(const SegmentOptions& o) {
    json body = json::object();
    if (!o.query.empty()) body["query"] = o.query;
    if (!o.query_file.empty()) {
        auto query = read_query(o.query_file);
        if (!query) return query.error();
        body["query"] = *query;
    }
    if (!o.table.empty()) body["table"] = o.table;
    if (!o.file.empty()) body["file"] = o.file;
    if (!o.entity.empty()) body["entity"] = o.entity;
    if (!o.title.empty()) body["title"] = o.title;
    return body;
}

int add(const Shell& shell, const SegmentOptions& o) {
    auto body = body_of(o);
    if (!body) return shell.fail(body.error());
    (*body)["name"] = o.name;
    (*body)["source"] = o.source;
    return shell.post("/v1/segments", *body, [&](const json& answer) {
        if (!answer.at("warning").is_null()) std::cout << "note: " << cell(answer, "warning") << "\n";
        std::cout << "added the segment " << o.name << "; preview it: audiencectl segment preview " << o.name
                  << "\n";
        if (answer["problem"].is_null()) std::cout << contents_screen(answer, view_of_output());
    });
}

void render_segment_edit(const json& answer) {
    for (const char* key : {"warning", "note"})
        if (!answer.at(key).is_null()) std::cout << "note: " << cell(answer, key) << "\n";
    if (answer.at("changed") == false) {
        std::cout << "the segment " << cell(answer, "name") << " is like that already; nothing was changed\n";
        return;
    }
    std::cout << "changed the segment " << cell(answer, "name");
    if (!answer.at("exports").empty())
        std::cout << "; used by " << cell(answer, "exports") << ", whose next runs plan with it";
    std::cout << "\n";
    if (answer.at("columns").is_array()) std::cout << contents_screen(answer, view_of_output());
}

int edit(const Shell& shell, const SegmentOptions& o) {
    auto body = body_of(o);
    if (!body) return shell.fail(body.error());
    if (body->empty())
        return shell.fail(make_error(Errc::usage, "no change was given", "audiencectl segment edit --help"));
    return shell.call("PATCH", path("/v1/segments", o.name), &*body, render_segment_edit);
}

void declare_what(CLI::App* verb, SegmentOptions& o, bool needed) {
    auto* what = verb->add_option_group("what", needed ? "exactly one of" : "at most one of");
    what->add_option("--query", o.query, "a SELECT")->type_name("SQL");
    what->add_option("--query-file", o.query_file, "the query from a file")->type_name("F");
    what->add_option("--table", o.table, "a table or view")->type_name("T");
    what->add_option("--file", o.file, "a file of the source's folder")->type_name("F");
    what->add_option("--entity", o.entity, "an entity of the model or instance")->type_name("E");
    what->require_option(needed ? 1 : 0, 1);
    verb->add_option("--title", o.title,
                     needed ? "title shown to users, and the tag's name (NAME)"
                            : "title shown to users, and the tag's name from the next run on")
        ->type_name("T");
}

void declare_segment_add(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<SegmentOptions>();
    auto* verb = commands.add(noun, "add", "define a set of profiles of one source",
                              [o](const Shell& shell) { return add(shell, *o); });
    verb->add_option("NAME", o->name, "the name of the new segment")->required();
    verb->add_option("--source", o->source, "the source that it belongs to")->required()->type_name("S");
    declare_what(verb, *o, true);
}

void declare_segment_edit(Commands& commands, CLI::App* noun) {
    auto o = std::make_shared<SegmentOptions>();
    auto* verb = commands.add(noun, "edit", "change it; exports that use it are checked first, and plan anew",
                              [o](const Shell& shell) { return edit(shell, *o); });
    verb->add_option("NAME", o->name, "the name of the segment")->required();
    declare_what(verb, *o, false);
}

}  // namespace

void add_segment(Commands& commands) {
    auto* noun = commands.noun("segment", "named sets of profiles: what exports send");
    declare_segment_add(commands, noun);
    declare_segment_edit(commands, noun);
    commands.add(noun, "list", "all segments",
                 [](const Shell& shell) { return shell.show("/v1/segments", segments_screen); });
    commands.add_named(noun, "show", "one segment: its size, its columns, and a suggested mapping",
                       [](const Shell& shell, const std::string& name) {
                           return shell.show_slow(path("/v1/segments", name), segment_screen);
                       });
    auto limit = std::make_shared<unsigned>(10);
    auto* preview =
        commands.add_named(noun, "preview", "its first rows, addresses masked",
                           [limit](const Shell& shell, const std::string& name) {
                               const std::string rest = "/preview?limit=" + std::to_string(*limit);
                               return shell.show_slow(path("/v1/segments", name, rest), sample_screen);
                           });
    command_line::must_be_number(
        preview->add_option("--limit", *limit, "rows at most; 10 unless set")->type_name("N"), 1, 1000);
    commands.add_named(
        noun, "remove", "remove it; its data is not touched",
        [](const Shell& shell, const std::string& name) { return shell.remove(path("/v1/segments", name)); });
}

}  // namespace audienced::ctl
