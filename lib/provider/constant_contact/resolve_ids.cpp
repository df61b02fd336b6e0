#include "provider/constant_contact/resolve_ids.hpp"

#include "provider/constant_contact/contact_pages.hpp"
#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

using Found = std::optional<Contact>;

awaitable<result<Found>> find_address(Session& session, std::string address) {
    ContactsQuery query;
    query.status = "all";
    query.address = address;
    query.lists = true;
    ContactPages pages(session, query);
    auto page = co_await pages.next();
    if (!page) co_return page.error();
    Found found;
    for (Contact& c : page->contacts)
        if (!found && c.address == address && !c.deleted) found = std::move(c);
    co_return found;
}

/// Nothing: the service does not know the id, or the contact is deleted.
awaitable<result<Found>> find_id(Session& session, std::string id) {
    Found found;
    Call ask = ask_contact(id);
    auto answer = co_await session.call(std::move(ask));
    if (!answer) co_return answer.error();
    if (answer->response.status == 404 || answer->response.status == 400) co_return found;
    if (!answer->response.ok()) co_return refusal(answer->response, "reading a contact");
    auto contact = read_contact(answer->response.body);
    if (!contact) co_return contact.error();
    if (!contact->deleted) found = std::move(*contact);
    co_return found;
}

}  // namespace

awaitable<result<std::optional<Contact>>> find_contact(Session& session, const model::Member& member) {
    if (!member.contact_id.empty()) {
        auto found = co_await find_id(session, member.contact_id.text());
        if (!found || *found) co_return found;
    }
    co_return co_await find_address(session, member.address);
}

awaitable<result<std::vector<std::string>>> resolve_ids(Session& session,
                                                        const std::vector<model::Member>& members,
                                                        ContactsQuery walk, IdsFrom from) {
    std::vector<std::string> ids(members.size());
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < members.size(); ++i) {
        ids[i] = members[i].contact_id.text();
        if (ids[i].empty() || from == IdsFrom::verified) missing.push_back(i);
    }
    if (missing.empty()) co_return ids;
    if (missing.size() <= max_lookups) {
        for (const std::size_t i : missing) {
            auto contact = co_await find_contact(session, members[i]);
            if (!contact) co_return contact.error();
            ids[i] = *contact ? (*contact)->id : std::string();
        }
        co_return ids;
    }
    auto table = co_await session.ids_of(std::move(walk));
    if (!table) co_return table.error();
    const std::vector<bool> there = (*table)->has(ids);
    for (const std::size_t i : missing)
        if (!there[i]) ids[i] = (*table)->find(members[i].address);
    co_return ids;
}

}  // namespace audienced::provider::constant_contact
