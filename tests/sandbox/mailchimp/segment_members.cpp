// Who is in a segment: the batch call that adds and removes 500 at once, and the single ones.
#include <algorithm>
#include <unordered_set>

#include "mailchimp/address.hpp"
#include "mailchimp/change.hpp"
#include "mailchimp/member_json.hpp"
#include "mailchimp/segment_json.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

constexpr std::size_t most_addresses = 500;

/// Contacts that have just been created are not there yet for segments.
bool visible(const World& world, const Member& member) {
    return world.now() - double(member.created) >= world.knobs.mc_segment_delay_seconds;
}

bool may_join(const World& world, const Member& member) {
    if (!visible(world, member)) return false;
    if (member.status == Status::subscribed) return true;
    return world.knobs.mc_segment_add_unsubscribed == "added" && member.status != Status::archived &&
           member.status != Status::forgotten;
}

bool may_leave(const World& world, const Member& member) {
    return visible(world, member) && member.status != Status::archived && member.status != Status::forgotten;
}

struct Wanted {
    std::vector<Member*> members;  // on the list; the others are passed over without a word
    bool asked = false;
};

Step<Wanted> read_wanted(Call& call, List& list, const json& body, const char* name, bool joining) {
    Wanted wanted;
    const auto found = body.find(name);
    if (found == body.end()) return wanted;
    if (!found->is_array())
        return schema_refusal(field_error(name, std::string("Schema describes array, ") +
                                                    (found->is_null() ? "NULL" : found->type_name()) +
                                                    " found instead"));
    if (found->size() > most_addresses)
        return invalid(
            "Maximum allowed member items exceeded, please provide at most 500 items in members_to_add field "
            "or "
            "members_to_remove field");
    std::unordered_set<std::string> seen;
    for (const auto& item : *found) {
        if (!item.is_string())
            return schema_refusal(field_error(
                name, "Schema describes string, " + std::string(item.type_name()) + " found instead"));
        wanted.asked = true;
        const std::string address = normalise_address(item.get<std::string>());
        if (is_indigestible(address, call.world.knobs.mc_blocked_domains)) return deep_error();
        if (!seen.insert(address).second) continue;
        Member* member = list.find(address);
        if (member && (joining ? may_join(call.world, *member) : may_leave(call.world, *member)))
            wanted.members.push_back(member);
    }
    if (wanted.asked && wanted.members.empty())
        return schema_refusal(field_error(name, "None of the emails provided were subscribed to the list"));
    return wanted;
}

void append_segment_members(std::string& out, const MemberPrinter& printer,
                            const std::vector<Member*>& members) {
    out += '[';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += ',';
        printer.append(out, *members[i]);
    }
    out += ']';
}

json row_error(const std::vector<Member*>& members, const char* text) {
    json addresses = json::array();
    for (const auto* member : members) addresses.push_back(member->email);
    return {{"email_addresses", std::move(addresses)}, {"error", text}};
}

Step<Segment*> static_segment(Call& call, List& list) {
    auto segment = find_segment(call, list);
    if (!segment) return segment;
    if ((*segment)->type != "static")
        return problem(
            404, "Resource Not Found",
            "A Static Segment with an id of " + call.params.at(1) + " does not exist for this list.");
    return segment;
}

}  // namespace

Reply batch_segment_members(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto segment = static_segment(call, **list);
    if (!segment) return segment.error();
    auto body = read_body(call);
    if (!body) return body.error();
    auto joining = read_wanted(call, **list, *body, "members_to_add", true);
    if (!joining) return joining.error();
    auto leaving = read_wanted(call, **list, *body, "members_to_remove", false);
    if (!leaving) return leaving.error();

    std::vector<Member*> added, removed, already, absent;
    for (Member* member : joining->members)
        (add_to_segment(call.world, **list, *member, **segment, Cause::api) ? added : already)
            .push_back(member);
    for (Member* member : leaving->members)
        (remove_from_segment(call.world, **list, *member, **segment, Cause::api) ? removed : absent)
            .push_back(member);
    json errors = json::array();
    if (!already.empty())
        errors.push_back(row_error(already, "Email addresses already exist in the static segment"));
    if (!absent.empty())
        errors.push_back(row_error(absent, "Email addresses do not exist in the static segment"));

    const int lie = call.world.knobs.mc_total_added_zero_every;
    const bool lying = lie > 0 && ++call.account.segment_calls % static_cast<std::uint64_t>(lie) == 0;
    const std::size_t total_added = lying ? 0 : added.size(), total_removed = lying ? 0 : removed.size();
    if (lying) {  // applied all the same
        added.clear();
        removed.clear();
    }
    const MemberPrinter printer(call.world, call.account, **list, FieldFilter(), "");
    Reply reply;
    append_segment_members(reply.body += R"({"members_added":)", printer, added);
    append_segment_members(reply.body += R"(,"members_removed":)", printer, removed);
    reply.body += R"(,"errors":)" + print_json(errors) + R"(,"total_added":)" + std::to_string(total_added) +
                  R"(,"total_removed":)" + std::to_string(total_removed) + R"(,"error_count":)" +
                  std::to_string(errors.size()) + R"(,"_links":[]})";
    return reply;
}

Reply get_segment_members(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto segment = find_segment(call, **list);
    if (!segment) return segment.error();
    const std::size_t count = std::min<std::size_t>(call.request.number("count", 10), 1000);
    const std::size_t offset = call.request.number("offset", 0);
    const auto shown = [&](const Member& member) {
        switch (member.status) {
            case Status::subscribed:
                return true;
            case Status::unsubscribed:
                return call.request.flag("include_unsubscribed");
            case Status::cleaned:
                return call.request.flag("include_cleaned");
            case Status::transactional:
                return call.request.flag("include_transactional");
            default:
                return false;
        }
    };
    const FieldFilter fields(call.request);
    const MemberPrinter printer(call.world, call.account, **list, fields, "members.");
    Reply reply;
    std::string& out = reply.body = R"({"members":[)";
    std::size_t n = 0;
    (*segment)->members.each([&](std::uint32_t place) {
        const Member& member = (*list)->members[place];
        if (!shown(member)) return;
        if (n >= offset && n < offset + count) {
            if (out.back() != '[') out += ',';
            printer.append(out, member);
        }
        ++n;
    });
    out += ']';
    if (fields.wants("total_items")) out += R"(,"total_items":)" + std::to_string(n);
    if (fields.wants("_links")) out += R"(,"_links":[])";
    out += '}';
    return reply;
}

Reply post_segment_member(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto segment = static_segment(call, **list);
    if (!segment) return segment.error();
    auto body = read_body(call);
    if (!body) return body.error();
    Member* member = (*list)->find(normalise_address(text_of(*body, "email_address")));
    if (!member || !may_join(call.world, *member)) return not_found();
    add_to_segment(call.world, **list, *member, **segment, Cause::api);
    Reply reply;
    MemberPrinter(call.world, call.account, **list, FieldFilter(), "").append(reply.body, *member);
    return reply;
}

Reply delete_segment_member(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto segment = static_segment(call, **list);
    if (!segment) return segment.error();
    Member* member = (*list)->find_id(call.params.at(2));
    if (!member || !(*segment)->members.has(member->place)) return not_found();
    remove_from_segment(call.world, **list, *member, **segment, Cause::api);
    return empty_reply(204);
}

}  // namespace audienced::sandbox::mailchimp
