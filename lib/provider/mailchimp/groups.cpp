#include "provider/mailchimp/groups.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "provider/listing_check.hpp"
#include "provider/mailchimp/wire/limits.hpp"

namespace audienced::provider::mailchimp {
namespace {

using AskPage = Call (*)(std::string_view audience, std::size_t offset);

awaitable<result<std::vector<Tag>>> all_tags(Session& session, std::string audience,
                                             AskPage ask_page = ask_tags) {
    std::vector<Tag> out;
    ListingCheck check("Mailchimp's list of tags", page_size);
    for (std::size_t offset = 0;;) {
        if (auto may = check.next_page(); !may) co_return may.error();
        Call call = ask_page(audience, offset);
        auto answer = co_await session.need(std::move(call), "reading the tags of audience " + audience);
        if (!answer) co_return answer.error();
        auto page = read_tags(answer->response.body);
        if (!page) co_return page.error();
        for (const Tag& t : page->tags) check.row(t.id);
        check.page_read(page->total);
        const std::size_t got = page->tags.size();
        std::move(page->tags.begin(), page->tags.end(), std::back_inserter(out));
        offset += got;
        if (got > 0 && offset < page->total) continue;
        // A tag that is missing here would count as deleted.
        if (check.complete()) co_return out;
        co_return retryable(Errc::bad_answer, "Mailchimp lists fewer tags than it claims",
                            "the next run reads them again");
    }
}

Error taken_by_saved_segment(const std::string& title, const std::string& audience,
                             const std::optional<Problem>& problem) {
    const std::string words = problem ? " (" + problem->words() + ")" : "";
    return make_error(Errc::refused,
                      "audience " + audience + " has a saved segment with the name \"" + title +
                          "\", so that Mailchimp makes no tag of that name" + words,
                      "rename the saved segment at Mailchimp, or define the segment here under another title "
                      "(audiencectl segment add)");
}

Error bad_tag(const std::string& tag) {
    return make_error(Errc::usage, "\"" + tag + "\" cannot be the tag of a Mailchimp merge field",
                      "a tag has 1 to 10 of the characters A-Z, 0-9 and _");
}

}  // namespace

result<GroupLayout> layout_of(const std::vector<std::string>& titles, const std::vector<model::Group>& known,
                              const std::vector<Tag>& tags) {
    GroupLayout out;
    if (auto added = add_tag_groups(out, titles, known, tags, 0); !added) return added.error();
    return out;
}

awaitable<result<GroupLayout>> find_groups(Session& session, std::string audience,
                                           std::vector<std::string> titles, std::vector<model::Group> known) {
    auto tags = co_await all_tags(session, std::move(audience));
    if (!tags) co_return tags.error();
    co_return layout_of(titles, known, *tags);
}

awaitable<result<void>> check_new_groups(Session& session, std::string audience,
                                         std::vector<std::string> titles) {
    if (titles.empty()) co_return result<void>{};
    auto segments = co_await all_tags(session, audience, ask_segments);
    if (!segments) co_return segments.error();
    for (const std::string& title : titles)
        if (find_tag(*segments, title)) co_return taken_by_saved_segment(title, audience, std::nullopt);
    co_return result<void>{};
}

awaitable<result<model::Group>> make_group(Session& session, std::string audience, std::string title) {
    model::Group group;
    group.title = std::string(trim(title));
    Call call = make_tag(audience, group.title);
    const std::string what = "making tag \"" + group.title + "\" in audience " + audience;
    auto answer = co_await session.call(std::move(call));
    if (!answer) co_return answer.error();
    // An earlier attempt may have made it and lost its answer; older accounts even allow two of one name.
    if (answer->response.ok() && !answer->resent) {
        auto made = read_tag(answer->response.body);
        if (!made) co_return made.error();
        group.id = model::GroupId(made->id);
        co_return group;
    }
    const auto problem = read_problem(answer->response.body);
    const bool exists = answer->response.status == 400 && problem && problem->says("already exists");
    if (!answer->response.ok() && !exists) co_return refusal(answer->response, what);
    auto tags = co_await all_tags(session, audience);
    if (!tags) co_return tags.error();
    if (const Tag* tag = find_tag(*tags, group.title)) group.id = model::GroupId(tag->id);
    if (!group.id.empty()) co_return group;
    auto segments = co_await all_tags(session, audience, ask_segments);
    if (!segments) co_return segments.error();
    if (find_tag(*segments, group.title)) co_return taken_by_saved_segment(group.title, audience, problem);
    co_return refusal(answer->response, what + " (it is not in the list of tags either)");
}

awaitable<result<void>> create_fields(Session& session, std::string audience,
                                      std::vector<std::string> mapped) {
    Call ask = ask_merge_fields(audience);
    auto answer = co_await session.need(std::move(ask), "reading the merge fields of audience " + audience);
    if (!answer) co_return answer.error();
    auto fields = read_merge_fields(answer->response.body);
    if (!fields) co_return fields.error();
    for (const std::string& name : mapped) {
        const std::string tag = merge_tag(name);
        const auto is_it = [&](const Field& f) { return f.name == tag; };
        if (std::any_of(fields->begin(), fields->end(), is_it)) continue;
        if (!is_merge_tag(tag)) co_return bad_tag(tag);
        Call make = make_merge_field(audience, tag, name);
        auto made = co_await session.call(std::move(make));
        if (!made) co_return made.error();
        const auto problem = read_problem(made->response.body);
        const bool exists = made->response.status == 400 && problem && problem->says("already exists");
        if (!made->response.ok() && !exists)
            co_return refusal(made->response, "making merge field " + tag + " in audience " + audience);
        Field field;
        field.name = tag;
        field.type = "text";
        fields->push_back(std::move(field));
    }
    session.learn_field_types(audience, *fields);
    co_return result<void>{};
}

}  // namespace audienced::provider::mailchimp
