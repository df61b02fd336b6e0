#pragma once

#include "provider/mailchimp/session.hpp"
#include "provider/provider.hpp"

namespace audienced::provider::mailchimp {

class MailchimpProvider final : public Provider {
public:
    MailchimpProvider(const ProviderArgs& args, http::Url base);

    Limits limits() const noexcept override;
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
    awaitable<result<void>> check_new_groups(std::string destination,
                                             std::vector<std::string> titles) override;
    awaitable<result<model::Group>> make_group(std::string destination, std::string title) override;
    awaitable<result<std::optional<ContactNow>>> read_contact(ContactQuestion question) override;
    awaitable<result<void>> list_members(std::string destination, model::Group group,
                                         ContactSink& sink) override;
    awaitable<result<PullMark>> pull(PullRequest request, ContactSink& sink) override;
    std::optional<model::ProviderTime> clock() const override { return session_.provider_now(); }
    awaitable<result<Submitted>> submit(const model::Batch& batch) override;

private:
    awaitable<result<std::vector<Field>>> ask_fields(const std::string& audience);

    Session session_;
};

}  // namespace audienced::provider::mailchimp
