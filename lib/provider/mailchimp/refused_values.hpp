// Values that Mailchimp refuses: left out, so that the member is delivered without them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "model/batch.hpp"

namespace audienced::provider::mailchimp {

/// Values that their fields refuse. Mailchimp refuses the whole row for one of them; the row is sent once
/// more without it, so that the value is lost and not the person.
class RefusedValues {
public:
    explicit RefusedValues(const model::Batch& batch) : batch_(batch) {}

    /// The batch without what was left out so far.
    const model::Batch& batch() const noexcept { return without_ ? *without_ : batch_; }
    /// Leaves out what `refusal` names. False: it names no field, one that this row has no value for, or one
    /// that must have a value.
    bool leave_out(std::size_t row, const model::Outcome& refusal,
                   const std::function<bool(std::string_view tag)>& is_required);
    /// Tells of each delivered row what was left out of it.
    void report(std::vector<model::Outcome>& outcomes) const;

private:
    const model::Batch& batch_;
    std::optional<model::Batch> without_;
    std::map<std::size_t, std::vector<model::RefusedValue>> refused_;
};

}  // namespace audienced::provider::mailchimp
