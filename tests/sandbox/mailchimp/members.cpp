// Single contacts: read, upsert, change, add, archive, delete for good.
#include "base/text.hpp"
#include "mailchimp/address.hpp"
#include "mailchimp/member_json.hpp"
#include "mailchimp/routes.hpp"
#include "mailchimp/row.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

Reply printed(Call& call, const List& list, const Member& member) {
    Reply reply;
    MemberPrinter(call.world, call.account, list, FieldFilter(call.request), "").append(reply.body, member);
    return reply;
}

/// How a single call tells what the bulk call puts into a row.
Reply as_problem(const Row& row, const RowOutcome& outcome) {
    using Kind = Verdict::Kind;
    switch (outcome.verdict) {
        case Kind::forgotten:
            return problem(400, "Forgotten Email Not Subscribed", outcome.text);
        case Kind::compliance:
            return problem(400, "Member In Compliance State", outcome.text);
        case Kind::exists:
            return problem(400, "Member Exists", outcome.text);
        case Kind::not_validated:
            return schema_refusal(
                field_error("status_if_new", "Required fields were not provided: status_if_new"));
        default:
            break;
    }
    (void)row;
    if (outcome.field.empty()) return invalid(outcome.text);
    return invalid(outcome.text, field_error(outcome.field, outcome.field_message));
}

std::optional<Reply> bad_address(const Row& row, const Knobs& knobs) {
    if (!has_valid_syntax(row.address)) return invalid("Please provide a valid email address.");
    if (knobs.mc_fake_addresses && looks_fake(row.address))
        return invalid(row.address + " looks fake or invalid, please enter a real email address.");
    return std::nullopt;
}

/// PUT and PATCH on a known contact; PUT creates an unknown one.
Reply write_member(Call& call, bool may_create) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    Row row = read_row(*body, false);
    if (row.refused) return schema_refusal(field_error(row.refused->field, row.refused->message));
    Member* known = (*list)->find_id(call.params.at(1));
    if (known && known->status == Status::forgotten) {
        if (!may_create) return not_found();
        row.address = known->email;
        return problem(400, "Forgotten Email Not Subscribed", row.address + " " + deleted_for_good);
    }
    if (!known && !may_create) return not_found();
    if (!known && call.params.at(1).find('@') != std::string::npos && row.address.empty())
        row.address = normalise_address(call.params.at(1));
    if (!known && row.address.empty())
        return schema_refusal(
            field_error("email_address", "Required fields were not provided: email_address"));
    if (row.address.empty()) row.address = known->email;
    if (auto bad = bad_address(row, call.world.knobs)) return *bad;
    if (!known) known = (*list)->find(row.address);  // an id of another spelling
    if (known && known->status == Status::forgotten)
        return problem(400, "Forgotten Email Not Subscribed", row.address + " " + deleted_for_good);
    const bool renames = known && row.address != known->email;
    if (renames && (*list)->find(row.address))
        return problem(400, "Member Exists",
                       row.address + " is already a list member. Use PUT to insert or update list members.");
    RowRules rules;
    rules.skip_required = call.request.flag("skip_merge_validation");
    rules.take_tags = false;  // not in this call's schema
    const RowOutcome outcome = apply_row(call.world, call.account, **list, row, known, rules);
    if (!outcome.member) return as_problem(row, outcome);
    if (renames) rename_member(call.world, **list, *outcome.member, row.address, Cause::api);
    return printed(call, **list, *outcome.member);
}

}  // namespace

Reply get_member(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    const Member* member = known_member(call, **list);
    return member ? printed(call, **list, *member) : not_found();
}

Reply put_member(Call& call) {
    return write_member(call, true);
}
Reply patch_member(Call& call) {
    return write_member(call, false);
}

Reply post_member(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto body = read_body(call);
    if (!body) return body.error();
    Row row = read_row(*body, false);
    if (row.refused) return schema_refusal(field_error(row.refused->field, row.refused->message));
    if (row.address.empty())
        return schema_refusal(
            field_error("email_address", "Required fields were not provided: email_address"));
    if (!row.wish.status)
        return schema_refusal(field_error("status", "Required fields were not provided: status"));
    if (auto bad = bad_address(row, call.world.knobs)) return *bad;
    row.wish.update_existing = false;
    RowRules rules;
    rules.skip_required = call.request.flag("skip_merge_validation");
    const RowOutcome outcome =
        apply_row(call.world, call.account, **list, row, (*list)->find(row.address), rules);
    return outcome.member ? printed(call, **list, *outcome.member) : as_problem(row, outcome);
}

Reply archive_member(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    Member* member = known_member(call, **list);
    if (!member) return not_found();
    if (member->status == Status::archived || member->status == Status::pending ||
        member->status == Status::cleaned) {
        Reply reply =
            problem(405, "Method Not Allowed", "This list member cannot be removed. Please contact support.");
        reply.headers.emplace_back("Allow", "GET, PUT");
        return reply;
    }
    set_status(call.world, **list, *member, Status::archived, Origin::none, Cause::api);
    return empty_reply(204);
}

Reply delete_member_for_good(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    Member* member = known_member(call, **list);
    if (!member) return not_found();
    forget_member(call.world, **list, *member, Cause::api);
    return empty_reply(204);
}

}  // namespace audienced::sandbox::mailchimp
