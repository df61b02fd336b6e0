#include "mailchimp/row.hpp"

#include <algorithm>

#include "mailchimp/address.hpp"
#include "mailchimp/problem.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

std::string wrong_type(const char* wanted, const json& value) {
    return std::string("Schema describes ") + wanted + ", " + (value.is_null() ? "NULL" : value.type_name()) +
           " found instead";
}

/// A member named `name` of the wanted type, or a refusal in `row`.
const json* typed(const json& item, const char* name, const char* type, bool ok_when(const json&), Row& row) {
    const auto found = item.find(name);
    if (found == item.end()) return nullptr;
    if (ok_when(*found)) return &*found;
    if (!row.refused) row.refused = ValueRefusal{name, wrong_type(type, *found), true};
    return nullptr;
}

bool is_text(const json& v) {
    return v.is_string();
}
bool is_flag(const json& v) {
    return v.is_boolean();
}
bool is_list(const json& v) {
    return v.is_array();
}
bool is_map(const json& v) {
    return v.is_object();
}

void read_status(const json& item, const char* name, std::optional<Status>& into, bool bulk, Row& row) {
    const json* value = typed(item, name, "string", is_text, row);
    if (!value) return;
    into = parse_status(value->get<std::string>());
    const bool writable = into && *into != Status::forgotten && (*into != Status::archived || !bulk);
    if (!writable && !row.refused)
        row.refused = ValueRefusal{name, "Value did not match any of the allowed values", true};
}

RowOutcome refusal(std::string text, std::string field = {}, std::string field_message = {}) {
    RowOutcome outcome;
    outcome.text = std::move(text);
    outcome.field = std::move(field);
    outcome.field_message = std::move(field_message);
    return outcome;
}

std::string unsubscribed_text(const Row& row, const Member& known) {
    return known.status == Status::unsubscribed && known.origin == Origin::self
               ? row.address + " is already a list member in compliance state. " + row.address + " " +
                     in_compliance
               : row.address + " " + in_compliance;
}

std::size_t contacts_of(const Account& account) {
    std::size_t n = 0;
    for (const auto& [id, list] : account.lists)
        n += list->members.size() - list->by_status[std::size_t(Status::archived)] -
             list->by_status[std::size_t(Status::cleaned)] - list->by_status[std::size_t(Status::forgotten)];
    return n;
}

/// What stands against taking this address as a new contact; empty: nothing.
std::string against_new(World& world, const Account& account, const Row& row, const Member* known) {
    const auto& knobs = world.knobs;
    if (knobs.mc_signup_guard > 0 && known && known->sign_ups >= knobs.mc_signup_guard)
        return row.address +
               " has signed up to a lot of lists very recently; we're not allowing more signups for now";
    if (knobs.mc_member_limit > 0 && contacts_of(account) >= static_cast<std::size_t>(knobs.mc_member_limit))
        return "Your account has reached its contact limit.";
    return {};
}

void apply_tags(World& world, List& list, Member& member, const Row& row, bool sync) {
    if (sync) {
        for (const int id : std::vector<int>(member.segments)) {
            Segment& segment = list.segments.at(id);
            const bool wanted = std::any_of(row.tags.begin(), row.tags.end(),
                                            [&](const auto& name) { return list.tag(name) == &segment; });
            if (!wanted) remove_from_segment(world, list, member, segment, Cause::api);
        }
    }
    for (const auto& name : row.tags)
        add_to_segment(world, list, member, need_tag(world, list, name), Cause::api);
}

}  // namespace

Row read_row(const json& item, bool bulk) {
    Row row;
    if (!item.is_object()) {
        row.refused = ValueRefusal{"", wrong_type("object", item), true};
        return row;
    }
    if (const json* value = typed(item, "email_address", "string", is_text, row)) {
        row.sent_address = value->get<std::string>();
        row.address = normalise_address(row.sent_address);
    } else if (bulk && !row.refused) {
        row.refused = ValueRefusal{"email_address", "Required fields were not provided: email_address", true};
    }
    read_status(item, "status", row.wish.status, bulk, row);
    read_status(item, "status_if_new", row.wish.status_if_new, bulk, row);
    row.wish.bulk = bulk;
    const auto fields = item.find("merge_fields");
    if (fields != item.end()) row.merge_fields = &*fields;
    if (const json* tags = typed(item, "tags", "array", is_list, row)) {
        for (const auto& tag : *tags) {
            if (tag.is_string() && !tag.get_ref<const std::string&>().empty())
                row.tags.push_back(tag.get<std::string>());
            else if (!row.refused)
                row.refused = ValueRefusal{"tags", wrong_type("string", tag), true};
        }
    }
    if (const json* interests = typed(item, "interests", "object", is_map, row))
        for (const auto& [id, on] : interests->items())
            row.interests.emplace_back(id, on.is_boolean() && on.get<bool>());
    if (const json* vip = typed(item, "vip", "boolean", is_flag, row)) row.vip = vip->get<bool>();
    if (const json* language = typed(item, "language", "string", is_text, row))
        row.language = language->get<std::string>();
    if (const json* type = typed(item, "email_type", "string", is_text, row))
        row.email_type = type->get<std::string>();
    return row;
}

RowOutcome apply_row(World& world, Account& account, List& list, const Row& row, Member* known,
                     const RowRules& rules) {
    const Verdict verdict = decide(known, row.wish, world.knobs);
    const auto refused = [&](std::string text, std::string field = {}, std::string message = {}) {
        RowOutcome outcome = refusal(std::move(text), std::move(field), std::move(message));
        outcome.verdict = verdict.kind;
        return outcome;
    };
    using Kind = Verdict::Kind;
    if (verdict.kind == Kind::not_validated) return refused(not_validated_detail);
    if (verdict.kind == Kind::forgotten) return refused(row.address + " " + deleted_for_good);
    if (verdict.kind == Kind::compliance) return refused(unsubscribed_text(row, *known));
    if (verdict.kind == Kind::exists)
        return refused(row.address + " is already a list member. Use PUT to insert or update list members.");
    for (const auto& [id, on] : row.interests)
        if (!list.interests.contains(id)) return refused("Invalid interest ID: '" + id + "'.");
    ValueChanges values = read_values(list, row.merge_fields, known, rules.skip_required);
    if (values.refused)
        return refused(values.refused->schema ? not_validated_detail : "Your merge fields were invalid.",
                       values.refused->field, values.refused->message);
    if (verdict.as_new)
        if (auto text = against_new(world, account, row, known); !text.empty())
            return refused(std::move(text));

    RowOutcome outcome;
    outcome.is_new = verdict.as_new;
    outcome.verdict = verdict.kind;
    if (verdict.kind == Kind::create)
        known = &create_member(world, list, row.address, verdict.status, Cause::api);
    if (verdict.kind == Kind::set) set_status(world, list, *known, verdict.status, Origin::api, Cause::api);
    for (auto& [slot, text] : values.set) set_value(world, list, *known, slot, std::move(text), Cause::api);
    if (rules.take_tags) apply_tags(world, list, *known, row, rules.sync_tags);
    for (const auto& [id, on] : row.interests) {
        std::erase_if(known->interests, [&, name = id](const auto& pair) { return pair.first == name; });
        known->interests.emplace_back(id, on);
    }
    if (row.vip) known->vip = *row.vip;
    if (row.language) known->language = *row.language;
    if (row.email_type) known->email_type = *row.email_type;
    touch(world, list, *known, Cause::api);
    ++world.counters.members_written;
    outcome.member = known;
    return outcome;
}

}  // namespace audienced::sandbox::mailchimp
