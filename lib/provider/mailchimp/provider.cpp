#include "provider/mailchimp/provider.hpp"

#include <iterator>

#include "provider/batch_shape.hpp"
#include "provider/listing_check.hpp"
#include "provider/mailchimp/groups.hpp"
#include "provider/mailchimp/membership.hpp"
#include "provider/mailchimp/reading.hpp"
#include "provider/mailchimp/upsert.hpp"
#include "provider/mailchimp/wire/check_mapping.hpp"
#include "provider/mailchimp/wire/classify_response.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/mailchimp/wire/values.hpp"

namespace audienced::provider::mailchimp {

MailchimpProvider::MailchimpProvider(const ProviderArgs& args, http::Url base)
    : session_(args, std::move(base)) {}

Limits MailchimpProvider::limits() const noexcept {
    Limits l;
    l.members_per_upsert = max_members_per_upsert;
    l.members_per_membership = max_members_per_tag_change;
    l.batches_at_once = calls_at_once;
    l.clears_empty = true;
    l.title_bytes = max_tag_bytes;
    return l;
}

awaitable<result<Account>> MailchimpProvider::check_account() {
    Call call = ask_account();
    auto answer = co_await session_.need(std::move(call), "reading the account");
    if (!answer) co_return answer.error();
    auto account = read_account(answer->response.body);
    // Mailchimp's page "user levels": from Manager on a user may import into an audience.
    if (account && !may_change_audiences(account->role))
        co_return make_error(Errc::refused,
                             "the user of this connection has the role " + account->role +
                                 " in the Mailchimp account " + account->name +
                                 ", which may not change an audience",
                             may_write_hint);
    co_return account;
}

awaitable<result<std::vector<Field>>> MailchimpProvider::ask_fields(const std::string& audience) {
    Call ask = ask_merge_fields(audience);
    auto listed = co_await session_.need(std::move(ask), "reading the merge fields of audience " + audience);
    if (!listed) co_return listed.error();
    co_return read_merge_fields(listed->response.body);
}

awaitable<result<std::vector<Destination>>> MailchimpProvider::list_destinations() {
    std::vector<Destination> out;
    ListingCheck check("Mailchimp's list of audiences", page_size);
    for (;;) {
        if (auto may = check.next_page(); !may) co_return may.error();
        Call call = ask_audiences(out.size());
        auto answer = co_await session_.need(std::move(call), "reading the audiences");
        if (!answer) co_return answer.error();
        auto page = read_audiences(answer->response.body);
        if (!page) co_return page.error();
        const std::size_t got = page->audiences.size();
        std::move(page->audiences.begin(), page->audiences.end(), std::back_inserter(out));
        if (got == 0 || out.size() >= page->total) break;
    }
    for (Destination& one : out) {
        auto fields = co_await ask_fields(one.id);
        if (!fields) co_return fields.error();
        one.fields = std::move(*fields);
    }
    co_return out;
}

awaitable<result<Destination>> MailchimpProvider::check_destination(std::string id) {
    Call about = ask_audience(id);
    auto answer = co_await session_.call(std::move(about));
    if (!answer) co_return answer.error();
    if (answer->response.status == 404)
        co_return make_error(
            Errc::not_found, "Mailchimp has no audience " + id,
            "its id has ten letters and digits: audiencectl connection destinations lists the audiences");
    if (!answer->response.ok()) co_return refusal(answer->response, "reading audience " + id);
    auto destination = read_audience(answer->response.body);
    if (!destination) co_return destination.error();
    auto fields = co_await ask_fields(id);
    if (!fields) co_return fields.error();
    session_.learn_field_types(id, *fields);
    destination->fields = std::move(*fields);
    co_return destination;
}

std::string MailchimpProvider::field_name(std::string_view mapped) const {
    return merge_tag(mapped);
}

std::unique_ptr<ValueRules> MailchimpProvider::value_rules(std::vector<Field> fields) const {
    return make_value_rules(std::move(fields));
}

std::vector<MappingProblem> MailchimpProvider::check_mapping(const std::vector<model::FieldMap>& mapping,
                                                             const Destination& destination) const {
    return mailchimp::check_mapping(mapping, destination);
}

awaitable<result<void>> MailchimpProvider::create_fields(std::string destination,
                                                         std::vector<std::string> fields) {
    return mailchimp::create_fields(session_, std::move(destination), std::move(fields));
}

awaitable<result<GroupLayout>> MailchimpProvider::find_groups(const model::Export& definition,
                                                              std::vector<std::string> segment_titles,
                                                              std::vector<model::Group> known) {
    return mailchimp::find_groups(session_, definition.destination, std::move(segment_titles),
                                  std::move(known));
}

awaitable<result<void>> MailchimpProvider::check_new_groups(std::string destination,
                                                            std::vector<std::string> titles) {
    return mailchimp::check_new_groups(session_, std::move(destination), std::move(titles));
}

awaitable<result<model::Group>> MailchimpProvider::make_group(std::string destination, std::string title) {
    return mailchimp::make_group(session_, std::move(destination), std::move(title));
}

awaitable<result<std::optional<ContactNow>>> MailchimpProvider::read_contact(ContactQuestion question) {
    return mailchimp::read_contact(session_, std::move(question));
}

awaitable<result<void>> MailchimpProvider::list_members(std::string destination, model::Group group,
                                                        ContactSink& sink) {
    return list_tag_members(session_, std::move(destination), std::move(group), sink);
}

awaitable<result<PullMark>> MailchimpProvider::pull(PullRequest request, ContactSink& sink) {
    return mailchimp::pull(session_, std::move(request), sink);
}

awaitable<result<Submitted>> MailchimpProvider::submit(const model::Batch& batch) {
    if (auto wrong = wrong_shape(batch, limits())) co_return std::move(*wrong);
    auto task =
        batch.kind == model::BatchKind::upsert ? upsert(session_, batch) : change_membership(session_, batch);
    auto outcomes = co_await std::move(task);
    if (!outcomes) co_return outcomes.error();
    Submitted done;
    done.outcomes = std::move(*outcomes);
    co_return done;
}

}  // namespace audienced::provider::mailchimp
