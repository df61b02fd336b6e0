#include "control/apply/store_changes.hpp"

#include <nlohmann/json.hpp>

#include "control/handlers/change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/json.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

using Act = Change::Act;

struct Write {
    store::Database& db;
    const vault::Vault& vault;
    ApplyPlan& plan;
    SysTime now;
    store::AuditRow& audit;
};

template <class T, class Map>
void note_before(Write& w, const Map& stored, const std::string& name) {
    const auto at = stored.find(name);
    if (at != stored.end()) w.audit.before = print(json_of(at->second));
}

result<void> write_source(Write& w, const Change& change) {
    note_before<model::Source>(w, w.plan.stored.sources, change.name);
    if (change.act == Act::remove) return store::remove_source(w.db, change.name);
    const WantedSource& wanted = w.plan.wanted.sources.at(change.name);
    json after = json_of(wanted.source);
    if (change.act == Act::edit)
        for (const auto& [key, secret] : wanted.secrets) after["new_secrets"].push_back(key);
    w.audit.after = print(after);
    return change.act == Act::add ? store::add_source(w.db, w.vault, wanted.source, wanted.secrets)
                                  : store::update_source(w.db, w.vault, wanted.source, wanted.secrets);
}

result<void> write_segment(Write& w, const Change& change) {
    note_before<model::Segment>(w, w.plan.stored.segments, change.name);
    if (change.act == Act::remove) return store::remove_segment(w.db, change.name);
    const model::Segment& wanted = w.plan.wanted.segments.at(change.name);
    w.audit.after = print(json_of(wanted));
    return change.act == Act::add ? store::add_segment(w.db, wanted) : store::update_segment(w.db, wanted);
}

result<void> write_connection(Write& w, const Change& change) {
    note_before<model::Connection>(w, w.plan.stored.connections, change.name);
    if (change.act == Act::remove) return store::remove_connection(w.db, change.name, false);
    Draft& draft = w.plan.wanted.connections.at(change.name);
    if (change.act == Act::add) {
        w.audit.after = print(json_of(draft.connection));
        return store::add_connection(w.db, w.vault, draft.connection, draft.credentials);
    }
    const model::Connection& before = w.plan.stored.connections.at(change.name);
    const bool withdraw = before.consent && !draft.connection.consent;
    if (auto kept = store_edit(w.db, w.vault, before, draft); !kept) return kept;
    if (withdraw)
        if (auto done = store::withdraw_consent(w.db, change.name); !done) return done;
    auto now = store::get_connection(w.db, change.name);
    if (!now) return now.error();
    draft.connection = std::move(*now);
    w.audit.after = print(json_of(draft.connection));
    return {};
}

result<void> write_export(Write& w, const Change& change) {
    note_before<model::Export>(w, w.plan.stored.exports, change.name);
    if (change.act == Act::remove) {
        if (auto gone = store::remove_export(w.db, change.name); !gone) return gone;
        return store::forget_served(w.db, "export:" + change.name);
    }
    const model::Export& e = w.plan.wanted.exports.at(change.name).definition;
    w.audit.after = print(json_of(e));
    auto kept = change.act == Act::add ? store::add_export(w.db, e) : store::update_export(w.db, e);
    if (!kept) return kept;
    // A schedule counts from now on: nothing runs because of a file.
    const bool begins = change.act == Act::add || change.has("schedule") || change.has("timezone") ||
                        change.has("enabled") || change.has("connection");
    return begins ? begin_schedule(w.db, e, w.now) : result<void>();
}

json described_schedule(const store::RefreshSchedule& schedule) {
    json out;
    out["calendar"] = schedule.calendar;
    out["timezone"] = schedule.timezone;
    return out;
}

result<void> write_schedule(Write& w, const Change& change) {
    if (w.plan.stored.schedule) w.audit.before = print(described_schedule(*w.plan.stored.schedule));
    if (change.act == Act::remove) {
        if (auto off = store::set_refresh_schedule(w.db, std::nullopt); !off) return off;
        return store::forget_served(w.db, "refresh");
    }
    w.audit.after = print(described_schedule(*w.plan.wanted.schedule));
    if (auto kept = store::set_refresh_schedule(w.db, w.plan.wanted.schedule); !kept) return kept;
    return store::set_last_served(w.db, "refresh", w.now);
}

result<void> write_one(Write& w, const Change& change) {
    if (change.noun == "source") return write_source(w, change);
    if (change.noun == "segment") return write_segment(w, change);
    if (change.noun == "connection") return write_connection(w, change);
    if (change.noun == "export") return write_export(w, change);
    return write_schedule(w, change);
}

}  // namespace

result<void> store_changes(store::Database& db, const vault::Vault& vault, ApplyPlan& plan,
                           const Caller& caller, SysTime now) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    auto current = read_stored(db, vault);
    if (!current) return current.error();
    if (current->state() != plan.stored.state())
        return make_error(Errc::wrong_state, "definitions were changed while this file was checked",
                          "audiencectl diff FILE shows how they differ now; then apply it again");
    for (const Change& change : plan.changes) {
        store::AuditRow audit = row_by(caller, now);
        audit.action = "apply: " + change.noun + " " + to_string(change.act);
        audit.object = change.name;
        Write write{db, vault, plan, now, audit};
        auto done = write_one(write, change);
        if (!done) {
            plan.problems.push_back({change.object(), done.error()});
            return done;
        }
        if (auto noted = note_change(db, vault, audit); !noted) return noted;
    }
    return transaction->commit();
}

}  // namespace audienced::control
