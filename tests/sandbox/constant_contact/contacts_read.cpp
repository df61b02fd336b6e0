// Reading contacts: filters, sub-resources only when asked for, opaque cursors.
#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "constant_contact/contact_json.hpp"
#include "constant_contact/routes.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

std::vector<std::string> split(const std::optional<std::string>& text) {
    std::vector<std::string> out;
    std::string_view rest = text ? std::string_view(*text) : std::string_view{};
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        out.emplace_back(trim(rest.substr(0, comma)));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return out;
}

bool in(const std::vector<std::string>& list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

struct Filter {
    std::vector<std::string> statuses;
    std::vector<const List*> lists;
    std::string email;
    std::optional<double> times[6];  // updated, created, opted out: after and before
    bool takes(const Contact& c) const {
        if (!email.empty() && c.email != email) return false;
        if (statuses.empty()) {
            if (c.deleted) return false;
        } else if (!in(statuses, "all")) {
            const bool active = may_be_mailed(c);
            const bool named = c.deleted
                                   ? in(statuses, "deleted")
                                   : in(statuses, print(c.permission)) || (active && in(statuses, "active"));
            if (!named) return false;
        }
        if (!lists.empty() &&
            std::none_of(lists.begin(), lists.end(), [&](auto* l) { return l->members.has(c.place); }))
            return false;
        const double stamps[3] = {c.updated, c.created, c.opted_out};
        for (int i = 0; i < 3; ++i) {
            if (times[2 * i] && !(stamps[i] > *times[2 * i])) return false;
            if (times[2 * i + 1] && !(stamps[i] < *times[2 * i + 1])) return false;
        }
        return true;
    }
};

Step<Filter> read_filter(Call& call, const Request& request) {
    Filter filter;
    filter.statuses = split(request.param("status"));
    for (const auto& status : filter.statuses)
        if (status != "all" && status != "active" && status != "deleted" && !parse_permission(status))
            return invalid("status is invalid.");
    const auto lists = split(request.param("lists"));
    if (lists.size() > 25) return invalid("lists may hold at most 25 ids.");
    for (const auto& id : lists) {
        if (!is_uuid(id)) return invalid("lists is in an invalid format.");
        const auto found = call.account.lists.find(id);
        if (found == call.account.lists.end()) return not_found("list_id not found.");
        filter.lists.push_back(&found->second);
    }
    filter.email = normalise_address(request.param("email").value_or(""));
    const char* names[] = {"updated_after",  "updated_before", "created_after",
                           "created_before", "optout_after",   "optout_before"};
    for (int i = 0; i < 6; ++i) {
        const auto text = request.param(names[i]);
        if (!text) continue;
        filter.times[i] = parse_time(*text);
        if (!filter.times[i]) return invalid(std::string(names[i]) + " is in an invalid format.");
    }
    return filter;
}

Reply page(Call& call, const Request& request, std::uint32_t from) {
    auto filter = read_filter(call, request);
    if (!filter) return filter.error();
    const std::string asked = request.param("limit").value_or("50");
    const std::size_t limit = request.number("limit", asked == "50" ? 50 : 0);
    if (limit < 1 || limit > 500) return invalid("limit must be between 1 and 500.");
    const auto include = split(request.param("include"));
    Reply reply;
    std::string& out = reply.body = R"({"contacts":[)";
    std::size_t n = 0;
    const auto left_out = static_cast<std::size_t>(call.world.knobs.cc_listing_drops);
    std::uint32_t place = from;
    const auto& contacts = call.account.contacts;
    if (!filter->email.empty()) {  // at most one
        const Contact* known = call.account.find_email(filter->email);
        if (known && filter->takes(*known)) append_contact(out, call.account, *known, include);
        place = static_cast<std::uint32_t>(contacts.size());
    }
    for (; place < contacts.size() && n < limit; ++place) {
        if (!filter->takes(contacts[place])) continue;
        if (n++ < left_out) continue;
        if (n > left_out + 1) out += ',';
        append_contact(out, call.account, contacts[place], include);
    }
    while (place < contacts.size() && !filter->takes(contacts[place])) ++place;
    out += ']';
    if (request.flag("include_count")) {
        const auto total =
            std::count_if(contacts.begin(), contacts.end(), [&](const auto& c) { return filter->takes(c); });
        out += R"(,"contacts_count":)" + std::to_string(total);
    }
    if (place < contacts.size()) {
        std::string query;
        for (const auto& [name, value] : request.query)
            if (name != "next") query += name + "=" + percent_encode(value) + "&";
        out += R"(,"_links":{"next":{"href":"/v3/contacts?cursor=)" +
               base64url(query + "next=" + std::to_string(place)) + "\"}}";
    }
    out += '}';
    return reply;
}

}  // namespace

Reply get_contacts(Call& call) {
    const auto cursor = call.request.param("cursor");
    if (!cursor) return page(call, call.request, 0);
    const auto query = base64_decode(*cursor);
    if (!query || query->find("next=") == std::string::npos) return invalid("cursor is invalid.");
    Request request = call.request;
    request.target = "/v3/contacts?" + *query;
    split_target(request);
    return page(call, request, static_cast<std::uint32_t>(request.number("next", 0)));
}

Reply get_contact(Call& call) {
    if (!is_uuid(call.params.at(0))) return not_found("contact_id is in an invalid format.");
    const Contact* contact = call.account.find_id(call.params.at(0));
    if (!contact) return not_found();
    Reply reply;
    append_contact(reply.body, call.account, *contact, split(call.request.param("include")));
    return reply;
}

Reply count_contacts(Call& call) {
    std::size_t total = 0, given = 0, implied = 0, pending = 0, unsubscribed = 0;
    for (const auto& c : call.account.contacts) {
        if (c.deleted) continue;
        ++total;
        given += c.permission == Permission::given;
        implied += c.permission == Permission::implied;
        pending += c.permission == Permission::pending;
        unsubscribed += c.permission == Permission::unsubscribed;
    }
    return json_reply(200, {{"total", total},
                            {"explicit", given},
                            {"implicit", implied},
                            {"pending", pending},
                            {"unsubscribed", unsubscribed},
                            {"new_subscriber", 0}});
}

}  // namespace audienced::sandbox::constant_contact
