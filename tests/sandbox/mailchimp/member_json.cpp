#include "mailchimp/member_json.hpp"

#include <cstdio>

#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

constexpr const char* part_names[] = {"id",
                                      "email_address",
                                      "unique_email_id",
                                      "contact_id",
                                      "full_name",
                                      "web_id",
                                      "email_type",
                                      "status",
                                      "merge_fields",
                                      "interests",
                                      "stats",
                                      "ip_signup",
                                      "timestamp_signup",
                                      "ip_opt",
                                      "timestamp_opt",
                                      "member_rating",
                                      "last_changed",
                                      "language",
                                      "vip",
                                      "email_client",
                                      "location",
                                      "source",
                                      "tags_count",
                                      "tags",
                                      "list_id",
                                      "_links"};

struct Link {
    const char *rel, *method, *tail, *target, *schema;
};
constexpr Link link_table[] = {
    {"self", "GET", "", "Definitions/Lists/Members/Response.json", ""},
    {"parent", "GET", "^", "Definitions/Lists/Members/CollectionResponse.json",
     "Paths/Lists/Members/Collection.json"},
    {"update", "PATCH", "", "Definitions/Lists/Members/Response.json",
     "Definitions/Lists/Members/PATCH.json"},
    {"upsert", "PUT", "", "Definitions/Lists/Members/Response.json", "Definitions/Lists/Members/PUT.json"},
    {"delete", "DELETE", "", "", ""},
    {"activity", "GET", "/activity", "Definitions/Lists/Members/Activity/Response.json", ""},
    {"goals", "GET", "/goals", "Definitions/Lists/Members/Goals/Response.json", ""},
    {"notes", "GET", "/notes", "Definitions/Lists/Members/Notes/CollectionResponse.json", ""},
    {"events", "POST", "/events", "Definitions/Lists/Members/Events/POST.json", ""},
    {"delete_permanent", "POST", "/actions/delete-permanent", "", ""},
};

/// Unquoted content of a JSON text that is a string without escapes; else empty.
std::string_view bare(const std::string& json_text) {
    if (json_text.size() < 2 || json_text[0] != '"') return {};
    return std::string_view(json_text).substr(1, json_text.size() - 2);
}

void append_hex(std::string& out, std::uint64_t n, int digits) {
    constexpr char letters[] = "0123456789abcdef";
    for (int i = digits - 1; i >= 0; --i) out += letters[n >> (4 * (i % 16)) & 15];
}

}  // namespace

MemberPrinter::MemberPrinter(const World& world, const Account& account, const List& list,
                             const FieldFilter& filter, const std::string& prefix)
    : list_(list) {
    for (std::size_t i = 0; i < part_count; ++i) wanted_[i] = filter.wants(prefix + part_names[i]);
    for (const auto& field : list.fields)
        wanted_values_.push_back(!field.removed && filter.wants(prefix + "merge_fields." + field.tag));
    (void)world;
    const std::string host = "https://" + account.dc + ".api.mailchimp.com";
    const std::string members = host + "/3.0/lists/" + list.id + "/members";
    const std::string schemas = host + "/schema/3.0/";
    std::string piece = "[";
    for (const auto& link : link_table) {
        if (piece.size() > 1 || !link_pieces_.empty()) piece += ',';
        piece += std::string(R"({"rel":")") + link.rel + R"(","href":")" + members;
        if (link.tail[0] != '^') {
            piece += '/';
            link_pieces_.push_back(std::move(piece));
            piece = link.tail;
        }
        piece += std::string(R"(","method":")") + link.method + '"';
        if (link.target[0]) piece += R"(,"targetSchema":")" + schemas + link.target + '"';
        if (link.schema[0]) piece += R"(,"schema":")" + schemas + link.schema + '"';
        piece += '}';
    }
    link_pieces_.push_back(piece + "]");
}

