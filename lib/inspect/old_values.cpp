#include "inspect/old_values.hpp"

namespace audienced::inspect {
namespace {

// A call takes half a second, and a person waits; the provider counts it in the account's quota.
constexpr std::size_t most_rows = 100;
constexpr std::chrono::seconds span{20};

provider::Field field_called(const run::RunDefinition& definition, const std::string& wire) {
    for (std::size_t i = 0; i < definition.wire_fields.size(); ++i)
        if (definition.wire_fields[i] == wire) return definition.fields[i];
    return provider::Field{{}, wire};
}

}  // namespace

awaitable<result<void>> read_old_values(run::Environment& env, const run::Prepared& prepared,
                                        std::vector<PreviewRow>& rows) {
    const Deadline end = env.time->steady() + span;
    std::size_t asked = 0;
    for (PreviewRow& row : rows) {
        if (asked == most_rows || env.time->steady() >= end) break;
        if (row.values.empty()) continue;
        ++asked;
        provider::ContactQuestion question;
        question.destination = prepared.definition.settings.destination;
        question.address = row.address;
        for (const auto& [name, value] : row.values)
            question.fields.push_back(field_called(prepared.definition, name));
        auto contact = co_await prepared.definition.session->provider->read_contact(std::move(question));
        if (!contact && contact.error().code == Errc::cancelled) co_return contact.error();
        // Another error would meet the next ones as well.
        if (!contact) break;
        row.old = OldValues{std::move(*contact)};
    }
    co_return result<void>{};
}

}  // namespace audienced::inspect
