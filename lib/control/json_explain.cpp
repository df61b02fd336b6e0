// An explanation on the wire. Addresses are masked here, for every role.
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "control/json.hpp"
#include "inspect/explain/words.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

using inspect::Explanation;
using inspect::NextStep;

json run_or_null(model::RunId run) {
    return run > 0 ? json(run) : json(nullptr);
}

std::string read_by(const ExplanationSight& sight, std::string text) {
    return mask_addresses(sight.words ? sight.words(std::move(text)) : std::move(text));
}

json place(std::uint64_t number, bool by_line) {
    json out;
    for (const char* key : {"row", "line"}) out[key] = nullptr;
    out[by_line ? "line" : "row"] = number;
    return out;
}

json segments_of(const Explanation& e, const ExplanationSight& sight) {
    json all = json::array();
    for (const inspect::SegmentLook& look : e.segments) {
        json one;
        one["segment"] = look.name;
        one["title"] = look.title;
        one["rows"] = look.rows;
        one["complete"] = look.complete;
        one["found"] = look.found;
        one["problem"] = nullptr;
        if (!look.problem.empty())
            one["problem"] = sight.sources
                                 ? mask_addresses(look.problem)
                                 : "it could not be read to its end; ask an administrator, who sees why";
        one["places"] = json::array();
        for (const inspect::FoundRow& row : look.first) {
            json found = place(row.number, look.by_line);
            found["under"] = to_string(row.under);
            found["readable"] = row.readable;
            one["places"].push_back(std::move(found));
        }
        all.push_back(std::move(one));
    }
    return all;
}

json near_of(const Explanation& e) {
    json all = json::array();
    for (const inspect::NearMiss& near : e.near) {
        json one = place(near.number, near.by_line);
        one["segment"] = near.segment;
        one["address"] = near.address.empty() ? json(nullptr) : json(mask_addresses(near.address));
        one["how"] = near.how;
        all.push_back(std::move(one));
    }
    return all;
}

const char* word_of(store::Evidence evidence) {
    switch (evidence) {
        case store::Evidence::pull:
            return "pull";
        case store::Evidence::response:
            return "response";
        case store::Evidence::command:
            return "command";
    }
    return "pull";
}

json opt_outs_of(const Explanation& e) {
    json all = json::array();
    for (const inspect::KnownOptOut& known : e.memory.opt_outs) {
        const store::OptOut& o = known.opt_out;
        json one;
        one["reason"] = model::to_string(o.reason);
        one["words"] = inspect::words_of(o.reason);
        one["under"] = to_string(known.under);
        one["evidence"] = word_of(o.evidence);
        one["run"] = run_or_null(o.run);
        one["since"] = to_iso8601(o.since);
        one["everywhere"] = o.destination == model::DestinationId();
        one["lifted_by"] = inspect::lifted_by(o.reason);
        all.push_back(std::move(one));
    }
    return all;
}

class Names {
public:
    explicit Names(const ExplanationSight& sight) : sight_(sight) {}
    bool shows(const std::string& name) const { return !sight_.exports || sight_.exports->contains(name); }
    json of(const std::string& name) const {
        if (name.empty()) return nullptr;
        return shows(name) ? name : "another export";
    }

private:
    const ExplanationSight& sight_;
};

json memberships_of(const Explanation& e, const Names& names) {
    json all = json::array();
    for (const inspect::HeldIn& held : e.memory.memberships) {
        json one;
        one["group"] = held.group;
        one["is_list"] = held.is_list;
        one["of_this_export"] = held.of_this_export;
        one["words"] = inspect::words_of(held.state, held.is_list);
        one["under"] = to_string(held.under);
        one["held_by"] = json::array();
        for (const std::string& name : held.holders) one["held_by"].push_back(names.of(name));
        all.push_back(std::move(one));
    }
    return all;
}

json delivered_of(const Explanation& e) {
    if (!e.memory.delivered) return nullptr;
    const store::DeliveredRow& row = *e.memory.delivered;
    json out;
    out["run"] = row.last_run > 0 ? json(row.last_run) : json(nullptr);
    out["at"] = json_of(e.memory.delivered_at);
    out["counted_as"] = row.last_change == model::CountedAs::added ? "added" : "updated";
    out["values_as_now"] = e.next.values_as_sent ? json(*e.next.values_as_sent) : json(nullptr);
    return out;
}

const char* word_of(store::ActMember::Asked asked) {
    using Asked = store::ActMember::Asked;
    return asked == Asked::upsert ? "send" : asked == Asked::join ? "put in" : "take out";
}

const char* word_of(model::Outcome::Kind kind) {
    using Kind = model::Outcome::Kind;
    switch (kind) {
        case Kind::delivered:
            return "done";
        case Kind::suppressed:
            return "held back";
        case Kind::rejected:
            return "refused";
        case Kind::unknown:
            return "not known";
    }
    return "not known";
}

