// A small command line with one of everything: nouns, arguments, flags, choices, groups, numbers.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

#include "command_line/values.hpp"

namespace audienced::test {

struct ToyProgram {
    CLI::App app{"toy: a program for tests.", "toy"};
    std::string socket, name, query, table, title, mode;
    std::vector<std::string> maps, exports;
    std::uint64_t limit = 0, run = 0;
    bool json = false, follow = false, no_title = false;

    ToyProgram() {
        app.require_subcommand(1);
        app.fallthrough();
        app.add_option("--socket", socket, "where it listens")->type_name("PATH");
        app.add_flag("--json", json, "as JSON");
        declare_segment();
        declare_runs();
        auto* starts = app.add_subcommand("run", "run exports")->group("Running");
        starts->add_option("EXPORT", exports, "exports")->required();
        starts->add_flag("--follow", follow, "show the progress");
        app.add_subcommand("status", "the state")->group("Looking");
    }

    void declare_segment() {
        auto* segment = app.add_subcommand("segment", "sets of profiles")->group("Defining");
        segment->require_subcommand(1);
        auto* add = segment->add_subcommand("add", "define one");
        add->add_option("NAME", name, "its name")->required();
        auto* what = add->add_option_group("what", "exactly one of");
        what->add_option("--query", query, "a SELECT")->type_name("SQL");
        what->add_option("--table", table, "a table")->type_name("T");
        what->require_option(1);
        auto* with =
            add->add_option("--mode", mode, "what becomes of leavers")->type_name("mirror|upsert|CALENDAR");
        command_line::must_be_one_of(with, {"mirror", "upsert"});
        add->add_option("--map", maps, "a pair")->type_name("A=B")->allow_extra_args(false);
        auto* titled = add->add_option("--title", title, "for people")->type_name("T");
        add->add_flag("--no-title", no_title, "take it off")->excludes(titled);
        segment->add_subcommand("list", "all of them");
    }

    void declare_runs() {
        auto* runs = app.add_subcommand("runs", "runs so far")->group("Running");
        runs->require_subcommand(1);
        auto* show = runs->add_subcommand("show", "one run");
        command_line::must_be_positive(show->add_option("RUN", run, "its number")->required(),
                                       "the number of a run");
        auto* list = runs->add_subcommand("list", "newest first");
        command_line::must_be_number(list->add_option("--limit", limit, "rows at most")->type_name("N"), 1,
                                     1000);
    }
};

}  // namespace audienced::test
