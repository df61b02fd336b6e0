// The short answers of responses.hpp, read as a tree.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/domain.hpp"
#include "provider/constant_contact/wire/responses.hpp"
#include "provider/instant.hpp"
#include "provider/json_answer.hpp"
#include "provider/refusal.hpp"

namespace audienced::provider::constant_contact {
namespace {

using nlohmann::json;

Error unreadable(const char* about) {
    return provider::unreadable("Constant Contact", about);
}

/// Where the next page is; only ever under `path`.
std::optional<std::string> next_of(const json& v, std::string_view path) {
    std::string href = text(at(at(v, "_links"), "next"), "href");
    if (!href.empty() && !href.starts_with(std::string(path) + "?")) return std::nullopt;
    return href;
}

Activity::Kind kind_by_counters(const json& status) {
    for (const char* import_only : {"person_count", "correctable_count", "cannot_add_to_list_count"})
        if (number(status, import_only)) return Activity::Kind::import;
    return number(status, "list_count") ? Activity::Kind::other : Activity::Kind::not_told;
}

Activity activity_of(const json& v) {
    Activity a;
    a.id = text(v, "activity_id");
    a.state = text(v, "state");
    if (const json& errors = at(v, "activity_errors"); errors.is_array())
        for (const json& e : errors)
            a.errors.push_back(e.is_string() ? e.get<std::string>() : text(e, "message"));
    const json& status = at(v, "status");
    a.total = number(status, "items_total_count");
    a.completed = number(status, "items_completed_count");
    a.failed = number(status, "error_count").value_or(0) + number(status, "correctable_count").value_or(0);
    a.refused = number(status, "cannot_add_to_list_count").value_or(0);
    a.created_at = parse_instant(text(v, "created_at"));
    a.completed_at = parse_instant(text(v, "completed_at"));
    a.kind = kind_by_counters(status);
    return a;
}

Tag tag_of(const json& v) {
    Tag t;
    t.id = text(v, "tag_id");
    t.name = text(v, "name");
    return t;
}

Field field_of(const json& v) {
    Field f;
    f.id = text(v, "custom_field_id");
    if (const std::string name = text(v, "name"); !name.empty()) f.name = "cf:" + name;
    f.label = text(v, "label");
    f.type = text(v, "type");
    if (const json& choices = at(v, "choices"); choices.is_array())
        for (const json& c : choices)
            if (std::string label = text(c, "choice_label"); !label.empty())
                f.choices.push_back(std::move(label));
    const json& metadata = at(v, "metadata");
    f.format = text(metadata, "currency_code");
    if (const auto places = number(metadata, "decimal_places")) f.decimals = static_cast<unsigned>(*places);
    if (at(metadata, "integer") == true) f.decimals = 0;
    if (const json& negative = at(metadata, "allow_negative"); negative.is_boolean())
        f.below_zero = negative.get<bool>();
    else if (f.type == "number")
        f.below_zero = false;  // the reference: "By default, this value is false"
    return f;
}

/// Of fields that the contact shows under their own name, and of custom fields that are no choice: what
/// stands for a phone number or an address of an import is not documented.
std::optional<std::string> value_of(const json& contact, const Field& field) {
    if (!field.name.starts_with("cf:")) {
        constexpr std::string_view own[] = {"first_name",  "last_name",      "job_title",   "company_name",
                                            "anniversary", "birthday_month", "birthday_day"};
        if (std::find(std::begin(own), std::end(own), field.name) == std::end(own)) return std::nullopt;
        return text(contact, field.name.c_str());
    }
    if (field.type == "single_select" || field.type == "multi_select") return std::nullopt;
    if (const json& all = at(contact, "custom_fields"); all.is_array())
        for (const json& one : all)
            if (text(one, "custom_field_id") == field.id) return text(one, "value");
    return std::string();
}

}  // namespace

std::optional<Problem> read_problem(std::string_view body) {
    const json v = parse_answer(body);
    const json& one = v.is_array() && !v.empty() ? v.front() : v;
    if (!v.is_object() && !v.is_array()) return std::nullopt;
    Problem p;
    p.key = text(one, "error_key");
    p.message = text(one, "error_message");
    if (p.message.empty()) p.message = text(one, "message");
    return p;
}

std::string Problem::words() const {
    return without_addresses(message.empty() ? key : key.empty() ? message : key + ": " + message);
}

result<Activity> read_activity(std::string_view body) {
    Activity a = activity_of(parse_answer(body));
    if (a.id.empty() || a.state.empty()) return unreadable("a job");
    return a;
}

result<ActivitiesPage> read_activities(std::string_view body) {
    const json v = parse_answer(body);
    const json& list = at(v, "activities");
    const auto next = next_of(v, "/v3/activities");
    if (!list.is_array() || !next) return unreadable("its jobs");
    ActivitiesPage page;
    page.next = *next;
    for (const json& one : list) page.activities.push_back(activity_of(one));
    return page;
}

result<Contact> read_contact(std::string_view body) {
    const json v = parse_answer(body);
    const json& address = at(v, "email_address");
    Contact c;
    c.id = text(v, "contact_id");
    c.address = comparable_address(text(address, "address"));
    c.permission = text(address, "permission_to_send");
    c.deleted = !text(v, "deleted_at").empty();
    if (const json& lists = at(v, "list_memberships"); lists.is_array())
        for (const json& one : lists)
            if (one.is_string()) c.lists.push_back(one.get<std::string>());
    if (c.id.empty()) return unreadable("a contact");
    return c;
}

result<ContactNow> read_whole_contact(std::string_view body, std::string_view list,
                                      const std::vector<Field>& fields) {
    auto contact = read_contact(body);
    if (!contact) return contact.error();
    const json v = parse_answer(body);
    ContactNow out;
    out.status.address = contact->address;
    out.status.contact_id = model::ContactId(contact->id);
    out.status.state = state_of(*contact);
    out.status.on_list =
        std::find(contact->lists.begin(), contact->lists.end(), list) != contact->lists.end();
    out.status.tags.emplace();
    if (const json& tags = at(v, "taggings"); tags.is_array())
        for (const json& one : tags)
            if (one.is_string()) out.status.tags->emplace_back(one.get<std::string>());
    out.state_word = contact->deleted ? "deleted" : contact->permission;
    for (const Field& field : fields) out.values.push_back(value_of(v, field));
    return out;
}

result<TagsPage> read_tags(std::string_view body) {
    const json v = parse_answer(body);
    const auto next = next_of(v, "/v3/contact_tags");
    if (!at(v, "tags").is_array() || !next) return unreadable("tags");
    TagsPage page;
    page.next = *next;
    for (const json& one : at(v, "tags"))
        if (Tag t = tag_of(one); !t.id.empty()) page.tags.push_back(std::move(t));
    return page;
}

result<Tag> read_tag(std::string_view body) {
    Tag t = tag_of(parse_answer(body));
    if (t.id.empty()) return unreadable("a new tag");
    return t;
}

result<FieldsPage> read_custom_fields(std::string_view body) {
    const json v = parse_answer(body);
    const auto next = next_of(v, "/v3/contact_custom_fields");
    if (!at(v, "custom_fields").is_array() || !next) return unreadable("custom fields");
    FieldsPage page;
    page.next = *next;
    for (const json& one : at(v, "custom_fields"))
        if (Field f = field_of(one); !f.name.empty()) page.fields.push_back(std::move(f));
    return page;
}

result<Field> read_custom_field(std::string_view body) {
    Field f = field_of(parse_answer(body));
    if (f.name.empty()) return unreadable("a new custom field");
    return f;
}

result<Account> read_account(std::string_view body) {
    const json v = parse_answer(body);
    Account a;
    a.id = text(v, "encoded_account_id");
    a.name = text(v, "organization_name");
    if (a.id.empty()) return unreadable("the account");
    return a;
}

result<ListAnswer> read_list(std::string_view body) {
    const json v = parse_answer(body);
    ListAnswer list;
    list.destination.id = text(v, "list_id");
    list.destination.name = text(v, "name");
    list.members = number(v, "membership_count");
    list.destination.members = list.members.value_or(0);
    list.created_at = parse_instant(text(v, "created_at"));
    if (list.destination.id.empty()) return unreadable("the list");
    return list;
}

result<ListsPage> read_lists(std::string_view body) {
    const json v = parse_answer(body);
    const auto next = next_of(v, "/v3/contact_lists");
    if (!at(v, "lists").is_array() || !next) return unreadable("its lists");
    ListsPage page;
    page.next = *next;
    for (const json& one : at(v, "lists")) {
        Destination d;
        d.id = text(one, "list_id");
        d.name = text(one, "name");
        d.members = number(one, "membership_count").value_or(0);
        if (d.id.empty()) return unreadable("its lists");
        page.lists.push_back(std::move(d));
    }
    return page;
}

ContactStatus::State state_of(const Contact& c) {
    using State = ContactStatus::State;
    if (c.deleted) return State::deleted;
    if (c.permission == "explicit" || c.permission == "implicit") return State::mailable;
    if (c.permission == "unsubscribed") return State::unsubscribed;
    if (c.permission == "pending_confirmation") return State::pending;
    return State::on_hold;  // temp_hold, not_set, and every word that is not known
}

}  // namespace audienced::provider::constant_contact
