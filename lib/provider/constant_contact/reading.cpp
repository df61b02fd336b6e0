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

/// How far one listing came; `next_since` is left to the caller.
awaitable<result<PullMark>> read_all(Session& session, ContactsQuery query, std::string list,
                                     ContactSink& sink) {
    query.count = true;
    ContactPages pages(session, query);
    while (!pages.at_end()) {
        auto page = co_await pages.next();
        if (!page) co_return page.error();
        std::vector<ContactStatus> statuses = statuses_of(*page, query, list);
        if (statuses.empty()) continue;
        auto taken = co_await sink.seen(std::move(statuses));
        if (!taken) co_return taken.error();
    }
    PullMark mark;
    mark.began = pages.began();
    mark.complete = pages.complete();
    co_return mark;
}

std::vector<ContactsQuery> queries_of(const PullRequest& request) {
    ContactsQuery first, second;
    first.status = untouchable_statuses;
    if (!request.since) {
        first.lists = request.all_contacts;
        if (request.all_contacts) first.status = "all";
        return {first};
    }
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
    std::optional<PullMark> so_far;
    for (const ContactsQuery& query : queries) {
        auto read = co_await read_all(session, query, request.destination, sink);
        if (!read) co_return read.error();
        if (!so_far) so_far = *read;
        so_far->began = std::min(so_far->began, read->began);
        so_far->complete = so_far->complete && read->complete;
    }
    PullMark mark = *so_far;
    mark.next_since = next_since(mark.began, pull_overlap, session.last_change);
    session.pulled_until = mark.next_since;
    co_return mark;
}

namespace {

/// The id of the contact of this address; empty: there is none.
awaitable<result<std::string>> id_of_address(Session& session, std::string address) {
    ContactsQuery query;
    query.status = "all";
    query.address = std::move(address);
    ContactPages pages(session, query);
    auto page = co_await pages.next();
    if (!page) co_return page.error();
    for (const Contact& contact : page->contacts)
        if (contact.address == query.address) co_return contact.id;
    co_return std::string();
}

}  // namespace

awaitable<result<std::optional<ContactNow>>> read_contact(Session& session, ContactQuestion question) {
    std::optional<ContactNow> found;
    std::string id = question.contact_id.text();
    bool by_address = false;
    for (;;) {
        if (id.empty()) {
            if (by_address || question.address.empty()) co_return found;
            by_address = true;
            auto looked_up = co_await id_of_address(session, question.address);
            if (!looked_up) co_return looked_up.error();
            id = std::move(*looked_up);
            if (id.empty()) co_return found;
        }
        Call call = ask_whole_contact(id);
        auto answer = co_await session.call(std::move(call));
        if (!answer) co_return answer.error();
        if (answer->response.status == 404) {
            id.clear();  // made anew, perhaps
            continue;
        }
        if (!answer->response.ok()) co_return refusal(answer->response, "reading a contact");
        auto contact = read_whole_contact(answer->response.body, question.destination, question.fields);
        if (!contact) co_return contact.error();
        found = std::move(*contact);
        co_return found;
    }
}

awaitable<result<void>> list_group(Session& session, std::string list, model::Group group,
                                   ContactSink& sink) {
    ContactsQuery query;
    (group.id.text() == list ? query.list : query.tag) = group.id.text();
    auto read = co_await read_all(session, std::move(query), std::move(list), sink);
    if (!read) co_return read.error();
    // A member that is missing here would count as given by this program, and be taken off later.
    if (!read->complete)
        co_return retryable(Errc::bad_answer,
                            "Constant Contact lists fewer members of \"" + group.title + "\" than it claims",
                            "the next run reads them again");
    co_return result<void>{};
}

}  // namespace audienced::provider::constant_contact
