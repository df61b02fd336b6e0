#pragma once

#include "provider/constant_contact/session.hpp"
#include "provider/provider.hpp"

namespace audienced::provider::constant_contact {

class ConstantContactProvider final : public Provider {
public:
    ConstantContactProvider(const ProviderArgs& args, http::Url base);

    Limits limits() const noexcept override;
    std::size_t encoded_bytes(const model::Member&, const std::vector<std::string>& fields) const override;
    awaitable<result<Account>> check_account() override;
    awaitable<result<std::vector<Destination>>> list_destinations() override;
    awaitable<result<Destination>> check_destination(std::string id) override;
    std::string field_name(std::string_view mapped) const override;
    std::unique_ptr<ValueRules> value_rules(std::vector<Field> fields) const override;
    std::vector<MappingProblem> check_mapping(const std::vector<model::FieldMap>& mapping,
                                              const Destination& destination) const override;
    awaitable<result<void>> create_fields(std::string destination, std::vector<std::string> fields) override;
    awaitable<result<GroupLayout>> find_groups(const model::Export& definition,
                                               std::vector<std::string> segment_titles,
                                               std::vector<model::Group> known) override;
    awaitable<result<model::Group>> make_group(std::string destination, std::string title) override;
    awaitable<result<std::optional<ContactNow>>> read_contact(ContactQuestion question) override;
    awaitable<result<void>> list_members(std::string destination, model::Group group,
                                         ContactSink& sink) override;
    awaitable<result<PullMark>> pull(PullRequest request, ContactSink& sink) override;
    std::optional<model::ProviderTime> clock() const override { return session_.provider_now(); }
    std::size_t rows_of_call(const model::Batch& batch) const override;
    awaitable<result<Submitted>> submit(const model::Batch& batch) override;
    awaitable<result<std::vector<JobState>>> poll(std::vector<std::string> tickets) override;
    awaitable<result<std::string>> find_lost_job(LostJob job) override;
    awaitable<result<std::vector<model::Outcome>>> collect(std::string ticket,
                                                           const model::Batch& batch) override;

private:
    /// Those of every account, and its own.
    awaitable<result<std::vector<Field>>> all_fields();

    Session session_;
};

}  // namespace audienced::provider::constant_contact
