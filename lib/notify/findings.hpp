// What the database says of each subject. Pure.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "log/event.hpp"
#include "model/connection.hpp"
#include "model/export.hpp"
#include "notify/book.hpp"

namespace audienced::notify {

struct ExportView {
    model::Export definition;
    std::vector<model::Run> runs;  // newest first, without dry runs
};

struct ConnectionView {
    model::Connection connection;
    std::optional<SysTime> sign_in_dies;  // soon
};

/// What there is to judge, read at one moment.
struct World {
    std::vector<ExportView> exports;
    std::vector<ConnectionView> connections;
    std::vector<model::RoundEntry> round;
    std::string disk_full;               // why; empty: there is room
    std::chrono::seconds overdue_after;  // from the start of a scheduled run
    SysTime now;
};

/// Where one subject stands now.
struct Finding {
    std::string subject, state;
    model::RunId run = 0;   // of an export: judged up to this run
    log::Event event;       // the words
    bool no_words = false;  // nothing is known beyond what was told: there is no event
    bool unlogged = false;  // no other part writes the event to the journal
    bool good_run = false;  // of an export: a run that was not judged before ended well, just now
    bool gone = false;      // there is no such export or connection any more
};

/// One for each export and connection, one for the daemon, and one for each subject of the book that is gone.
/// An export that fails because its connection needs a person is no subject of its own: what it stood in
/// stays.
std::vector<Finding> find(const World&, const Book&);

/// Every export of the round that still belongs to the refresh has ended well since.
bool is_round_good(const World&);

}  // namespace audienced::notify
