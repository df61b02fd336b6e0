#include "provider/constant_contact/lost_job.hpp"

#include "provider/constant_contact/wire/limits.hpp"
#include "provider/constant_contact/wire/ticket.hpp"
#include "provider/listing_check.hpp"

namespace audienced::provider::constant_contact {
namespace {

// The servers that answer and those that keep the jobs do not agree to the second.
constexpr std::chrono::minutes clock_difference{1};

std::set<std::string> ids_of(const std::vector<std::string>& tickets) {
    std::set<std::string> out;
    for (const std::string& text : tickets) {
        const Ticket ticket = parse_ticket(text);
        out.insert(ticket.add);
        out.insert(ticket.remove);
    }
    return out;
}

}  // namespace

bool may_be_lost(const Activity& job, const LostJob& wanted, const std::set<std::string>& known) {
    if (job.id.empty() || known.contains(job.id) || job.kind == Activity::Kind::other) return false;
    if (!job.created_at || *job.created_at < wanted.not_before - clock_difference) return false;
    if (job.total) return *job.total == wanted.rows + 1;  // the header is a row
    // It counts nothing before it begins, and perhaps never if it fails. One that has completed is an import
    // only if it counts what imports count.
    return job.state != "completed" || job.kind == Activity::Kind::import;
}

awaitable<result<std::string>> find_lost_job(Session& session, LostJob wanted) {
    const std::set<std::string> known = ids_of(wanted.other_tickets);
    std::optional<Activity> found;
    ListingCheck check("Constant Contact's list of jobs", page_size);
    for (Call call = ask_activities();;) {
        if (auto may = check.next_page(call.path); !may) co_return may.error();
        auto answer = co_await session.need(std::move(call), "looking for an import whose answer was lost");
        if (!answer) co_return answer.error();
        auto page = read_activities(answer->response.body);
        if (!page) co_return page.error();
        for (Activity& job : page->activities)
            if (may_be_lost(job, wanted, known) && (!found || *job.created_at < *found->created_at))
                found = std::move(job);
        if (page->next.empty()) break;
        call = ask_next(page->next);
    }
    if (!found) co_return std::string();
    co_return std::move(found->id);
}

}  // namespace audienced::provider::constant_contact
