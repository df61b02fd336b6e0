#include "provider/provider.hpp"

namespace audienced::provider {
namespace {

class SendAsIs final : public ValueRules {
public:
    Fit fit(std::size_t, std::string_view, std::string&) const override { return {}; }
};

}  // namespace

std::size_t Provider::encoded_bytes(const model::Member&, const std::vector<std::string>&) const {
    return 0;
}

std::unique_ptr<ValueRules> Provider::value_rules(std::vector<Field>) const {
    return std::make_unique<SendAsIs>();
}

std::vector<MappingProblem> Provider::check_mapping(const std::vector<model::FieldMap>&,
                                                    const Destination&) const {
    return {};
}

std::optional<model::ProviderTime> Provider::clock() const {
    return std::nullopt;
}

std::size_t Provider::rows_of_call(const model::Batch& batch) const {
    return batch.members.size() + batch.leavers.size();
}

awaitable<result<void>> Provider::check_new_groups(std::string, std::vector<std::string>) {
    co_return result<void>{};
}

awaitable<result<std::vector<JobState>>> Provider::poll(std::vector<std::string>) {
    co_return make_error(Errc::bug, "this provider gives no tickets");
}

awaitable<result<std::string>> Provider::find_lost_job(LostJob) {
    co_return std::string();
}

awaitable<result<std::vector<model::Outcome>>> Provider::collect(std::string, const model::Batch&) {
    co_return make_error(Errc::bug, "this provider gives no tickets");
}

}  // namespace audienced::provider
