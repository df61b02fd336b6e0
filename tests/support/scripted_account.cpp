// What the calls of a ScriptedProvider do to its account.
#include "support/scripted_provider.hpp"

#include <algorithm>

namespace audienced::test {
namespace {

using State = provider::ContactStatus::State;

model::Outcome outcome(model::Outcome::Kind kind, std::string code = {}) {
    model::Outcome out;
    out.kind = kind;
    out.code = std::move(code);
    return out;
}

}  // namespace

provider::GroupLayout ScriptedService::layout(const std::vector<std::string>& titles,
                                              const std::vector<model::Group>& known) const {
    provider::GroupLayout out;
    const auto exists = [&](const model::GroupId& id) {
        return id.text() == account.list_id ||
               std::any_of(account.groups.begin(), account.groups.end(),
                           [&](const auto& named) { return named.second == id.text(); });
    };
    for (const model::Group& group : known)
        if (!exists(group.id)) out.gone.push_back(group.id);
    if (!account.list_id.empty()) {
        out.groups.push_back({model::GroupId(account.list_id), "Customers"});
        out.of_segment.assign(titles.size(), 1);
        out.joined_by_upsert = 1;
        return out;
    }
    for (const std::string& title : titles) {
        const auto same = std::find_if(known.begin(), known.end(), [&](const model::Group& g) {
            return g.title == title && exists(g.id);
        });
        const auto named = account.groups.find(title);
        out.of_segment.push_back(std::uint64_t{1} << out.groups.size());
        const std::string id = same != known.end()             ? same->id.text()
                               : named == account.groups.end() ? std::string()
                                                               : named->second;
        out.groups.push_back({model::GroupId(id), title});
    }
    return out;
}

bool ScriptedService::is_asked_for(const provider::PullRequest& request,
                                   const ScriptedContact& contact) const {
    const bool stopped = contact.state != State::mailable;
    if (!request.since) return stopped || request.all_contacts;
    const bool listed = !account.list_id.empty();  // changes of a list tell of every contact
    const auto changed = model::provider_time_from_our_clock(contact.changed_at);
    if (changed >= *request.since && (stopped || listed)) return true;
    return request.came_back_since && changed >= *request.came_back_since && !stopped;
}

std::vector<provider::ContactStatus> ScriptedService::list(
    const std::function<bool(const ScriptedContact&)>& wanted) const {
    std::vector<provider::ContactStatus> out;
    for (const auto& [address, contact] : account.contacts) {
        if (!wanted(contact)) continue;
        provider::ContactStatus& status = out.emplace_back();
        status.address = address;
        status.contact_id = model::ContactId(contact.id);
        status.state = contact.state;
        if (!account.list_id.empty())
            status.on_list = contact.groups.contains(account.list_id);
        else
            for (const std::string& id : contact.groups)
                (status.tags ? *status.tags : status.tags.emplace()).push_back(model::GroupId(id));
        if (account.list_id.empty() && !status.tags) status.tags.emplace();
    }
    return out;
}

std::optional<provider::ContactNow> ScriptedService::contact_now(
    const provider::ContactQuestion& question) const {
    const auto named = [&](const auto& one) { return one.second.id == question.contact_id.text(); };
    auto found = question.contact_id.empty()
                     ? account.contacts.end()
                     : std::find_if(account.contacts.begin(), account.contacts.end(), named);
    if (found == account.contacts.end()) found = account.contacts.find(question.address);
    if (found == account.contacts.end()) return std::nullopt;
    provider::ContactNow out;
    out.status = list([&](const ScriptedContact& c) { return &c == &found->second; }).front();
    out.state_word = out.status.state == State::mailable ? "subscribed" : "stopped";
    for (const provider::Field& field : question.fields) {
        const auto at = std::find(account.fields.begin(), account.fields.end(), field.name);
        const auto i = static_cast<std::size_t>(at - account.fields.begin());
        const auto& values = found->second.values;
        out.values.emplace_back(i < values.size() && values[i] ? *values[i] : std::string());
    }
    return out;
}

provider::JobState ScriptedService::state_of(const std::string& ticket) {
    provider::JobState out;
    const auto found = account.jobs.find(ticket);
    if (found == account.jobs.end()) {
        out.kind = provider::JobState::Kind::vanished;
        return out;
    }
    ScriptedAccount::Job& job = found->second;
    ++job.polls;
    out.kind = provider::JobState::Kind::finished;
    if (job_state) out = job_state(job);
    if (out.kind == provider::JobState::Kind::finished && !job.finished) {
        job.finished = true;
        job.outcomes = apply(job.batch);
    }
    return out;
}

std::string ScriptedService::lost_job(const provider::LostJob& lost) const {
    for (const auto& [ticket, job] : account.jobs) {
        const auto& known = lost.other_tickets;
        if (job.batch.kind == model::BatchKind::upsert && job.batch.members.size() == lost.rows &&
            std::find(known.begin(), known.end(), ticket) == known.end() && !job.finished)
            return ticket;
    }
    return {};
}

std::vector<model::Outcome> ScriptedService::apply(const model::Batch& batch) {
    std::vector<model::Outcome> out;
    for (const model::Member& m : batch.members)
        out.push_back(batch.kind == model::BatchKind::upsert ? upsert(m) : regroup(m, batch, true));
    for (const model::Member& m : batch.leavers) out.push_back(regroup(m, batch, false));
    return out;
}

model::Outcome ScriptedService::upsert(const model::Member& m) {
    if (const auto scripted = outcomes.find(m.address); scripted != outcomes.end()) return scripted->second;
    const bool created = !has(m.address);
    if (!created && account.contacts[m.address].state != State::mailable) {
        model::Outcome out = outcome(model::Outcome::Kind::suppressed);
        out.opt_out = provider::opt_out_of(account.contacts[m.address].state);
        return out;
    }
    ScriptedContact& changed = contact(m.address);
    changed.values = m.values;
    if (!account.list_id.empty()) changed.groups.insert(account.list_id);
    model::Outcome out = outcome(model::Outcome::Kind::delivered);
    out.created = created;
    if (tells_ids) out.contact_id = model::ContactId(changed.id);
    return out;
}

model::Outcome ScriptedService::regroup(const model::Member& m, const model::Batch& batch, bool join) {
    if (const auto scripted = outcomes.find(m.address); scripted != outcomes.end()) return scripted->second;
    if (!has(m.address)) return outcome(model::Outcome::Kind::rejected, "not_found");
    std::set<std::string>& groups = contact(m.address).groups;
    model::Outcome out = outcome(model::Outcome::Kind::delivered);
    out.was_member = !batch.resent && groups.contains(batch.group.id.text());
    if (join)
        groups.insert(batch.group.id.text());
    else
        groups.erase(batch.group.id.text());
    return out;
}

}  // namespace audienced::test
