#include "provider/mailchimp/reading.hpp"

#include <algorithm>

#include "provider/listing_check.hpp"
#include "provider/mailchimp/pages.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/server_clock.hpp"

namespace audienced::provider::mailchimp {
namespace {

std::vector<ContactStatus> statuses_of(const MembersPage& page) {
    std::vector<ContactStatus> out;
    out.reserve(page.members.size());
    for (const ReplyMember& m : page.members) {
        const auto state = state_of(m.status);
        if (m.address.empty() || !state) continue;
        ContactStatus s;
        s.address = m.address;
        s.state = *state;
        s.contact_id = model::ContactId(m.contact_id);
        s.tags = m.tags;
        out.push_back(std::move(s));
    }
    return out;
}

result<ContactNow> read_contact_now(const std::string& body, const std::vector<Field>& fields) {
    auto member = read_member(body);
    if (!member) return member.error();
    auto values = read_values(body, fields);
    if (!values) return values.error();
    ContactNow out;
    out.status.address = member->address;
    out.status.contact_id = model::ContactId(member->contact_id);
    out.status.state = state_of(member->status).value_or(ContactStatus::State::on_hold);
    if (member->all_tags) {
        out.status.tags.emplace();
        for (const Tag& tag : member->tags) out.status.tags->emplace_back(tag.id);
    }
    out.state_word = member->status;
    out.values = std::move(*values);
    return out;
}

struct Listing {
    std::string audience, status;  // of members; or
    std::string tag_id;            // of a tag, then without status
    std::optional<model::ProviderTime> since;
};

Call ask(const Listing& l, std::size_t offset) {
    return l.tag_id.empty() ? ask_members(l.audience, l.status, l.since, offset)
                            : ask_tag_members(l.audience, l.tag_id, offset);
}

/// What reading one listing or several has told.
struct Progress {
    std::optional<model::ProviderTime> began;
    bool complete = true;
    /// Time does not go back: an answer of an earlier time shows that those before it told a wrong one.
    void answered(model::ProviderTime at) { began = began ? std::min(*began, at) : at; }
};

awaitable<result<void>> read_all(Session& session, Listing listing, ContactSink& sink, Progress& progress) {
    Pages pages;
    ListingCheck check("Mailchimp's list of members", page_size - page_overlap);
    for (bool more = true; more;) {
        if (auto may = check.next_page(); !may) co_return may.error();
        Call call = ask(listing, pages.offset());
        auto answer =
            co_await session.need(std::move(call), "reading members of audience " + listing.audience);
        if (!answer) co_return answer.error();
        progress.answered(answer->at);
        auto page = read_members(std::move(answer->response.body));
        if (!page) co_return page.error();
        for (const ReplyMember& m : page->members) check.row(m.address);
        check.page_read(page->total);
        more = pages.next(*page);
        std::vector<ContactStatus> statuses = statuses_of(*page);
        if (statuses.empty()) continue;
        auto taken = co_await sink.seen(std::move(statuses));
        if (!taken) co_return taken.error();
    }
    progress.complete = progress.complete && check.complete();
    co_return result<void>{};
}

std::vector<Listing> listings(const PullRequest& request) {
    std::vector<Listing> out;
    const auto add = [&](const char* status, std::optional<model::ProviderTime> since) {
        Listing l;
        l.audience = request.destination;
        l.status = status;
        l.since = since;
        out.push_back(std::move(l));
    };
    for (const char* status : {"unsubscribed", "cleaned", "pending", "archived"}) add(status, request.since);
    if (request.came_back_since) add("subscribed", request.came_back_since);
    return out;
}

}  // namespace

awaitable<result<PullMark>> pull(Session& session, PullRequest request, ContactSink& sink) {
    Progress progress;
    std::vector<Listing> all = listings(request);
    for (Listing& listing : all) {
        auto read = co_await read_all(session, std::move(listing), sink, progress);
        if (!read) co_return read.error();
    }
    PullMark mark;
    mark.began = progress.began.value_or(session.provider_now());
    mark.next_since = next_since(mark.began, pull_overlap, session.last_change);
    mark.complete = progress.complete;
    co_return mark;
}

awaitable<result<std::optional<ContactNow>>> read_contact(Session& session, ContactQuestion question) {
    std::optional<ContactNow> found;
    std::string id = question.contact_id.text();
    for (;;) {
        Call call = ask_whole_member(question.destination, id, question.address);
        auto answer = co_await session.call(std::move(call));
        if (!answer) co_return answer.error();
        if (answer->response.status == 404 && !id.empty() && !question.address.empty()) {
            id.clear();  // made anew, perhaps
            continue;
        }
        if (answer->response.status == 404) co_return found;
        if (!answer->response.ok()) co_return refusal(answer->response, "reading a member");
        auto contact = read_contact_now(answer->response.body, question.fields);
        if (!contact) co_return contact.error();
        found = std::move(*contact);
        co_return found;
    }
}

awaitable<result<void>> list_tag_members(Session& session, std::string audience, model::Group tag,
                                         ContactSink& sink) {
    Progress progress;
    Listing listing;
    listing.audience = std::move(audience);
    listing.tag_id = tag.id.text();
    auto read = co_await read_all(session, std::move(listing), sink, progress);
    if (!read) co_return read.error();
    // A member that is missing here would count as given by this program, and be taken off later.
    if (!progress.complete)
        co_return retryable(Errc::bad_answer,
                            "Mailchimp lists fewer members of tag \"" + tag.title + "\" than it claims",
                            "the next run reads them again");
    co_return result<void>{};
}

}  // namespace audienced::provider::mailchimp
