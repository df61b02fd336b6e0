#include "provider/constant_contact/wire/outcomes_from_import.hpp"

#include <charconv>

#include "base/text.hpp"
#include "provider/constant_contact/wire/limits.hpp"
#include "provider/refusal.hpp"

namespace audienced::provider::constant_contact {

using Class = model::RejectClass;

std::optional<LineError> parse_line_error(std::string_view message) {
    message = trim(message);
    if (message.size() < 6 || !iequals(message.substr(0, 5), "line ")) return std::nullopt;
    LineError out;
    const char* end = message.data() + message.size();
    const auto [rest, bad] = std::from_chars(message.data() + 5, end, out.line);
    if (bad != std::errc{} || rest == end || *rest != ':') return std::nullopt;
    out.words = trim(std::string_view(rest + 1, static_cast<std::size_t>(end - rest - 1)));
    return out;
}

model::Outcome outcome_of_message(std::string_view message) {
    model::Outcome o;
    o.detail = without_addresses(message);
    if (icontains(message, "unsubscribed") || icontains(message, "opted out")) {
        o.kind = model::Outcome::Kind::suppressed;
        o.opt_out = model::OptOutReason::unsubscribed;
        return o;
    }
    o.kind = model::Outcome::Kind::rejected;
    o.reject_class = Class::fix_data;
    o.code = icontains(message, "email") || icontains(message, "e-mail") ? "bad_address" : "bad_value";
    return o;
}

std::vector<model::Outcome> outcomes_before(const model::Batch& batch) {
    std::vector<model::Outcome> out(batch.members.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (batch.members[i].address.size() <= max_address_bytes) continue;
        out[i].kind = model::Outcome::Kind::rejected;
        out[i].reject_class = Class::fix_data;
        out[i].code = "address_too_long";
        out[i].detail = "Constant Contact takes at most " + std::to_string(max_address_bytes) + " characters";
    }
    return out;
}

Unnamed outcomes_from_import(const Activity& job, std::span<const std::size_t> rows,
                             std::vector<model::Outcome>& outcomes) {
    for (const std::size_t row : rows) outcomes[row].kind = model::Outcome::Kind::delivered;
    Unnamed left;
    left.refused = job.refused;
    left.failed = job.failed;
    for (const std::string& message : job.errors) {
        const auto error = parse_line_error(message);
        if (!error || error->line < 2 || error->line - 2 >= rows.size()) continue;
        model::Outcome& o = outcomes[rows[error->line - 2]];
        if (o.kind != model::Outcome::Kind::delivered) continue;  // told twice, counted once
        o = outcome_of_message(error->words);
        std::uint64_t& counted = o.kind == model::Outcome::Kind::suppressed ? left.refused : left.failed;
        if (counted > 0) --counted;
    }
    // Lines that the service never read, because an import was too large for it, stay unknown. Not every
    // kind of job says whether the total counts the header, so a difference of one line is accepted.
    if (!job.total || *job.total >= rows.size()) return left;
    for (std::size_t i = *job.total > 0 ? *job.total - 1 : 0; i < rows.size(); ++i) {
        outcomes[rows[i]] = model::Outcome{};
        outcomes[rows[i]].code = "dropped";
    }
    return left;
}

}  // namespace audienced::provider::constant_contact
