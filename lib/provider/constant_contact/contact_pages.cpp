#include "provider/constant_contact/contact_pages.hpp"

#include "retry/retry_after.hpp"

namespace audienced::provider::constant_contact {
namespace {

SysTime server_time(const http::Response& response, SysTime ours) {
    const auto date = retry::parse_http_date(response.header("Date"), ours);
    // A date that is days away from ours is a broken header rather than a broken clock.
    if (!date || *date < ours - std::chrono::days{1} || *date > ours + std::chrono::days{1}) return ours;
    return *date;
}

}  // namespace

ContactPages::ContactPages(Session& session, const ContactsQuery& query)
    : session_(session), call_(ask_contacts(query)) {}

awaitable<result<ContactsPage>> ContactPages::next() {
    const std::string path = call_->path;
    auto answer = co_await session_.need(std::move(*call_), "reading contacts");
    call_.reset();
    if (!answer) co_return answer.error();
    if (!began_) began_ = server_time(answer->response, session_.time().now());
    auto page = read_contacts(std::move(answer->response.body));
    if (!page) co_return page.error();
    if (page->next == path)
        co_return retryable(Errc::bad_answer, "Constant Contact's pages of contacts go round in a circle");
    if (!page->next.empty()) call_ = ask_next(page->next);
    co_return page;
}

SysTime ContactPages::began() const {
    return began_.value_or(session_.time().now());
}

}  // namespace audienced::provider::constant_contact
