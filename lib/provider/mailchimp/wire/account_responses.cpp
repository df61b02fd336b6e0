// The short answers of responses.hpp, read as a tree.
#include <nlohmann/json.hpp>

#include "base/domain.hpp"
#include "base/text.hpp"
#include "provider/json_answer.hpp"
#include "provider/mailchimp/wire/address_parts.hpp"
#include "provider/mailchimp/wire/responses.hpp"
#include "provider/refusal.hpp"

namespace audienced::provider::mailchimp {
namespace {

using nlohmann::json;

Error unreadable(const char* about) {
    return provider::unreadable("Mailchimp", about);
}

Tag tag_of(const json& v) {
    Tag t;
    t.id = text(v, "id");
    t.name = text(v, "name");
    return t;
}

/// A string, or a number in digits; else empty.
std::string text_or_number(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_number() ? value.dump() : std::string();
}

std::vector<Tag> tags_of(const json& list) {
    std::vector<Tag> out;
    if (list.is_array())
        for (const json& v : list)
            if (Tag t = tag_of(v); !t.id.empty()) out.push_back(std::move(t));
    return out;
}

}  // namespace

std::optional<Problem> read_problem(std::string_view body) {
    const json v = parse_answer(body);
    if (!v.is_object()) return std::nullopt;
    Problem p;
    p.type = text(v, "type");
    p.title = text(v, "title");
    p.detail = text(v, "detail");
    if (const json& errors = at(v, "errors"); errors.is_array())
        for (const json& e : errors) p.errors.push_back({text(e, "field"), text(e, "message")});
    return p;
}

bool Problem::says(std::string_view fragment) const {
    if (icontains(detail, fragment) || icontains(title, fragment)) return true;
    for (const Part& part : errors)
        if (icontains(part.message, fragment)) return true;
    return false;
}

std::string Problem::words() const {
    std::string out = title.empty() ? detail : title + (detail.empty() ? "" : ": " + detail);
    for (const Part& part : errors) out += " [" + part.field + ": " + part.message + "]";
    return without_addresses(out);
}

result<TagsPage> read_tags(std::string_view body) {
    const json v = parse_answer(body);
    if (!at(v, "segments").is_array()) return unreadable("tags");
    TagsPage out;
    out.tags = tags_of(at(v, "segments"));
    out.total = number(v, "total_items").value_or(0);
    return out;
}

result<Tag> read_tag(std::string_view body) {
    Tag t = tag_of(parse_answer(body));
    if (t.id.empty()) return unreadable("a new tag");
    return t;
}

result<OneMember> read_member(std::string_view body) {
    const json v = parse_answer(body);
    if (!v.is_object()) return unreadable("a member");
    OneMember m;
    m.address = comparable_address(text(v, "email_address"));
    m.status = text(v, "status");
    m.contact_id = text(v, "contact_id");
    m.tags = tags_of(at(v, "tags"));
    m.all_tags = at(v, "tags").is_array() && shows_all_tags(m.tags.size(), number(v, "tags_count"));
    return m;
}

result<std::vector<std::optional<std::string>>> read_values(std::string_view body,
                                                            const std::vector<Field>& fields) {
    const json v = parse_answer(body);
    const json& merge = at(v, "merge_fields");
    if (!merge.is_object()) return unreadable("the values of a member");
    std::vector<std::optional<std::string>> out;
    for (const Field& field : fields) {
        const auto part = split_part(field.name);
        const json& whole = at(merge, part ? std::string(part->tag).c_str() : field.name.c_str());
        const json& value = part ? at(whole, std::string(address_parts[part->part].name).c_str()) : whole;
        if (!part && value.is_object())
            out.emplace_back();  // an address as a whole
        else
            out.emplace_back(text_or_number(value));
    }
    return out;
}

bool shows_all_tags(std::size_t shown, std::optional<std::uint64_t> count) noexcept {
    constexpr std::size_t most = 50;
    return count ? shown >= *count : shown < most;
}

result<Account> read_account(std::string_view body) {
    const json v = parse_answer(body);
    Account a;
    a.id = text(v, "account_id");
    a.name = text(v, "account_name");
    a.role = text(v, "role");
    if (a.id.empty()) return unreadable("the account");
    return a;
}

bool may_change_audiences(std::string_view role) noexcept {
    return !iequals(role, "viewer") && !iequals(role, "author");
}

result<Destination> read_audience(std::string_view body) {
    const json v = parse_answer(body);
    Destination d;
    d.id = text(v, "id");
    d.name = text(v, "name");
    d.members = number(at(v, "stats"), "member_count").value_or(0);
    const auto is_on = [&](const char* key) { return at(v, key).is_boolean() && at(v, key).get<bool>(); };
    if (is_on("double_optin"))
        d.remarks.push_back("double opt-in is on for audience " + d.name +
                            ": Mailchimp does not ask the members that an export adds for a confirmation, "
                            "they are subscribed at "
                            "once");
    if (is_on("marketing_permissions"))
        d.remarks.push_back("audience " + d.name +
                            " has GDPR marketing permissions: members that an export adds have given none of "
                            "them, and campaigns that are sent by permission leave them out");
    d.had_members = false;  // no call undoes an unsubscribe here, whatever the contact was
    if (d.id.empty()) return unreadable("the audience");
    return d;
}

result<AudiencesPage> read_audiences(std::string_view body) {
    const json v = parse_answer(body);
    const auto total = number(v, "total_items");
    if (!at(v, "lists").is_array() || !total) return unreadable("its audiences");
    AudiencesPage page;
    page.total = *total;
    for (const json& one : at(v, "lists")) {
        Destination d;
        d.id = text(one, "id");
        d.name = text(one, "name");
        d.members = number(at(one, "stats"), "member_count").value_or(0);
        if (d.id.empty()) return unreadable("its audiences");
        page.audiences.push_back(std::move(d));
    }
    return page;
}

result<std::vector<Field>> read_merge_fields(std::string_view body) {
    const json v = parse_answer(body);
    const json& list = at(v, "merge_fields");
    if (!list.is_array()) return unreadable("merge fields");
    std::vector<Field> out;
    for (const json& entry : list) {
        Field f;
        f.id = text(entry, "merge_id");
        f.name = text(entry, "tag");
        f.label = text(entry, "name");
        f.type = text(entry, "type");
        f.required = at(entry, "required").is_boolean() && at(entry, "required").get<bool>();
        const json& options = at(entry, "options");
        if (const json& choices = at(options, "choices"); choices.is_array())
            for (const json& c : choices)
                if (c.is_string()) f.choices.push_back(c.get<std::string>());
        f.format = text(options, f.type == "phone" ? "phone_format" : "date_format");
        if (f.name.empty()) continue;
        std::vector<Field> parts;
        if (f.type == "address") parts = parts_of(f);
        out.push_back(std::move(f));
        std::move(parts.begin(), parts.end(), std::back_inserter(out));
    }
    return out;
}

std::optional<ContactStatus::State> state_of(std::string_view status) {
    using State = ContactStatus::State;
    if (status == "subscribed" || status == "transactional") return State::mailable;
    if (status == "unsubscribed") return State::unsubscribed;
    if (status == "cleaned") return State::cleaned;
    if (status == "pending") return State::pending;
    if (status == "archived") return State::archived;
    return std::nullopt;
}

}  // namespace audienced::provider::mailchimp
