#include "inspect/old_values.hpp"

namespace audienced::inspect {
namespace {

// A call takes half a second, and a person waits; the provider counts it in the account's quota.
constexpr std::size_t most_rows = 100;
constexpr std::chrono::seconds span{20};

}  // namespace

awaitable<result<void>> read_old_values(run::Environment& env, const run::Prepared& prepared,
                                        std::vector<PreviewRow>& rows) {
    const Deadline end = env.time->steady() + span;
    const std::string& destination = prepared.definition.settings.destination;
    std::size_t asked = 0;
    for (PreviewRow& row : rows) {
        if (asked == most_rows || env.time->steady() >= end) break;
        if (row.values.empty()) continue;
        ++asked;
        std::vector<std::string> fields;
        for (const auto& [field, value] : row.values) fields.push_back(field);
        auto contact =
            co_await prepared.definition.session->provider->read_contact(destination, row.address, fields);
        if (!contact && contact.error().code == Errc::cancelled) co_return contact.error();
        // Another error would meet the next ones as well.
        if (!contact) break;
        row.old = std::move(*contact);
    }
    co_return result<void>{};
}

}  // namespace audienced::inspect
