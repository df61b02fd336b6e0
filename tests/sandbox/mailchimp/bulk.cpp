// POST /lists/{list}: up to 500 contacts in one call. The answer is 200 even when every row was refused.
#include <algorithm>
#include <unordered_set>

#include "mailchimp/address.hpp"
#include "mailchimp/member_json.hpp"
#include "mailchimp/routes.hpp"
#include "mailchimp/row.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

constexpr std::size_t most_members = 500;

struct RowError {
    std::string address, text, code, field, field_message;
};

/// The rows that are looked at, or the answer that refuses them all.
Step<std::vector<Row>> read_rows(const json& members, bool skip_duplicates) {
    std::vector<Row> rows;
    std::unordered_set<std::string> seen;
    for (const auto& item : members) {
        Row row = read_row(item, true);
        if (!row.address.empty() && !seen.insert(row.address).second) {
            if (skip_duplicates) continue;
            return invalid("Duplicate items found for email " + row.address +
                           ", please provide unique email address per member item");
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

RowError as_error(const Row& row, const RowOutcome& outcome) {
    const bool exists = outcome.verdict == Verdict::Kind::exists;
    return RowError{row.sent_address, outcome.text, exists ? "ERROR_CONTACT_EXISTS" : "ERROR_GENERIC",
                    outcome.field, outcome.field_message};
}

/// Refusals that need no look at the audience.
std::optional<RowError> refused_at_sight(const Row& row, const Knobs& knobs) {
    if (row.refused)
        return RowError{row.sent_address, not_validated_detail, "ERROR_GENERIC", row.refused->field,
                        row.refused->message};
    if (!has_valid_syntax(row.address))
        return RowError{row.sent_address, syntax_refusal(row.address), "ERROR_GENERIC", "", ""};
    if (knobs.mc_fake_addresses && looks_fake(row.address))
        return RowError{row.sent_address,
                        row.address + " looks fake or invalid, please enter a real email address.",
                        "ERROR_GENERIC", "", ""};
    return std::nullopt;
}

void append_members(std::string& out, const MemberPrinter& printer,
                    const std::vector<const Member*>& members) {
    out += '[';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += ',';
        printer.append(out, *members[i]);
    }
    out += ']';
}

void append_errors(std::string& out, const std::vector<RowError>& errors) {
    out += '[';
    for (const auto& error : errors) {
        if (out.back() != '[') out += ',';
        append_quoted(out += R"({"email_address":)", error.address);
        append_quoted(out += R"(,"error":)", error.text);
        append_quoted(out += R"(,"error_code":)", error.code);
        append_quoted(out += R"(,"field":)", error.field);
        append_quoted(out += R"(,"field_message":)", error.field_message);
        out += '}';
    }
    out += ']';
}

}  // namespace

Reply bulk_upsert(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    const auto members = body->find("members");
    if (members == body->end())
        return schema_refusal(field_error("members", "Required fields were not provided: members"));
    if (!members->is_array())
        return schema_refusal(field_error("members", "Schema describes array, object found instead"));
    if (members->size() > most_members)
        return invalid(
            "Maximum allowed member items exceeded, please provide at most 500 items in members field");
    auto rows = read_rows(*members, call.request.flag("skip_duplicate_check"));
    if (!rows) return rows.error();

    World& world = call.world;
    for (const Row& row : *rows)
        if (is_indigestible(row.address, world.knobs.mc_blocked_domains)) return deep_error();
    if (world.knobs.mc_value_errors == "whole_call")
        for (const Row& row : *rows)
            if (auto wrong = read_values(**list, row.merge_fields, (*list)->find(row.address), true).refused)
                return invalid("Your merge fields were invalid.", field_error(wrong->field, wrong->message));
    const bool update = flag_of(*body, "update_existing");
    RowRules rules;
    rules.skip_required = call.request.flag("skip_merge_validation");
    rules.sync_tags = flag_of(*body, "sync_tags");
    rules.take_tags = world.knobs.mc_bulk_tags;
    std::vector<const Member*> created, updated;
    std::vector<RowError> errors;
    for (auto& row : *rows) {
        if (auto refused = refused_at_sight(row, world.knobs)) {
            errors.push_back(std::move(*refused));
            continue;
        }
        row.wish.update_existing = update;
        if (row.wish.status) ++world.counters.zero.status_on_known;
        const RowOutcome outcome =
            apply_row(world, call.account, **list, row, (*list)->find(row.address), rules);
        if (!outcome.member)
            errors.push_back(as_error(row, outcome));
        else
            (outcome.is_new ? created : updated).push_back(outcome.member);
    }
    if (world.knobs.mc_shuffle_replies) {
        std::shuffle(created.begin(), created.end(), world.random);
        std::shuffle(updated.begin(), updated.end(), world.random);
    }
    const MemberPrinter printer(world, call.account, **list, FieldFilter(), "");
    Reply reply;
    reply.body.reserve((created.size() + updated.size()) * 3600 + 2000);
    append_members(reply.body += R"({"new_members":)", printer, created);
    append_members(reply.body += R"(,"updated_members":)", printer, updated);
    append_errors(reply.body += R"(,"errors":)", errors);
    reply.body += R"(,"total_created":)" + std::to_string(created.size()) + R"(,"total_updated":)" +
                  std::to_string(updated.size()) + R"(,"error_count":)" + std::to_string(errors.size()) +
                  R"(,"_links":[]})";
    return reply;
}

}  // namespace audienced::sandbox::mailchimp
