#include "provider/constant_contact/contact_pages.hpp"

#include <algorithm>

#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {

ContactPages::ContactPages(Session& session, const ContactsQuery& query)
    : session_(session),
      call_(ask_contacts(query)),
      check_("Constant Contact's list of contacts", page_size) {}

awaitable<result<ContactsPage>> ContactPages::next() {
    if (auto may = check_.next_page(call_->path); !may) co_return may.error();
    auto answer = co_await session_.need(std::move(*call_), "reading contacts");
    call_.reset();
    if (!answer) co_return answer.error();
    // Time does not go back: an answer of an earlier time shows that those before it told a wrong one.
    began_ = std::min(began_.value_or(answer->at), answer->at);
    auto page = read_contacts(std::move(answer->response.body));
    if (!page) co_return page.error();
    for (const Contact& c : page->contacts) check_.row(c.id);
    check_.page_read(page->count);
    if (!page->next.empty()) call_ = ask_next(page->next);
    co_return page;
}

model::ProviderTime ContactPages::began() const {
    return began_.value_or(session_.provider_now());
}

}  // namespace audienced::provider::constant_contact
