#include "inspect/sample_values.hpp"

#include <map>
#include <utility>

#include "inspect/look.hpp"
#include "plan/mapping.hpp"
#include "run/open_source.hpp"

namespace audienced::inspect {
namespace {

constexpr std::size_t rows_sampled = 50;  // of each segment

/// Fits the values of the first rows and counts what is left out.
class ValueSample final : public source::RowSink {
public:
    ValueSample(const plan::Mapping& mapping, const provider::ValueRules& rules, std::size_t fields)
        : mapping_(mapping), rules_(rules), filled_(fields) {}

    void begin_segment() { seen_ = 0; }

    bool row(std::uint64_t, std::span<const source::Value> row) override {
        mapping_.values(row, values_);
        for (std::size_t i = 0; i < values_.size(); ++i)
            if (values_[i] && !values_[i]->empty()) ++filled_[i];
        dropped_.clear();
        provider::fit_values(rules_, values_, rewritten_, dropped_);
        for (const provider::DroppedValue& d : dropped_) ++counts_[{d.field, d.why}];
        return ++seen_ < rows_sampled;
    }

    bool reject(std::uint64_t, std::string_view, std::optional<std::string_view>) override {
        return ++seen_ < rows_sampled;
    }

    std::vector<std::string> sentences(const std::vector<std::string>& names) const {
        std::vector<std::string> out;
        for (const auto& [what, n] : counts_) {
            const auto& [field, why] = what;
            // Of an address the part that is missing is named, which has no value.
            const std::string of = filled_[field] < n ? "" : " of " + std::to_string(filled_[field]);
            out.push_back(names[field] + ": " + std::to_string(n) + of +
                          " values in the first rows would be left out: " + std::string(why));
        }
        return out;
    }

private:
    const plan::Mapping& mapping_;
    const provider::ValueRules& rules_;
    std::vector<std::size_t> filled_;  // values of each field
    std::map<std::pair<std::size_t, std::string_view>, std::size_t> counts_;
    plan::FieldValues values_;
    std::vector<std::string> rewritten_;
    std::vector<provider::DroppedValue> dropped_;
    std::size_t seen_ = 0;
};

}  // namespace

awaitable<std::vector<std::string>> sample_values(run::Environment& env, const model::Export& definition,
                                                  const provider::ValueRules& rules,
                                                  const std::vector<std::string>& names,
                                                  run::DraftsPtr drafts) {
    if (names.empty()) co_return std::vector<std::string>();
    const plan::Mapping mapping(definition.email, definition.fields, definition.clear_empty);
    ValueSample sample(mapping, rules, names.size());
    auto sources = co_await run::open_sources(env, definition.segments, drafts);
    if (!sources) co_return std::vector<std::string>();
    for (const run::OpenSegment& open : sources->segments) {
        sample.begin_segment();
        const auto read = [&](std::stop_token stop) {
            return open.source->read(open.segment, mapping.columns(), sample, std::move(stop));
        };
        // Broken off on purpose, or for a reason that the description of the segment tells.
        auto done = co_await look(env, open.segment.source, read);
        if (!done && done.error().code == Errc::timeout) break;
    }
    co_return sample.sentences(names);
}

}  // namespace audienced::inspect
