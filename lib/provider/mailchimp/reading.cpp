#include "provider/mailchimp/reading.hpp"

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
        out.push_back(std::move(s));
    }
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

awaitable<result<void>> read_all(Session& session, Listing listing, ContactSink& sink,
                                 std::optional<model::ProviderTime>& began) {
    Pages pages;
    for (bool more = true; more;) {
        Call call = ask(listing, pages.offset());
        auto answer =
            co_await session.need(std::move(call), "reading members of audience " + listing.audience);
        if (!answer) co_return answer.error();
        if (!began) began = provider_time_from_header(answer->response, session.time().now());
        auto page = read_members(std::move(answer->response.body));
        if (!page) co_return page.error();
        more = pages.next(*page);
        std::vector<ContactStatus> statuses = statuses_of(*page);
        if (statuses.empty()) continue;
        auto taken = co_await sink.seen(std::move(statuses));
        if (!taken) co_return taken.error();
    }
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
    std::optional<model::ProviderTime> began;
    std::vector<Listing> all = listings(request);
    for (Listing& listing : all) {
        auto read = co_await read_all(session, std::move(listing), sink, began);
        if (!read) co_return read.error();
    }
    PullMark mark;
    mark.next_since =
        began.value_or(model::provider_time_from_our_clock(session.time().now())) - pull_overlap;
    co_return mark;
}

awaitable<result<void>> list_tag_members(Session& session, std::string audience, model::Group tag,
                                         ContactSink& sink) {
    std::optional<model::ProviderTime> began;
    Listing listing;
    listing.audience = std::move(audience);
    listing.tag_id = tag.id.text();
    co_return co_await read_all(session, std::move(listing), sink, began);
}

}  // namespace audienced::provider::mailchimp
