#include "provider/constant_contact/contact_pages.hpp"

#include "provider/server_clock.hpp"

namespace audienced::provider::constant_contact {

ContactPages::ContactPages(Session& session, const ContactsQuery& query)
    : session_(session), call_(ask_contacts(query)) {}

awaitable<result<ContactsPage>> ContactPages::next() {
    const std::string path = call_->path;
    auto answer = co_await session_.need(std::move(*call_), "reading contacts");
    call_.reset();
    if (!answer) co_return answer.error();
    if (!began_) began_ = provider_time_from_header(answer->response, session_.time().now());
    auto page = read_contacts(std::move(answer->response.body));
    if (!page) co_return page.error();
    if (page->next == path)
        co_return retryable(Errc::bad_answer, "Constant Contact's pages of contacts repeat without an end");
    if (!page->next.empty()) call_ = ask_next(page->next);
    co_return page;
}

model::ProviderTime ContactPages::began() const {
    return began_.value_or(model::provider_time_from_our_clock(session_.time().now()));
}

}  // namespace audienced::provider::constant_contact
