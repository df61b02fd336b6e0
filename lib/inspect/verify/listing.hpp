// Compares one group page by page while it is listed, and then what is remembered of it with what was shown.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "inspect/verify/judge.hpp"
#include "inspect/verify/report.hpp"
#include "model/ids.hpp"
#include "plan/member_index.hpp"
#include "provider/provider.hpp"
#include "store/memberships.hpp"
#include "store/store.hpp"

namespace audienced::inspect {

/// A contact whose values are worth a look.
struct SampledContact {
    MemberHash member;
    std::string address;  // as the provider has it
    model::ContactId contact_id;
};

/// Evenly taken from all contacts that are shown, whatever their number.
class ContactSample {
public:
    ContactSample(std::size_t size, Random& random) : size_(size), random_(random) {}
    void offer(SampledContact contact);
    const std::vector<SampledContact>& chosen() const noexcept { return chosen_; }

private:
    std::size_t size_;
    Random& random_;
    std::uint64_t offered_ = 0;
    std::vector<SampledContact> chosen_;
};

struct ListingQuestion {
    model::DestinationId destination;
    store::GroupRow group;
    std::size_t examples = 0;  // of each kind
};

/// Some 24 bytes for each contact that is shown; the memory is looked up page by page.
class GroupComparison final : public provider::ContactSink {
public:
    GroupComparison(store::Store& store, ListingQuestion question, Verification& report,
                    ContactSample& sample);
    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override;
    /// After the last page: contacts that nothing is known of may be known under another address; then
    /// members that were not shown.
    awaitable<result<void>> finish();

private:
    result<void> one(store::Database&, const vault::Vault&, const provider::ContactStatus&);
    awaitable<result<void>> place_strangers();
    awaitable<result<void>> find_missing();
    result<void> missing(store::Database&, const vault::Vault&, const MemberHash&);
    void note(Drift kind, const MemberHash&, const std::string& address, std::string detail = {});
    GroupReport& group() { return report_.groups[place_]; }

    store::Store& store_;
    ListingQuestion q_;
    Verification& report_;
    ContactSample& sample_;
    std::size_t place_;                                         // of the group in the report
    plan::MemberIndex shown_;                                   // members that the listing shows
    std::map<std::string, provider::ContactStatus> strangers_;  // by contact id: nothing is known of them
};

}  // namespace audienced::inspect
