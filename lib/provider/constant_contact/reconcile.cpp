#include "provider/constant_contact/reconcile.hpp"

#include <algorithm>
#include <unordered_map>

#include "provider/constant_contact/contact_pages.hpp"
#include "provider/constant_contact/reading.hpp"
#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

using Class = model::RejectClass;
using RowOf =
    std::unordered_map<std::string_view, std::size_t>;  // address -> row, of those held for delivered

constexpr std::chrono::hours if_never_pulled{24};

RowOf delivered_rows(const model::Batch& batch, const std::vector<model::Outcome>& outcomes) {
    RowOf out;
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        if (outcomes[i].kind == model::Outcome::Kind::delivered) out.emplace(batch.members[i].address, i);
    return out;
}

model::Outcome not_taken() {
    model::Outcome o;
    o.kind = model::Outcome::Kind::rejected;
    o.reject_class = Class::retry_later;
    o.code = "not_taken";
    o.detail = "the job counts rows that failed and does not name them; this contact is not on the list";
    return o;
}

awaitable<result<void>> look_up(Session& session, const model::Batch& batch,
                                std::vector<model::Outcome>& outcomes) {
    const RowOf rows = delivered_rows(batch, outcomes);
    for (const auto& [address, row] : rows) {
        ContactsQuery query;
        query.status = "all";
        const auto& wanted = address;  // Clang 14 cannot capture a structured binding
        query.address = wanted;
        query.lists = true;
        ContactPages pages(session, query);
        auto page = co_await pages.next();
        if (!page) co_return page.error();
        const auto found = std::find_if(page->contacts.begin(), page->contacts.end(),
                                        [&](const Contact& c) { return c.address == wanted; });
        outcomes[row] =
            found == page->contacts.end() ? not_taken() : outcome_of_contact(*found, batch.destination);
    }
    co_return result<void>{};
}

/// Reads contacts that left or are waiting for confirmation since the last pull: independent evidence.
awaitable<result<void>> read_untouchable(Session& session, const model::Batch& batch, Unnamed& left,
                                         std::vector<model::Outcome>& outcomes) {
    RowOf rows = delivered_rows(batch, outcomes);
    ContactsQuery query;
    query.status = untouchable_statuses;
    query.updated_after = session.pulled_until.value_or(session.provider_now() - if_never_pulled);
    ContactPages pages(session, query);
    while (!pages.at_end()) {
        auto page = co_await pages.next();
        if (!page) co_return page.error();
        for (const Contact& c : page->contacts) {
            const auto row = rows.find(c.address);
            if (row == rows.end()) continue;
            outcomes[row->second] = outcome_of_contact(c, batch.destination);
            rows.erase(row);
            if (left.refused > 0) --left.refused;
        }
    }
    co_return result<void>{};
}

/// A member that is not on the list after the import is one of the refused rows that it counted.
awaitable<result<void>> walk_list(Session& session, const model::Batch& batch, const Unnamed& left,
                                  std::vector<model::Outcome>& outcomes) {
    RowOf rows = delivered_rows(batch, outcomes);
    ContactsQuery query;
    query.list = batch.destination;
    query.count = true;
    ContactPages pages(session, query);
    while (!pages.at_end()) {
        auto page = co_await pages.next();
        if (!page) co_return page.error();
        for (const Contact& c : page->contacts) rows.erase(c.address);
    }
    if (!pages.complete()) co_return result<void>{};  // it cannot tell which are missing
    const bool all_refused = left.failed == 0 && rows.size() == left.refused;
    for (const auto& [address, row] : rows) {
        outcomes[row] = not_taken();
        if (!all_refused) continue;
        outcomes[row] = model::Outcome{};
        outcomes[row].kind = model::Outcome::Kind::suppressed;
        outcomes[row].opt_out = model::OptOutReason::unsubscribed;  // what the counter is documented to mean
    }
    co_return result<void>{};
}

}  // namespace

model::Outcome outcome_of_contact(const Contact& contact, std::string_view list) {
    model::Outcome o;
    o.contact_id = model::ContactId(contact.id);
    o.opt_out = opt_out_of(state_of(contact));
    if (o.opt_out) {
        o.kind = model::Outcome::Kind::suppressed;
        return o;
    }
    if (std::find(contact.lists.begin(), contact.lists.end(), list) == contact.lists.end())
        return not_taken();
    o.kind = model::Outcome::Kind::delivered;
    return o;
}

awaitable<result<void>> name_the_unnamed(Session& session, const model::Batch& batch, Unnamed left,
                                         std::vector<model::Outcome>& outcomes) {
    if (batch.members.size() <= max_lookups) co_return co_await look_up(session, batch, outcomes);
    if (left.refused > 0) {
        auto read = co_await read_untouchable(session, batch, left, outcomes);
        if (!read) co_return read.error();
    }
    if (!left.any() || session.list_walks >= max_list_walks) co_return result<void>{};
    ++session.list_walks;
    co_return co_await walk_list(session, batch, left, outcomes);
}

}  // namespace audienced::provider::constant_contact
