#include "provider/constant_contact/resolve_ids.hpp"

#include "provider/constant_contact/contact_pages.hpp"
#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

awaitable<result<std::string>> look_up(Session& session, std::string address) {
    ContactsQuery query;
    query.status = "all";
    query.address = address;
    ContactPages pages(session, query);
    auto page = co_await pages.next();
    if (!page) co_return page.error();
    for (const Contact& c : page->contacts)
        if (c.address == address && !c.deleted) co_return c.id;
    co_return std::string();
}

}  // namespace

awaitable<result<std::vector<std::string>>> resolve_ids(Session& session,
                                                        const std::vector<model::Member>& members,
                                                        ContactsQuery walk, IdsFrom from) {
    std::vector<std::string> ids(members.size());
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (from == IdsFrom::ledger_first) ids[i] = members[i].contact_id.text();
        if (ids[i].empty()) missing.push_back(i);
    }
    if (missing.empty()) co_return ids;
    if (missing.size() <= max_lookups) {
        for (const std::size_t i : missing) {
            auto id = co_await look_up(session, members[i].address);
            if (!id) co_return id.error();
            ids[i] = std::move(*id);
        }
        co_return ids;
    }
    auto table = co_await session.ids_of(std::move(walk));
    if (!table) co_return table.error();
    for (const std::size_t i : missing) ids[i] = (*table)->find(members[i].address);
    co_return ids;
}

}  // namespace audienced::provider::constant_contact
