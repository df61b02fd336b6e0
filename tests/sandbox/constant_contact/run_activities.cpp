// Jobs run on the sandbox's clock, one after another per account, and take effect when they complete.
#include <algorithm>

#include "constant_contact/change.hpp"
#include "constant_contact/routes.hpp"

namespace audienced::sandbox::constant_contact {
namespace {

void import_row(World& world, Account& account, const Activity& activity, const ImportRow& row,
                Activity& out) {
    Contact* contact = account.find_email(row.email);
    if (!contact) {
        contact = &create_contact(world, account, row.email, Permission::implied, Cause::api);
    } else if (contact->deleted) {
        revive_contact(world, *contact, Cause::api);
    }
    for (const auto& [key, text] : row.values) set_value(world, account, *contact, key, text, Cause::api);
    ++world.counters.members_written;
    const bool on_hold =
        contact->permission == Permission::temp_hold && world.knobs.cc_temp_hold_rows == "refused";
    if (contact->permission == Permission::unsubscribed || on_hold) {
        ++out.cannot_add;
        return;
    }
    for (const auto& id : activity.lists) {
        const auto list = account.lists.find(id);
        if (list == account.lists.end()) continue;  // deleted in between
        if (contact->lists.size() >= 50 && !list->second.members.has(contact->place)) {
            ++out.errors;
            return;
        }
        join_list(world, account, *contact, list->second, Cause::api);
    }
    ++out.people;
}

void run_import(World& world, Account& account, Activity& activity, std::size_t rows) {
    for (std::size_t i = 0; i < activity.rows.size() && i < rows; ++i) {
        const ImportRow& row = activity.rows[i];
        if (row.error == "(duplicate)") continue;
        if (row.error.empty()) {
            import_row(world, account, activity, row, activity);
            continue;
        }
        ++(row.correctable ? activity.correctable : activity.errors);
        activity.messages.push_back("Line " + std::to_string(i + 2) + ": " +
                                    row.error);  // the header is line 1
    }
}

std::vector<std::uint32_t> chosen(Account& account, const Activity& activity) {
    std::vector<std::uint32_t> places;
    for (const auto& id : activity.contact_ids)
        if (Contact* contact = account.find_id(id); contact && !contact->deleted)
            places.push_back(contact->place);
    for (const auto& id : activity.source_lists)
        if (const auto list = account.lists.find(id); list != account.lists.end())
            list->second.members.each([&](std::uint32_t place) { places.push_back(place); });
    if (activity.all_active)
        for (const auto& contact : account.contacts)
            if (may_be_mailed(contact)) places.push_back(contact.place);
    std::erase_if(places, [&](std::uint32_t place) {
        const auto& id = account.contacts[place].id;
        return std::find(activity.excluded.begin(), activity.excluded.end(), id) != activity.excluded.end();
    });
    return places;
}

void delete_list(World& world, Account& account, const std::string& id) {
    const auto found = account.lists.find(id);
    if (found == account.lists.end()) return;
    std::vector<std::uint32_t> places;
    found->second.members.each([&](std::uint32_t place) { places.push_back(place); });
    for (const auto place : places)
        leave_list(world, account, account.contacts[place], found->second, Cause::api);
    account.lists.erase(found);
}

void change_tags(Contact& contact, const std::vector<std::string>& tags, bool add) {
    for (const auto& tag : tags) {
        std::erase(contact.tags, tag);
        if (add) contact.tags.push_back(tag);
    }
}

void run_other(World& world, Account& account, Activity& activity) {
    if (activity.kind == "list_delete") {
        for (const auto& id : activity.lists) delete_list(world, account, id);
        activity.done = activity.lists.size();
        return;
    }
    const auto places = chosen(account, activity);
    activity.items = activity.done = places.size();
    for (const auto place : places) {
        Contact& contact = account.contacts[place];
        if (activity.kind == "contact_delete") delete_contact(world, account, contact, Cause::api);
        if (activity.kind == "contacts_taggings_add") change_tags(contact, activity.tags, true);
        if (activity.kind == "contacts_taggings_remove") change_tags(contact, activity.tags, false);
        for (const auto& id : activity.lists) {
            const auto list = account.lists.find(id);
            if (list == account.lists.end()) continue;
            if (activity.kind == "remove_list_memberships")
                leave_list(world, account, contact, list->second, Cause::api);
            else if (activity.kind == "add_list_memberships" &&
                     contact.permission != Permission::unsubscribed)
                join_list(world, account, contact, list->second, Cause::api);
        }
    }
}

void complete(World& world, Account& account, Activity& activity) {
    world.asked_at = activity.asked;
    if (activity.outcome == "completed") {
        if (activity.is_import())
            run_import(world, account, activity, activity.rows.size());
        else
            run_other(world, account, activity);
    } else if (activity.outcome == "timed_out" && activity.is_import()) {
        run_import(world, account, activity, activity.rows.size() / 2);  // as far as it came
    }
    activity.state = activity.outcome == "vanished" ? "completed" : activity.outcome;
    activity.rows.clear();
    activity.rows.shrink_to_fit();
}

}  // namespace

void run_activities(World& world, Account& account) {
    const double now = world.now();
    double free_from = account.jobs_held_until;
    if (account.jobs_held) return;
    for (auto& activity : account.activities) {
        const bool ended = activity.state != "initialized" && activity.state != "processing";
        if (ended) {
            if (activity.completed >= 0) free_from = activity.completed;
            continue;
        }
        const double start = world.knobs.cc_activities_parallel
                                 ? std::max(activity.created, account.jobs_held_until)
                                 : std::max(activity.created, free_from);
        const double rows = double(std::max(activity.rows.size(), activity.contact_ids.size()));
        const double end = start + world.knobs.cc_activity_seconds +
                           rows / 1000 * world.knobs.cc_activity_ms_per_1000 / 1000;
        free_from = end;
        if (now < start) continue;
        activity.state = "processing";
        activity.started = start;
        if (now < end) continue;
        activity.completed = end;
        complete(world, account, activity);
    }
    const double kept = world.knobs.cc_activity_keep_days * 86400;
    std::erase_if(account.activities, [&](const Activity& a) {
        return a.completed >= 0 && (a.completed + kept < now || a.outcome == "vanished");
    });
}

}  // namespace audienced::sandbox::constant_contact
