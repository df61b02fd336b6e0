#include "provider/value_rules.hpp"

namespace audienced::provider {

void fit_values(const ValueRules& rules, FieldValues& values, std::vector<std::string>& rewritten,
                std::vector<DroppedValue>& dropped) {
    rewritten.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i] || values[i]->empty()) continue;
        const Fit fit = rules.fit(i, *values[i], rewritten[i]);
        if (fit.kind == Fit::Kind::as_is) continue;
        if (fit.kind == Fit::Kind::rewritten) {
            values[i] = rewritten[i];
        } else {
            values[i].reset();
            dropped.push_back({i, fit.code, fit.why});
        }
    }
    rules.fit_together(values, dropped);
}

}  // namespace audienced::provider
