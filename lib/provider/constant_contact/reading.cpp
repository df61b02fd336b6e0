#include "provider/constant_contact/reading.hpp"

#include <algorithm>

#include "provider/constant_contact/contact_pages.hpp"
#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {

const char* const untouchable_statuses = "unsubscribed,temp_hold,pending_confirmation,not_set,deleted";

namespace {

std::vector<ContactStatus> statuses_of(const ContactsPage& page, const ContactsQuery& query,
                                       const std::string& list) {
    std::vector<ContactStatus> out;
    out.reserve(page.contacts.size());
    for (const Contact& c : page.contacts) {
        if (c.address.empty()) continue;  // reachable by phone only
        ContactStatus s;
        s.address = c.address;
        s.contact_id = model::ContactId(c.id);
        s.state = state_of(c);
        if (query.lists) s.on_list = std::find(c.lists.begin(), c.lists.end(), list) != c.lists.end();
        if (query.list == list) s.on_list = true;
        out.push_back(std::move(s));
    }
    return out;
}

awaitable<result<model::ProviderTime>> read_all(Session& session, ContactsQuery query, std::string list,
                                                ContactSink& sink) {
    ContactPages pages(session, query);
    while (!pages.at_end()) {
        auto page = co_await pages.next();
        if (!page) co_return page.error();
        std::vector<ContactStatus> statuses = statuses_of(*page, query, list);
        if (statuses.empty()) continue;
        auto taken = co_await sink.seen(std::move(statuses));
        if (!taken) co_return taken.error();
    }
    co_return pages.began();
}

std::vector<ContactsQuery> queries_of(const PullRequest& request) {
    ContactsQuery first, second;
    first.status = untouchable_statuses;
    if (!request.since) return {first};
    first.status = second.status = "all";
    first.updated_after = request.since;
    first.lists = true;
    // It is not promised that opting out counts as an update of the contact.
    second.optout_after = request.since;
    second.lists = true;
    return {first, second};
}

}  // namespace

awaitable<result<PullMark>> pull(Session& session, PullRequest request, ContactSink& sink) {
    const std::vector<ContactsQuery> queries = queries_of(request);
    std::optional<model::ProviderTime> began;
    for (const ContactsQuery& query : queries) {
        auto read = co_await read_all(session, query, request.destination, sink);
        if (!read) co_return read.error();
        if (!began) began = *read;
    }
    PullMark mark;
    mark.next_since = *began - pull_overlap;
    session.pulled_until = mark.next_since;
    co_return mark;
}

awaitable<result<void>> list_group(Session& session, std::string list, model::Group group,
                                   ContactSink& sink) {
    ContactsQuery query;
    (group.id.text() == list ? query.list : query.tag) = group.id.text();
    auto read = co_await read_all(session, std::move(query), std::move(list), sink);
    if (!read) co_return read.error();
    co_return result<void>{};
}

}  // namespace audienced::provider::constant_contact
