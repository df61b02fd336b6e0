// audiencectl schedule
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "data_screens.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

void render_schedule(const json& schedule) {
    std::cout << schedule_screen(schedule, view_of_output());
}

}  // namespace

void add_schedule(Commands& commands) {
    auto* noun = commands.noun("schedule", "when the refresh runs");
    commands.add(noun, "show", "the refresh schedule",
                 [](const Shell& shell) { return shell.get("/v1/schedule", render_schedule); });
    struct Options {
        std::string calendar, timezone;
    };
    auto o = std::make_shared<Options>();
    auto* set = commands.add(noun, "set", "set it; starts no run", [o](const Shell& shell) {
        json body;
        body["calendar"] = o->calendar;
        body["timezone"] = o->timezone;
        return shell.call("PUT", "/v1/schedule", &body, render_schedule);
    });
    set->add_option("CALENDAR", o->calendar,
                    "\"daily 02:00\", \"weekly mon,thu 02:00\", or a five-field cron line")
        ->required();
    set->add_option("--timezone", o->timezone, "an IANA zone: Europe/Berlin")->required()->type_name("ZONE");
    commands.add(noun, "off", "switch the refresh schedule off", [](const Shell& shell) {
        return shell.call("DELETE", "/v1/schedule", nullptr, render_schedule);
    });
}

}  // namespace audienced::ctl
