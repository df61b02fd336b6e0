#include "provider/mailchimp/wire/requests.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "provider/mailchimp/wire/json_text.hpp"
#include "provider/mailchimp/wire/limits.hpp"
#include "provider/mailchimp/wire/merge_columns.hpp"

namespace audienced::provider::mailchimp {
namespace {

Call get(std::string path) {
    Call c;
    c.path = std::move(path);
    c.timeout = call_timeout;
    c.max_response_bytes = max_reply_bytes;
    return c;
}

Call post(std::string path, std::string body) {
    Call c = get(std::move(path));
    c.method = http::Method::post;
    c.body = std::move(body);
    c.writes = true;
    return c;
}

std::string in_audience(std::string_view id, std::string_view rest = {}) {
    return "/3.0/lists/" + http::percent_encode(id) + std::string(rest);
}

std::string in_tag(std::string_view audience, std::string_view tag_id) {
    return in_audience(audience, "/segments/" + http::percent_encode(tag_id));
}

std::string one_member(std::string_view audience, std::string_view address) {
    return in_audience(audience, "/members/" + md5_hex(address));
}

/// Of one member, whose trouble is not to end the batch.
Call limited(Call call) {
    call.attempts = max_attempts_for_one;
    return call;
}

constexpr const char* fields_of_member = "?fields=email_address,status,contact_id,tags,tags_count";

std::string page(std::size_t offset) {
    return "count=" + std::to_string(page_size) + "&offset=" + std::to_string(offset);
}

void append_list(std::string& out, std::span<const std::string_view> texts) {
    out += '[';
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i > 0) out += ',';
        append_json(out, texts[i]);
    }
    out += ']';
}

}  // namespace

Call ask_account() {
    return get("/3.0/?fields=account_id,account_name,role");
}

Call ask_audience(std::string_view audience) {
    return get(
        in_audience(audience, "?fields=id,name,stats.member_count,double_optin,marketing_permissions"));
}

Call ask_audiences(std::size_t offset) {
    return get("/3.0/lists?" + page(offset) +
               "&fields=lists.id,lists.name,lists.stats.member_count,total_items");
}

Call ask_merge_fields(std::string_view audience) {
    return get(in_audience(
        audience, "/merge-fields?" + page(0) +
                      "&fields=merge_fields.merge_id,merge_fields.tag,merge_fields.name,merge_fields.type,"
                      "merge_fields.required,merge_fields.options.choices,merge_fields.options.phone_format,"
                      "merge_fields.options.date_format,total_items"));
}

Call make_merge_field(std::string_view audience, std::string_view tag, std::string_view label) {
    std::string body = "{\"tag\":";
    append_json(body, tag);
    body += ",\"name\":";
    append_json(body, truncate_utf8(label, max_merge_label_bytes));
    body += ",\"type\":\"text\",\"required\":false,\"public\":false}";
    return post(in_audience(audience, "/merge-fields"), std::move(body));
}

Call ask_tags(std::string_view audience, std::size_t offset) {
    return get(in_audience(
        audience, "/segments?type=static&" + page(offset) + "&fields=segments.id,segments.name,total_items"));
}

Call ask_segments(std::string_view audience, std::size_t offset) {
    return get(
        in_audience(audience, "/segments?" + page(offset) + "&fields=segments.id,segments.name,total_items"));
}

Call make_tag(std::string_view audience, std::string_view name) {
    std::string body = "{\"name\":";
    append_json(body, name);
    body += ",\"static_segment\":[]}";
    return post(in_audience(audience, "/segments"), std::move(body));
}

Call ask_tag_members(std::string_view audience, std::string_view tag_id, std::size_t offset) {
    return get(in_tag(audience, tag_id) + "/members?" + page(offset) +
               "&include_cleaned=true&include_transactional=true&include_unsubscribed=true"
               "&fields=members.email_address,members.status,members.contact_id,total_items");
}

