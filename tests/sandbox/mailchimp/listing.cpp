// GET /lists/{list}/members: filters, an order, and offsets that drift when the audience changes in between.
#include <algorithm>

#include "mailchimp/member_json.hpp"
#include "mailchimp/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

struct Window {
    std::optional<double> since, before;
    bool holds(std::int64_t t) const {
        return (!since || double(t) > *since) && (!before || double(t) < *before);
    }
};

struct Filter {
    std::optional<Status> status;
    Window changed, opted;
    std::optional<double> unsubscribed_since;
    bool vip = false;
    std::string email_type, sort;
    bool descending = false;
    bool takes(const Member& member) const {
        if (member.status == Status::forgotten) return false;
        if (status ? member.status != *status : member.status == Status::archived) return false;
        if (vip && !member.vip) return false;
        if (!email_type.empty() && member.email_type != email_type) return false;
        if (unsubscribed_since && !(double(member.last_changed) > *unsubscribed_since)) return false;
        return changed.holds(member.last_changed) && opted.holds(member.opted);
    }
};

Step<Filter> read_filter(const Request& request) {
    Filter filter;
    const auto bad = [](const char* name, const char* message) {
        FieldErrors errors;
        errors.emplace_back(name, message);
        return schema_refusal(errors);
    };
    if (const auto text = request.param("status")) {
        filter.status = parse_status(*text);
        if (!filter.status || *filter.status == Status::forgotten)
            return bad("status", "Value did not match any of the allowed values");
    }
    const std::pair<const char*, std::optional<double>*> times[] = {
        {"since_last_changed", &filter.changed.since},
        {"before_last_changed", &filter.changed.before},
        {"since_timestamp_opt", &filter.opted.since},
        {"before_timestamp_opt", &filter.opted.before},
        {"unsubscribed_since", &filter.unsubscribed_since}};
    for (const auto& [name, slot] : times) {
        const auto text = request.param(name);
        if (!text || text->empty()) continue;
        *slot = parse_time(*text);
        if (!*slot) return bad(name, "Schema describes an ISO 8601 time");
    }
    if (filter.unsubscribed_since && filter.status != Status::unsubscribed)
        return bad("unsubscribed_since", "Needs status=unsubscribed");
    filter.vip = request.flag("vip_only");
    filter.email_type = request.param("email_type").value_or("");
    filter.sort = request.param("sort_field").value_or("");
    filter.descending = request.param("sort_dir") == "DESC";
    return filter;
}

/// Everything in the query but the page and the choice of fields.
std::string key_of(const Request& request) {
    std::string key;
    for (const auto& [name, value] : request.query)
        if (name != "offset" && name != "count" && name != "fields" && name != "exclude_fields")
            key += name + "=" + value + "&";
    return key;
}

std::vector<std::uint32_t> select(const List& list, const Filter& filter) {
    std::vector<std::uint32_t> out;
    for (const auto& member : list.members)
        if (filter.takes(member)) out.push_back(member.place);
    const auto time = [&](std::uint32_t place) {
        const Member& m = list.members[place];
        return filter.sort == "last_changed"    ? m.last_changed
               : filter.sort == "timestamp_opt" ? m.opted
                                                : m.created;
    };
    if (!filter.sort.empty())
        std::stable_sort(out.begin(), out.end(), [&](auto a, auto b) { return time(a) < time(b); });
    if (filter.descending) std::reverse(out.begin(), out.end());
    return out;
}

}  // namespace

Reply get_members(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    auto filter = read_filter(call.request);
    if (!filter) return filter.error();
    List& audience = **list;
    const std::string key = key_of(call.request) + "@" + std::to_string(audience.version);
    if (audience.listing_key != key) {
        audience.listing = select(audience, *filter);
        audience.listing_key = key;
    }
    const auto& found = audience.listing;
    const std::size_t count = std::min<std::size_t>(call.request.number("count", 10), 1000);
    const std::size_t offset = std::min(call.request.number("offset", 0), found.size());
    const std::size_t end = std::min(offset + count, found.size());

    const FieldFilter fields(call.request);
    Reply reply;
    std::string& out = reply.body = "{";
    const auto comma = [&] {
        if (out.size() > 1) out += ',';
    };
    if (fields.wants("members")) {
        const MemberPrinter printer(call.world, call.account, audience, fields, "members.");
        out += R"("members":[)";
        const auto left_out = static_cast<std::size_t>(call.world.knobs.mc_listing_drops);
        for (std::size_t i = offset + left_out; i < end; ++i) {
            if (i > offset + left_out) out += ',';
            printer.append(out, audience.members[found[i]]);
        }
        out += ']';
    }
    if (fields.wants("list_id")) comma(), append_quoted(out += R"("list_id":)", audience.id);
    if (fields.wants("total_items")) comma(), out += R"("total_items":)" + std::to_string(found.size());
    if (fields.wants("_links")) comma(), out += R"("_links":[])";
    out += '}';
    return reply;
}

}  // namespace audienced::sandbox::mailchimp
