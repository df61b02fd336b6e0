// The account, and its audiences as a whole.
#include <algorithm>

#include "mailchimp/routes.hpp"
#include "mailchimp/shown.hpp"
#include "wire/field_filter.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

json print_list(Call& call, List& list, bool with_total) {
    refresh_shown(call.world, list);
    const auto count = [&](Status status) { return list.shown_by_status[static_cast<std::size_t>(status)]; };
    const std::size_t fields = static_cast<std::size_t>(
        std::count_if(list.fields.begin(), list.fields.end(), [](const auto& f) { return !f.removed; }));
    json stats = {{"member_count", count(Status::subscribed)},
                  {"unsubscribe_count", count(Status::unsubscribed)},
                  {"cleaned_count", count(Status::cleaned)},
                  {"member_count_since_send", count(Status::subscribed)},
                  {"unsubscribe_count_since_send", 0},
                  {"cleaned_count_since_send", 0},
                  {"campaign_count", 0},
                  {"campaign_last_sent", ""},
                  {"merge_field_count", fields},
                  {"avg_sub_rate", 0},
                  {"avg_unsub_rate", 0},
                  {"target_sub_rate", 0},
                  {"open_rate", 0},
                  {"click_rate", 0},
                  {"last_sub_date", ""},
                  {"last_unsub_date", ""}};
    if (with_total)
        stats["total_contacts"] = count(Status::subscribed) + count(Status::unsubscribed) +
                                  count(Status::cleaned) + count(Status::pending) +
                                  count(Status::transactional) + count(Status::archived);
    return {{"id", list.id},
            {"web_id", list.web_id},
            {"name", list.name},
            {"contact", {{"company", call.account.name}, {"city", "Berlin"}, {"country", "DE"}}},
            {"permission_reminder", "You signed up on our site."},
            {"use_archive_bar", false},
            {"date_created", print_time(list.created, "+00:00")},
            {"list_rating", 0},
            {"email_type_option", false},
            {"double_optin", list.double_optin},
            {"has_welcome", false},
            {"marketing_permissions", list.marketing_permissions},
            {"visibility", "prv"},
            {"stats", std::move(stats)},
            {"_links", json::array()}};
}

Reply filtered(Call& call, json body) {
    FieldFilter(call.request).apply(body);
    return json_reply(200, body);
}

}  // namespace

Reply get_ping(Call&) {
    return text_reply(200, "application/json; charset=utf-8", R"({"health_status":"Everything's Chimpy!"})");
}

Reply get_root(Call& call) {
    std::size_t subscribers = 0;
    for (auto& [id, list] : call.account.lists) subscribers += list->active.size();
    const auto& credential = call.world.of<mailchimp::Accounts>().credentials.at(call.secret);
    return filtered(call, {{"account_id", call.account.id},
                           {"login_id", call.account.id + "-" + credential.user},
                           {"account_name", call.account.name},
                           {"email", "owner@" + call.account.name + ".example"},
                           {"first_name", "Olga"},
                           {"last_name", "Owner"},
                           {"username", credential.user},
                           {"role", call.account.users.at(credential.user).role},
                           {"pricing_plan_type", "monthly"},
                           {"total_subscribers", subscribers},
                           {"contact", {{"company", call.account.name}, {"country", "DE"}}},
                           {"_links", json::array()}});
}

Reply get_lists(Call& call) {
    const std::size_t count = std::min<std::size_t>(call.request.number("count", 10), 1000);
    const std::size_t offset = call.request.number("offset", 0);
    json lists = json::array();
    std::size_t n = 0;
    for (auto& [id, list] : call.account.lists)
        if (n++ >= offset && lists.size() < count)
            lists.push_back(print_list(call, *list, call.request.flag("include_total_contacts")));
    return filtered(
        call,
        {{"lists", std::move(lists)}, {"total_items", call.account.lists.size()}, {"_links", json::array()}});
}

Reply get_list(Call& call) {
    auto list = find_list(call);
    if (!list) return list.error();
    return filtered(call, print_list(call, **list, call.request.flag("include_total_contacts")));
}

}  // namespace audienced::sandbox::mailchimp