Call ask_members(std::string_view audience, std::string_view status, std::optional<model::ProviderTime> since,
                 std::size_t offset) {
    std::string query = "/members?status=" + std::string(status) + "&" + page(offset);
    query +=
        "&sort_field=last_changed&sort_dir=ASC&fields=members.email_address,members.status,members.contact_"
        "id,"
        "members.tags,members.tags_count,total_items";
    if (since) {
        std::string instant = to_iso8601(*since);
        instant.replace(instant.size() - 1, 1,
                        "+00:00");  // the form of the API's documentation, instead of Z
        query += "&since_last_changed=" + http::percent_encode(instant);
    }
    return get(in_audience(audience, query));
}

Call ask_member(std::string_view audience, std::string_view address) {
    return limited(get(one_member(audience, address) + fields_of_member));
}

Call ask_contact(std::string_view audience, std::string_view contact_id) {
    return limited(
        get(in_audience(audience, "/members/" + http::percent_encode(contact_id)) + fields_of_member));
}

Call ask_whole_member(std::string_view audience, std::string_view contact, std::string_view address) {
    const std::string path = contact.empty()
                                 ? one_member(audience, address)
                                 : in_audience(audience, "/members/" + http::percent_encode(contact));
    return limited(get(path + fields_of_member + ",merge_fields"));
}

Call ask_tag(std::string_view audience, std::string_view tag_id) {
    return get(in_tag(audience, tag_id) + "?fields=id,name");
}

Call untag_member(std::string_view audience, std::string_view address, std::string_view tag_name) {
    std::string body = "{\"tags\":[{\"name\":";
    append_json(body, tag_name);
    body += ",\"status\":\"inactive\"}],\"is_syncing\":true}";
    return limited(post(one_member(audience, address) + "/tags", std::move(body)));
}

Call upsert_members(std::string_view audience, std::string body) {
    Call c =
        post(in_audience(audience, "?skip_merge_validation=true&skip_duplicate_check=true"), std::move(body));
    c.attempts = 1;  // the caller sends smaller pieces instead of the same again
    return c;
}

std::string upsert_body(const model::Batch& batch, std::span<const std::size_t> rows,
                        const FieldTypes& types) {
    const MergeColumns columns(batch.fields, types);
    std::string out = "{\"members\":[";
    out.reserve(rows.size() * (100 + batch.fields.size() * 40));
    for (const std::size_t row : rows) {
        const model::Member& member = batch.members[row];
        if (out.back() == '}') out += ',';
        out += "{\"email_address\":";
        append_json(out, member.address);
        out += ",\"status_if_new\":\"subscribed\",\"merge_fields\":{";
        columns.append(out, member);
        out += "}}";
    }
    out += "],\"update_existing\":true}";
    return out;
}

Call change_tag(std::string_view audience, std::string_view tag_id, std::span<const std::string_view> add,
                std::span<const std::string_view> remove) {
    std::string body = "{";
    if (!add.empty()) {
        body += "\"members_to_add\":";
        append_list(body, add);
    }
    if (!remove.empty()) {
        body += body.size() > 1 ? ",\"members_to_remove\":" : "\"members_to_remove\":";
        append_list(body, remove);
    }
    Call c = post(in_tag(audience, tag_id), body + "}");
    c.attempts = 1;  // the caller sends smaller pieces instead of the same again
    return c;
}

std::string merge_tag(std::string_view mapped) {
    if (iequals(mapped, "first_name")) return "FNAME";
    if (iequals(mapped, "last_name")) return "LNAME";
    const auto dot = std::min(mapped.find('.'), mapped.size());
    std::string out(mapped.substr(0, dot));
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out + ascii_lower(mapped.substr(dot));
}

bool is_merge_tag(std::string_view s) {
    const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; };
    return !s.empty() && s.size() <= max_merge_tag_bytes && std::all_of(s.begin(), s.end(), fits);
}

}  // namespace audienced::provider::mailchimp
