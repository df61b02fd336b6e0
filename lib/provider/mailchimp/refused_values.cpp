#include "provider/mailchimp/refused_values.hpp"

#include "base/text.hpp"
#include "provider/mailchimp/wire/requests.hpp"

namespace audienced::provider::mailchimp {
namespace {

/// A field of several parts (an address) is refused as a whole: ADDRESS for "ADDRESS.zip" too.
bool is_of(std::string_view mapped, std::string_view tag) {
    const std::string name = merge_tag(mapped);
    const std::string_view whole(name);
    return iequals(whole.substr(0, whole.find('.')), tag);
}

}  // namespace

bool RefusedValues::leave_out(std::size_t row, const model::Outcome& refusal,
                              const std::function<bool(std::string_view tag)>& is_required) {
    if (refusal.field.empty() || is_required(refusal.field)) return false;
    bool found = false;
    for (std::size_t i = 0; i < batch_.fields.size(); ++i) {
        const auto& values = batch().members[row].values;
        if (i >= values.size() || !values[i] || !is_of(batch_.fields[i], refusal.field)) continue;
        if (!without_) without_ = batch_;
        without_->members[row].values[i].reset();
        model::RefusedValue refused;
        refused.field = batch_.fields[i];
        refused.code = refusal.code;
        refused.detail = refusal.detail;
        refused_[row].push_back(std::move(refused));
        found = true;
    }
    return found;
}

void RefusedValues::report(std::vector<model::Outcome>& outcomes) const {
    for (const auto& [row, refused] : refused_)
        if (outcomes[row].kind == model::Outcome::Kind::delivered) outcomes[row].refused_values = refused;
}

}  // namespace audienced::provider::mailchimp
