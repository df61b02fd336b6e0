#include "provider/constant_contact/membership.hpp"

#include <algorithm>

#include "provider/constant_contact/jobs.hpp"
#include "provider/constant_contact/resolve_ids.hpp"
#include "provider/constant_contact/wire/limits.hpp"
#include "provider/constant_contact/wire/outcomes_from_membership.hpp"

namespace audienced::provider::constant_contact {
namespace {

Call change_call(const model::Batch& batch, std::span<const std::string> ids, bool add) {
    const std::string& group = batch.group.id.text();
    return group == batch.destination ? change_list(group, ids, add) : change_tag(group, ids, add);
}

std::vector<std::string> present(const std::vector<std::string>& ids) {
    std::vector<std::string> out;
    std::copy_if(ids.begin(), ids.end(), std::back_inserter(out),
                 [](const std::string& id) { return !id.empty(); });
    return out;
}

/// Where to read ids from: leavers are on the list or have the tag; members that get a tag are on the list,
/// and those that are put back on it may be anywhere.
ContactsQuery walk_for(const model::Batch& batch, bool add) {
    ContactsQuery query;
    const bool is_list = batch.group.id.text() == batch.destination;
    if (add && is_list) return query;
    if (add || is_list)
        query.list = batch.destination;
    else
        query.tag = batch.group.id.text();
    return query;
}

/// The job's id; empty if there is no contact to change.
awaitable<result<std::string>> start(Session& session, const model::Batch& batch,
                                     std::vector<std::string>& ids, bool add) {
    const std::vector<model::Member>& members = add ? batch.members : batch.leavers;
    const ContactsQuery walk = walk_for(batch, add);
    auto known = co_await resolve_ids(session, members, walk, IdsFrom::ledger);
    if (!known) co_return known.error();
    ids = std::move(*known);
    for (bool last = false;; last = true) {
        const std::vector<std::string> sent = present(ids);
        if (sent.empty()) co_return std::string();
        Call call = change_call(batch, sent, add);
        auto answer = co_await session.call(std::move(call));
        if (!answer) co_return answer.error();
        const unsigned status = answer->response.status;
        if (answer->response.ok()) {
            auto job = read_activity(answer->response.body);
            if (!job) co_return job.error();
            co_return std::move(job->id);
        }
        if (last || (status != 400 && status != 404))
            co_return refusal(answer->response, "changing the members of \"" + batch.group.title + "\"");
        // One id of a deleted contact may cause that: ask for all of them.
        session.forget_ids();
        auto fresh = co_await resolve_ids(session, members, walk, IdsFrom::verified);
        if (!fresh) co_return fresh.error();
        ids = std::move(*fresh);
    }
}

/// A job that reports errors does not say whose. A contact that is gone or off the list needs no removal any
/// more; asked for only where that costs few calls, the others are tried again.
awaitable<result<void>> confirm_removals(Session& session, const model::Batch& batch,
                                         std::vector<model::Outcome>& outcomes) {
    const bool is_list = batch.group.id.text() == batch.destination;
    for (std::size_t i = 0; i < batch.leavers.size(); ++i) {
        auto contact = co_await find_contact(session, batch.leavers[i]);
        if (!contact) co_return contact.error();
        if (*contact) {
            const std::vector<std::string>& lists = (*contact)->lists;
            if (!is_list || std::find(lists.begin(), lists.end(), batch.destination) != lists.end()) continue;
        }
        model::Outcome removed;
        removed.kind = model::Outcome::Kind::delivered;
        outcomes[batch.members.size() + i] = std::move(removed);
    }
    co_return result<void>{};
}

}  // namespace

awaitable<result<Submitted>> submit_membership(Session& session, const model::Batch& batch) {
    Ticket ticket;
    ticket.membership = true;
    std::vector<std::string> ids;
    if (!batch.members.empty()) {
        auto job = co_await start(session, batch, ids, true);
        if (!job) co_return job.error();
        ticket.add = std::move(*job);
        for (std::size_t i = 0; i < ids.size(); ++i)
            if (ids[i].empty()) ticket.absent.push_back(i);
    }
    if (!batch.leavers.empty()) {
        auto job = co_await start(session, batch, ids, false);
        if (!job) co_return job.error();
        ticket.remove = std::move(*job);
    }
    Submitted out;
    if (ticket.add.empty() && ticket.remove.empty())
        out.outcomes = outcomes_from_membership(batch, ticket, nullptr, nullptr);
    else
        out.ticket = print_ticket(ticket);
    co_return out;
}

awaitable<result<std::vector<model::Outcome>>> collect_membership(Session& session, std::string text,
                                                                  const model::Batch& batch) {
    const Ticket ticket = parse_ticket(text);
    Activity added, removed;
    if (!ticket.add.empty()) {
        auto job = co_await ended_job(session, ticket.add);
        if (!job) co_return job.error();
        added = std::move(*job);
    }
    if (!ticket.remove.empty()) {
        auto job = co_await ended_job(session, ticket.remove);
        if (!job) co_return job.error();
        removed = std::move(*job);
    }
    std::vector<model::Outcome> outcomes = outcomes_from_membership(
        batch, ticket, ticket.add.empty() ? nullptr : &added, ticket.remove.empty() ? nullptr : &removed);
    if (!removed.errors.empty() && batch.leavers.size() <= max_lookups) {
        auto confirmed = co_await confirm_removals(session, batch, outcomes);
        if (!confirmed) co_return confirmed.error();
    }
    session.ended.erase(ticket.add);
    session.ended.erase(ticket.remove);
    co_return outcomes;
}

}  // namespace audienced::provider::constant_contact
