#include "provider/constant_contact/provider.hpp"

#include <iterator>

#include "provider/batch_shape.hpp"
#include "provider/constant_contact/groups.hpp"
#include "provider/constant_contact/jobs.hpp"
#include "provider/constant_contact/lost_job.hpp"
#include "provider/constant_contact/membership.hpp"
#include "provider/constant_contact/reading.hpp"
#include "provider/constant_contact/upsert.hpp"
#include "provider/constant_contact/wire/check_mapping.hpp"
#include "provider/constant_contact/wire/fields.hpp"
#include "provider/constant_contact/wire/limits.hpp"
#include "provider/constant_contact/wire/values.hpp"
#include "provider/listing_check.hpp"

namespace audienced::provider::constant_contact {
namespace {

/// Made so lately that no contact can have joined it and left it unseen.
bool is_new(const ListAnswer& list, model::ProviderTime now) {
    constexpr std::chrono::days lately{1};
    return list.created_at && now - lately < *list.created_at && *list.created_at < now + lately;
}

}  // namespace

ConstantContactProvider::ConstantContactProvider(const ProviderArgs& args, http::Url base)
    : session_(args, std::move(base)) {}

Limits ConstantContactProvider::limits() const noexcept {
    Limits l;
    l.members_per_upsert = max_rows_per_import;
    l.bytes_per_upsert = max_import_bytes;
    l.members_per_membership = max_ids_per_activity;
    l.batches_at_once = batches_at_once;
    l.by_jobs = true;
    l.clears_empty = false;  // nothing documented clears a value in an import
    l.title_bytes = max_tag_bytes;
    return l;
}

std::size_t ConstantContactProvider::encoded_bytes(const model::Member& member,
                                                   const std::vector<std::string>&) const {
    return csv_bytes(member);
}

awaitable<result<Account>> ConstantContactProvider::check_account() {
    Call call = ask_account();
    auto answer = co_await session_.ask(std::move(call));
    if (!answer) co_return answer.error();
    if (answer->response.ok()) co_return read_account(answer->response.body);
    if (answer->response.status != 403) co_return refusal(answer->response, "reading the account");
    // Only the scope account_read shows it, and nothing else of what this program does needs that scope.
    const Error refused = session_.not_allowed(answer->response);
    Call modest = ask_one_list();
    auto lists = co_await session_.ask(std::move(modest));
    if (!lists) co_return lists.error();
    if (!lists->response.ok()) co_return refused;
    // List ids are unique over all accounts, so the application may stand for the account.
    Account account;
    account.id = "application " + session_.client_id();
    co_return account;
}

awaitable<result<std::vector<Destination>>> ConstantContactProvider::list_destinations() {
    std::vector<Destination> out;
    ListingCheck check("Constant Contact's list of lists", page_size);
    for (Call call = ask_lists();;) {
        if (auto may = check.next_page(call.path); !may) co_return may.error();
        auto answer = co_await session_.need(std::move(call), "reading the lists");
        if (!answer) co_return answer.error();
        auto page = read_lists(answer->response.body);
        if (!page) co_return page.error();
        std::move(page->lists.begin(), page->lists.end(), std::back_inserter(out));
        if (page->next.empty()) break;
        call = ask_next(page->next);
    }
    auto fields = co_await all_fields();
    if (!fields) co_return fields.error();
    for (Destination& one : out) one.fields = *fields;
    co_return out;
}

awaitable<result<std::vector<Field>>> ConstantContactProvider::all_fields() {
    auto learned = co_await learn_custom_fields(session_);
    if (!learned) co_return learned.error();
    std::vector<Field> out = standard_fields();
    out.insert(out.end(), session_.custom_fields.begin(), session_.custom_fields.end());
    co_return out;
}

awaitable<result<Destination>> ConstantContactProvider::check_destination(std::string id) {
    Call call = ask_list(id, "active");
    auto answer = co_await session_.call(std::move(call));
    if (!answer) co_return answer.error();
    if (answer->response.status == 404 || answer->response.status == 400)
        co_return make_error(
            Errc::not_found, "Constant Contact has no list " + id,
            "its id has 36 characters with dashes: audiencectl connection destinations lists "
            "the lists");
    if (!answer->response.ok()) co_return refusal(answer->response, "reading list " + id);
    auto list = read_list(answer->response.body);
    if (!list) co_return list.error();
    Destination destination = std::move(list->destination);
    if (list->members == 0 && is_new(*list, answer->at)) {
        Call count_all = ask_list(id, "all");
        auto counted = co_await session_.need(std::move(count_all), "counting the members of list " + id);
        if (!counted) co_return counted.error();
        auto all = read_list(counted->response.body);
        if (!all) co_return all.error();
        destination.had_members = all->members != 0;
    }
    auto fields = co_await all_fields();
    if (!fields) co_return fields.error();
    destination.fields = std::move(*fields);
    co_return destination;
}

std::string ConstantContactProvider::field_name(std::string_view mapped) const {
    return constant_contact::field_name(mapped, session_.custom_fields);
}

std::unique_ptr<ValueRules> ConstantContactProvider::value_rules(std::vector<Field> fields) const {
    return make_value_rules(std::move(fields));
}

std::vector<MappingProblem> ConstantContactProvider::check_mapping(
    const std::vector<model::FieldMap>& mapping, const Destination& destination) const {
    return constant_contact::check_mapping(mapping, destination);
}

awaitable<result<void>> ConstantContactProvider::create_fields(std::string, std::vector<std::string> fields) {
    return constant_contact::create_fields(session_, std::move(fields));
}

awaitable<result<GroupLayout>> ConstantContactProvider::find_groups(const model::Export& definition,
                                                                    std::vector<std::string> segment_titles,
                                                                    std::vector<model::Group> known) {
    return constant_contact::find_groups(session_, definition, std::move(segment_titles), std::move(known));
}

awaitable<result<model::Group>> ConstantContactProvider::make_group(std::string, std::string title) {
    return constant_contact::make_group(session_, std::move(title));
}

awaitable<result<std::optional<ContactNow>>> ConstantContactProvider::read_contact(ContactQuestion question) {
    return constant_contact::read_contact(session_, std::move(question));
}

awaitable<result<void>> ConstantContactProvider::list_members(std::string destination, model::Group group,
                                                              ContactSink& sink) {
    return list_group(session_, std::move(destination), std::move(group), sink);
}

awaitable<result<PullMark>> ConstantContactProvider::pull(PullRequest request, ContactSink& sink) {
    return constant_contact::pull(session_, std::move(request), sink);
}

std::size_t ConstantContactProvider::rows_of_call(const model::Batch& batch) const {
    return batch.kind == model::BatchKind::upsert ? sendable(batch).size() : Provider::rows_of_call(batch);
}

awaitable<result<Submitted>> ConstantContactProvider::submit(const model::Batch& batch) {
    if (auto wrong = wrong_shape(batch, limits())) co_return std::move(*wrong);
    auto task = batch.kind == model::BatchKind::upsert ? submit_import(session_, batch)
                                                       : submit_membership(session_, batch);
    co_return co_await std::move(task);
}

awaitable<result<std::vector<JobState>>> ConstantContactProvider::poll(std::vector<std::string> tickets) {
    return poll_jobs(session_, std::move(tickets));
}

awaitable<result<std::string>> ConstantContactProvider::find_lost_job(LostJob job) {
    return constant_contact::find_lost_job(session_, std::move(job));
}

awaitable<result<std::vector<model::Outcome>>> ConstantContactProvider::collect(std::string ticket,
                                                                                const model::Batch& batch) {
    return batch.kind == model::BatchKind::upsert ? collect_import(session_, std::move(ticket), batch)
                                                  : collect_membership(session_, std::move(ticket), batch);
}

}  // namespace audienced::provider::constant_contact
