#include "control/apply/tell_live.hpp"

#include <algorithm>

namespace audienced::control {
namespace {

bool becomes(const Change& change, const std::string& field, const std::string& value) {
    return std::any_of(change.fields.begin(), change.fields.end(),
                       [&](const FieldChange& f) { return f.field == field && f.after == value; });
}

void tell_of_connection(Live& live, const ApplyPlan& plan, const Change& change) {
    live.connection_changed(change.name);
    if (change.act == Change::Act::edit) {
        using State = model::ConnectionState;
        const model::Connection& after = plan.wanted.connections.at(change.name).connection;
        if (plan.stored.connections.at(change.name).state != State::ready && after.state == State::ready)
            live.connection_ready(after.name, after.provider);
    }
    if (auto why = why_revoked(change)) live.revoke_connection(change.name, *why);
}

void tell_of_segment(Live& live, const ApplyPlan& plan, const Change& change) {
    const auto why = why_revoked(change);
    if (!why) return;
    for (const model::Export* e : plan.exports())
        if (std::find(e->segments.begin(), e->segments.end(), change.name) != e->segments.end())
            live.revoke_export(e->name, *why);
}

}  // namespace

std::optional<Error> why_revoked(const Change& change) {
    const std::string what = "the " + change.noun + " " + change.name;
    if (change.act == Change::Act::remove) return make_error(Errc::wrong_state, what + " was removed");
    if (change.act == Change::Act::add) return std::nullopt;
    if (change.noun == "export" && becomes(change, "enabled", "false"))
        return make_error(Errc::wrong_state, what + " was disabled",
                          "audiencectl export enable " + change.name);
    if (change.noun == "connection" && becomes(change, "consent", "false"))
        return make_error(Errc::wrong_state, "the consent of connection " + change.name + " was withdrawn",
                          "nothing is sent before audiencectl connection consent " + change.name + " --give");
    // No plan depends on these.
    const auto apart = [](const FieldChange& f) {
        return f.field == "title" || f.field == "allow_users" || f.field == "allow_groups";
    };
    if (change.noun == "connection" && std::all_of(change.fields.begin(), change.fields.end(), apart))
        return std::nullopt;
    return make_error(Errc::plan_expired, what + " was edited");
}

void tell_live(Live& live, const ApplyPlan& plan) {
    for (const Change& change : plan.changes) {
        if (change.noun == "source") live.source_changed(change.name);
        if (change.noun == "connection") tell_of_connection(live, plan, change);
        if (change.noun == "segment" && change.act == Change::Act::edit) tell_of_segment(live, plan, change);
        if (change.noun == "export")
            if (auto why = why_revoked(change)) live.revoke_export(change.name, *why);
    }
    live.schedules_changed();
}

}  // namespace audienced::control