json acts_of(const Explanation& e, const Names& names) {
    json all = json::array();
    for (std::size_t i = 0; i < e.memory.acts.size(); ++i) {
        const store::ActOnMember& act = e.memory.acts[i];
        json one;
        one["run"] = run_or_null(act.run);
        one["export"] = names.of(e.memory.act_exports[i]);
        one["at"] = to_iso8601(act.at);
        one["asked"] = word_of(act.what.asked);
        one["group"] = e.memory.act_groups[i].empty() ? json(nullptr) : json(e.memory.act_groups[i]);
        one["outcome"] = word_of(act.what.outcome);
        all.push_back(std::move(one));
    }
    return all;
}

json rejects_of(const Explanation& e, const ExplanationSight& sight) {
    json out;
    out["now"] = json::array();
    for (const store::DeferredReject& deferred : e.memory.deferred) {
        json one;
        one["code"] = deferred.code;
        one["field"] = deferred.field.empty() ? json(nullptr) : json(deferred.field);
        one["class"] = to_string(deferred.reject_class);
        one["detail"] = read_by(sight, deferred.detail);
        one["attempts"] = deferred.attempts;
        one["next_try"] = json_of(deferred.next_try);
        one["since_run"] = deferred.since;
        one["value_only"] = deferred.is_value;
        out["now"].push_back(std::move(one));
    }
    out["of_runs"] = json::array();
    for (const store::Reject& reject : e.memory.rejects) out["of_runs"].push_back(json_of(reject));
    return out;
}

json next_of(const NextStep& next, const ExplanationSight& sight) {
    json out;
    out["would"] = to_string(next.kind);
    out["unknown_because"] =
        next.why_unknown.empty() ? json(nullptr) : json(read_by(sight, next.why_unknown));
    out["joins"] = next.joins;
    out["leaves"] = next.leaves;
    out["would_be_held"] = next.would_hold;
    out["values"] = json::object();
    for (const auto& [field, value] : next.values) out["values"][field] = mask_addresses(value);
    out["left_out"] = json_of(next.left_out);
    return out;
}

json provider_of(const inspect::AtProvider& now, const ExplanationSight& sight) {
    json out;
    out["asked"] = now.not_asked.empty();
    out["not_asked_because"] = now.not_asked.empty() ? json(nullptr) : json(read_by(sight, now.not_asked));
    for (const char* key : {"state", "mailable", "on_list", "address"}) out[key] = nullptr;
    out["found"] = now.found;
    out["groups"] = now.groups;
    out["lacks"] = now.lacks;
    if (!now.found) return out;
    out["state"] = now.words;
    out["mailable"] = now.status.state == provider::ContactStatus::State::mailable;
    if (now.status.on_list) out["on_list"] = *now.status.on_list;
    if (now.moved) out["address"] = mask_addresses(now.status.address);
    return out;
}

json contact_of(const inspect::Remembered& memory) {
    json out;
    out["known"] = memory.has_contact;
    out["id"] = memory.contact_id.empty() ? json(nullptr) : json(memory.contact_id.text());
    out["address_now"] =
        memory.present_address.empty() ? json(nullptr) : json(mask_addresses(memory.present_address));
    out["has_another_address"] = memory.moved_away;
    out["came_to_this_address"] = memory.moved_here;
    return out;
}

}  // namespace

json json_of(const Explanation& e, const ExplanationSight& sight) {
    const Names names(sight);
    json out;
    out["valid"] = e.invalid.empty();
    out["invalid_because"] = e.invalid.empty() ? json(nullptr) : json(e.invalid);
    out["address"] = e.address.empty() ? json(nullptr) : json(mask_addresses(e.address));
    if (!e.invalid.empty()) return out;
    out["member"] = to_hex(e.member.view().substr(0, 6));
    out["segments"] = segments_of(e, sight);
    out["near"] = near_of(e);
    out["next"] = next_of(e.next, sight);
    out["delivered"] = delivered_of(e);
    out["provider"] = provider_of(e.now, sight);
    out["contact"] = contact_of(e.memory);
    out["opt_outs"] = opt_outs_of(e);
    out["rejects"] = rejects_of(e, sight);
    out["memberships"] = memberships_of(e, names);
    out["acts"] = acts_of(e, names);
    out["acts_complete"] = e.memory.acts_complete;
    out["open_calls"] = json::array();
    for (const inspect::OpenCall& call : e.memory.open) {
        json one;
        one["run"] = run_or_null(call.run);
        one["job"] = call.is_job;
        out["open_calls"].push_back(std::move(one));
    }
    out["other_exports"] = json::array();
    for (const inspect::OtherExport& other : e.memory.others) {
        if (!names.shows(other.name)) continue;
        json one;
        one["export"] = other.name;
        one["delivered_by_run"] = nullptr;
        if (other.delivered && other.delivered->last_run > 0)
            one["delivered_by_run"] = other.delivered->last_run;
        one["delivered"] = other.delivered.has_value();
        out["other_exports"].push_back(std::move(one));
    }
    out["ever_ran"] = e.memory.bound;
    out["delivered_members"] = e.memory.delivered_members;
    return out;
}

}  // namespace audienced::control
