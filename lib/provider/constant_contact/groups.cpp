#include "provider/constant_contact/groups.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "provider/constant_contact/wire/fields.hpp"
#include "provider/constant_contact/wire/limits.hpp"
#include "provider/listing_check.hpp"

namespace audienced::provider::constant_contact {
namespace {

awaitable<result<std::vector<Tag>>> all_tags(Session& session) {
    std::vector<Tag> out;
    ListingCheck check("Constant Contact's list of tags", page_size);
    for (Call call = ask_tags();;) {
        if (auto may = check.next_page(call.path); !may) co_return may.error();
        auto answer = co_await session.need(std::move(call), "reading the tags");
        if (!answer) co_return answer.error();
        auto page = read_tags(answer->response.body);
        if (!page) co_return page.error();
        std::move(page->tags.begin(), page->tags.end(), std::back_inserter(out));
        if (page->next.empty()) co_return out;
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
                              const std::vector<model::Group>& known, const std::vector<Tag>& tags) {
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
    std::vector<model::Group> known_tags;
    std::copy_if(known.begin(), known.end(), std::back_inserter(known_tags),
                 [&](const model::Group& g) { return g.id.text() != definition.destination; });
    const std::vector<std::string> tagged = definition.tag_segments ? titles : std::vector<std::string>{};
    if (auto added = add_tag_groups(out, tagged, known_tags, tags, 1); !added) return added.error();
    out.of_segment.resize(titles.size(), 1);
    return out;
}

awaitable<result<GroupLayout>> find_groups(Session& session, model::Export definition,
                                           std::vector<std::string> titles, std::vector<model::Group> known) {
    const bool any_tag =
        definition.tag_segments || std::any_of(known.begin(), known.end(), [&](const model::Group& g) {
            return g.id.text() != definition.destination;
        });
    std::vector<Tag> tags;
    if (any_tag) {
        auto read = co_await all_tags(session);
        if (!read) co_return read.error();
        tags = std::move(*read);
    }
    co_return layout_of(definition, titles, known, tags);
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
    ListingCheck check("Constant Contact's list of custom fields", fields_page_size);
    for (Call call = ask_custom_fields();;) {
        if (auto may = check.next_page(call.path); !may) co_return may.error();
        auto answer = co_await session.need(std::move(call), "reading the custom fields");
        if (!answer) co_return answer.error();
        auto page = read_custom_fields(answer->response.body);
        if (!page) co_return page.error();
        std::move(page->fields.begin(), page->fields.end(), std::back_inserter(all));
        if (page->next.empty()) break;
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