void MemberPrinter::append_values(std::string& out, const Member& member) const {
    out += '{';
    bool first = true;
    for (std::size_t slot = 0; slot < list_.fields.size(); ++slot) {
        if (!wanted_values_[slot]) continue;
        if (!first) out += ',';
        first = false;
        append_quoted(out, list_.fields[slot].tag);
        out += ':';
        if (slot < member.values.size() && !member.values[slot].empty())
            out += member.values[slot];
        else
            out += "\"\"";
    }
    out += '}';
}

void MemberPrinter::append_links(std::string& out, const Member& member) const {
    for (std::size_t i = 0; i < link_pieces_.size(); ++i) {
        if (i > 0) out.append(member.id.data(), member.id.size());
        out += link_pieces_[i];
    }
}

void MemberPrinter::append(std::string& out, const Member& member) const {
    const auto begin = out.size();
    const auto open = [&](Part part) {
        if (!wanted_[part]) return false;
        out += out.size() == begin ? '{' : ',';
        out += '"';
        out += part_names[part];
        out += "\":";
        return true;
    };
    if (open(id)) (out += '"').append(member.id.data(), member.id.size()) += '"';
    if (open(email_address)) append_quoted(out, member.email);
    if (open(unique_email_id)) append_hex(out += '"', member.serial * 2654435761u, 10), out += '"';
    if (open(contact_id)) append_hex(out += '"', member.serial * contact_id_factor, 32), out += '"';
    if (open(full_name)) {
        const auto value = [&](std::size_t slot) {
            return slot < member.values.size() ? bare(member.values[slot]) : "";
        };
        (out += '"') += value(0);
        if (!value(1).empty()) (out += ' ') += value(1);
        out += '"';
    }
    if (open(web_id)) out += std::to_string(500000000ull + member.serial);
    if (open(email_type)) append_quoted(out, member.email_type);
    if (open(status)) ((out += '"') += print(member.status)) += '"';
    if (open(merge_fields)) append_values(out, member);
    if (open(interests)) {
        out += '{';
        bool first = true;
        for (const auto& [interest, unused] : list_.interests) {
            bool on = false;
            for (const auto& [mine, value] : member.interests) on = on || (mine == interest && value);
            if (!first) out += ',';
            first = false;
            append_quoted(out, interest);
            out += on ? ":true" : ":false";
        }
        out += '}';
    }
    if (open(stats)) out += R"({"avg_open_rate":0,"avg_click_rate":0})";
    if (open(ip_signup)) out += "\"\"";
    if (open(timestamp_signup)) out += "\"\"";
    if (open(ip_opt)) out += "\"198.51.100.7\"";
    if (open(timestamp_opt)) ((out += '"') += print_time(member.opted, "+00:00")) += '"';
    if (open(member_rating)) out += '2';
    if (open(last_changed)) ((out += '"') += print_time(member.last_changed, "+00:00")) += '"';
    if (open(language)) append_quoted(out, member.language);
    if (open(vip)) out += member.vip ? "true" : "false";
    if (open(email_client)) out += "\"\"";
    if (open(location))
        out +=
            R"({"latitude":0,"longitude":0,"gmtoff":0,"dstoff":0,"country_code":"","timezone":"","region":""})";
    if (open(source)) out += "\"API - Generic\"";
    if (open(tags_count)) out += std::to_string(member.segments.size());
    if (open(tags)) {
        out += '[';
        // The object shows at most 50 tags; the tags endpoint pages the rest.
        for (std::size_t i = 0; i < member.segments.size() && i < 50; ++i) {
            if (i > 0) out += ',';
            out += R"({"id":)" + std::to_string(member.segments[i]) + R"(,"name":)";
            append_quoted(out, list_.segments.at(member.segments[i]).name);
            out += '}';
        }
        out += ']';
    }
    if (open(list_id)) append_quoted(out, list_.id);
    if (open(links)) append_links(out, member);
    out += out.size() == begin ? "{}" : "}";
}

}  // namespace audienced::sandbox::mailchimp
