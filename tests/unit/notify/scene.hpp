// Exports, connections and runs as a look at the database gives them.
#pragma once

#include "notify/decide.hpp"

namespace audienced::test {

using namespace std::chrono_literals;

inline const SysTime start_of_test = from_unix(1'772'330'400);

inline model::Run sample_run_of(model::RunId id, model::RunStatus status, const std::string& name = "vip") {
    model::Run run;
    run.id = id;
    run.export_name = name;
    run.trigger = model::Trigger::schedule;
    run.status = status;
    run.queued_at = start_of_test;
    if (model::is_final(status)) run.finished_at = start_of_test;
    return run;
}

/// One export "vip" by the connection "shop", which is ready.
struct Scene {
    notify::World world;
    notify::Book book;
    notify::Ways ways;

    Scene() {
        world.now = start_of_test;
        world.overdue_after = 2h;
        ways.tell = {"webhook"};
        notify::ConnectionView shop;
        shop.connection.name = "shop";
        shop.connection.provider = "mailchimp";
        shop.connection.consent = model::Consent{"ann", start_of_test};
        world.connections.push_back(shop);
        add_export("vip");
    }
    void add_export(const std::string& name) {
        notify::ExportView view;
        view.definition.name = name;
        view.definition.connection = "shop";
        world.exports.push_back(view);
    }
    /// The newest run of that export.
    model::Run& run(model::RunId id, model::RunStatus status, const std::string& name = "vip") {
        for (notify::ExportView& view : world.exports)
            if (view.definition.name == name)
                return *view.runs.insert(view.runs.begin(), sample_run_of(id, status, name));
        throw std::logic_error("no such export");
    }
    model::Connection& connection() { return world.connections.front().connection; }
    std::vector<log::Event> look() {
        return notify::take_findings(book, notify::find(world, book), ways, world.now);
    }
    /// "export:vip ok>failed", in order; what is told is taken.
    std::vector<std::string> told() {
        std::vector<std::string> out;
        while (!book.tellings.empty()) {
            const model::Telling telling = book.tellings.begin()->second;
            notify::taken(book, telling.id);
            out.push_back(telling.subject + " " + telling.state);
        }
        return out;
    }
    std::vector<std::string> look_and_tell() {
        look();
        return told();
    }
};

}  // namespace audienced::test
