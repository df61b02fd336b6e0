#include "provider/constant_contact/groups.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "provider/constant_contact/wire/fields.hpp"
#include "provider/constant_contact/wire/limits.hpp"

namespace audienced::provider::constant_contact {
namespace {

constexpr std::size_t max_groups = 64;

bool same_name(std::string_view a, std::string_view b) {
    return iequals(trim(a), trim(b));
}

const Tag* find_tag(const std::vector<Tag>& tags, std::string_view title) {
    const auto it =
        std::find_if(tags.begin(), tags.end(), [&](const Tag& t) { return same_name(t.name, title); });
    return it == tags.end() ? nullptr : &*it;
}

awaitable<result<std::vector<Tag>>> all_tags(Session& session) {
    std::vector<Tag> out;
    for (Call call = ask_tags();;) {
        auto answer = co_await session.need(std::move(call), "reading the tags");
        if (!answer) co_return answer.error();
        auto page = read_tags(answer->response.body);
        if (!page) co_return page.error();
        std::move(page->tags.begin(), page->tags.end(), std::back_inserter(out));
        if (page->next.empty() || page->tags.empty()) co_return out;
        call = ask_next(page->next);
    }
}

bool is_there(const Session& session, const std::string& mapped) {
    const std::string name = field_name(mapped, session.custom_fields);
    const auto called = [&](const Field& f) { return f.name == name; };
    return std::any_of(standard_fields().begin(), standard_fields().end(), called) ||
           std::any_of(session.custom_fields.begin(), session.custom_fields.end(), called);
}

std::size_t custom_columns(const model::Export& definition) {
    return static_cast<std::size_t>(
        std::count_if(definition.fields.begin(), definition.fields.end(),
                      [](const model::FieldMap& f) { return plain_field_name(f.field).starts_with("cf:"); }));
}

}  // namespace

result<GroupLayout> layout_of(const model::Export& definition, const std::vector<std::string>& titles,
                              const std::vector<Tag>& tags) {
    if (const std::size_t n = custom_columns(definition); n > max_custom_fields)
        return make_error(Errc::bad_config,
                          "the mapping has " + std::to_string(n) +
                              " custom fields, Constant Contact imports at most " +
                              std::to_string(max_custom_fields) + " for one contact",
                          "map fewer, or use a second export for the others");
    GroupLayout out;
    model::Group list;
    list.id = model::GroupId(definition.destination);
    // Not its name: that changes, and a segment may be called the same.
    list.title = "list " + definition.destination;
    out.groups.push_back(std::move(list));
    out.joined_by_upsert = 1;
    for (const std::string& raw : titles) {
        if (!definition.tag_segments) {
            out.of_segment.push_back(1);
            continue;
        }
        const std::string title(trim(raw));
        std::size_t i = 1;
        while (i < out.groups.size() && !same_name(out.groups[i].title, title)) ++i;
        if (i == max_groups)
            return make_error(Errc::usage, "an export can have at most 63 tags",
                              "split it into several exports");
        if (i == out.groups.size()) {
            model::Group g;
            g.title = title;
            if (const Tag* tag = find_tag(tags, title)) g.id = model::GroupId(tag->id);
            out.groups.push_back(std::move(g));
        }
        out.of_segment.push_back(1 | std::uint64_t{1} << i);
    }
    return out;
}

awaitable<result<GroupLayout>> find_groups(Session& session, model::Export definition,
                                           std::vector<std::string> titles) {
    std::vector<Tag> tags;
    if (definition.tag_segments) {
        auto read = co_await all_tags(session);
        if (!read) co_return read.error();
        tags = std::move(*read);
    }
    co_return layout_of(definition, titles, tags);
}

awaitable<result<model::Group>> make_group(Session& session, std::string title) {
    model::Group group;
    group.title = std::string(trim(title));
    const std::string name(truncate_utf8(group.title, max_tag_bytes));
    const std::string what = "making tag \"" + name + "\"";
    Call call = make_tag(name);
    auto answer = co_await session.call(std::move(call));
    if (!answer) co_return answer.error();
    if (answer->response.ok()) {
        auto made = read_tag(answer->response.body);
        if (!made) co_return made.error();
        group.id = model::GroupId(made->id);
        co_return group;
    }
    // A tag of that name exists: another program's, or an earlier attempt of ours that lost its answer.
    if (answer->response.status != 409 && answer->response.status != 400)
        co_return refusal(answer->response, what);
    auto tags = co_await all_tags(session);
    if (!tags) co_return tags.error();
    const Tag* tag = find_tag(*tags, name);
    if (!tag) co_return refusal(answer->response, what);
    group.id = model::GroupId(tag->id);
    co_return group;
}

awaitable<result<void>> learn_custom_fields(Session& session) {
    std::vector<Field> all;
    for (Call call = ask_custom_fields();;) {
        auto answer = co_await session.need(std::move(call), "reading the custom fields");
        if (!answer) co_return answer.error();
        auto page = read_custom_fields(answer->response.body);
        if (!page) co_return page.error();
        std::move(page->fields.begin(), page->fields.end(), std::back_inserter(all));
        if (page->next.empty() || page->fields.empty()) break;
        call = ask_next(page->next);
    }
    session.custom_fields = std::move(all);
    co_return result<void>{};
}

awaitable<result<void>> create_fields(Session& session, std::vector<std::string> mapped) {
    for (const std::string& name : mapped) {
        if (is_there(session, name)) continue;
        const std::string label = label_of(name);
        Call call = make_custom_field(label);
        auto answer = co_await session.call(std::move(call));
        if (!answer) co_return answer.error();
        if (answer->response.ok()) {
            auto made = read_custom_field(answer->response.body);
            if (!made) co_return made.error();
            session.custom_fields.push_back(std::move(*made));
            continue;
        }
        if (answer->response.status != 409)
            co_return refusal(answer->response, "making custom field " + label);
        auto learned = co_await learn_custom_fields(session);
        if (!learned) co_return learned.error();
        if (!is_there(session, name)) co_return refusal(answer->response, "making custom field " + label);
    }
    co_return result<void>{};
}

}  // namespace audienced::provider::constant_contact
