// All members of an audience as sorted lines, so that a test compares them with a plain diff.
#include <algorithm>

#include "control/plain.hpp"
#include "mailchimp/model.hpp"
#include "mailchimp/stage.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

using control::refused;

/// A value without its JSON clothes; tabs and line ends become blanks.
std::string plain_value(const std::string& json_text) {
    if (json_text.empty() || json_text[0] != '"') return json_text;
    std::string out;
    if (json_text.find('\\') == std::string::npos) {
        out = json_text.substr(1, json_text.size() - 2);
    } else if (const auto value = parse_json(json_text)) {
        out = value->get<std::string>();
    }
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return out;
}

std::string tags_of(const List& list, const Member& member) {
    std::vector<std::string_view> names;
    for (const int id : member.segments) names.push_back(list.segments.at(id).name);
    std::sort(names.begin(), names.end());
    std::string out;
    for (const auto name : names) (out += out.empty() ? "" : ",") += name;
    return out;
}

/// The slots asked for by ?fields=FNAME,LNAME; all of them without it.
std::vector<std::size_t> slots_of(List& list, const Request& request) {
    std::vector<std::size_t> slots;
    const auto wanted = request.param("fields");
    std::string_view rest = wanted ? std::string_view(*wanted) : std::string_view{};
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        if (const MergeField* field = list.field(rest.substr(0, comma)))
            slots.push_back(static_cast<std::size_t>(field - list.fields.data()));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    if (!wanted)
        for (std::size_t slot = 0; slot < list.fields.size(); ++slot)
            if (!list.fields[slot].removed) slots.push_back(slot);
    return slots;
}

}  // namespace

Reply dump(World& world, const Request& request) {
    List* list = world.of<mailchimp::Accounts>().find_list(request.segments[3]);
    if (!list) return refused("no such list");
    std::optional<Status> only;
    if (const auto status = request.param("status")) {
        only = parse_status(*status);
        if (!only) return refused("no such status");
    }
    const std::string tag = request.param("tag").value_or("");
    std::vector<const Member*> members;
    for (const auto& member : list->members) {
        if (only && member.status != *only) continue;
        if (!tag.empty() && !(list->tag(tag) && list->tag(tag)->members.has(member.place))) continue;
        members.push_back(&member);
    }
    std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->email < b->email; });
    const auto slots = slots_of(*list, request);
    Reply reply = text_reply(200, "text/plain; charset=utf-8", "");
    std::string& out = reply.body;
    if (request.flag("count")) {
        out = std::to_string(members.size()) + "\n";
        return reply;
    }
    if (request.flag("header")) {
        out += "email\tstatus\ttags";
        for (const auto slot : slots) (out += '\t') += list->fields[slot].tag;
        out += '\n';
    }
    for (const Member* member : members) {
        out += member->email;
        (out += '\t') += print(member->status);
        (out += '\t') += tags_of(*list, *member);
        for (const auto slot : slots)
            (out += '\t') += slot < member->values.size() ? plain_value(member->values[slot]) : "";
        out += '\n';
    }
    return reply;
}

}  // namespace audienced::sandbox::mailchimp
