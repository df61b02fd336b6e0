#include "provider/mailchimp/untag.hpp"

#include <algorithm>

namespace audienced::provider::mailchimp {
namespace {

model::Outcome removed() {
    model::Outcome o;
    o.kind = model::Outcome::Kind::delivered;
    return o;
}

model::Outcome archived_now() {
    model::Outcome o;
    o.kind = model::Outcome::Kind::unknown;
    o.code = "archived_now";
    o.detail = "the contact is archived and keeps its tags; the tag is taken off when it is there again";
    return o;
}

}  // namespace

model::Outcome not_confirmed(std::string detail) {
    model::Outcome o;
    o.kind = model::Outcome::Kind::rejected;
    o.reject_class = model::RejectClass::retry_later;
    o.code = "not_confirmed";
    o.detail = std::move(detail);
    return o;
}

Error tag_is_gone(const model::Batch& batch) {
    return make_error(
        Errc::not_found,
        "Mailchimp has no tag " + batch.group.id.text() + " (\"" + batch.group.title + "\") in audience " +
            batch.destination + " any more",
        "the next run makes the tag again; if the audience itself was deleted, the export needs another "
        "--destination");
}

awaitable<result<model::Outcome>> Untag::remove(const model::Member& leaver) {
    auto before = co_await look_up(leaver.address);
    if (!before) co_return before.error();
    if (!*before) co_return co_await absent(leaver);
    if (is_without_tag(**before)) co_return removed();
    auto name = co_await name_of_tag();
    if (!name) co_return name.error();
    Call untag = untag_member(batch_.destination, leaver.address, *name);
    auto answer = co_await session_.call(std::move(untag));
    if (!answer) co_return answer.error();
    const bool archived = (*before)->status == "archived";
    if (answer->response.ok() && !archived) co_return removed();
    if (!answer->response.ok() && answer->response.status != 404) {
        if (archived) co_return archived_now();
        co_return not_confirmed();
    }
    auto after = co_await look_up(leaver.address);
    if (!after) co_return after.error();
    if (!*after) co_return co_await absent(leaver);
    if (is_without_tag(**after)) co_return removed();
    if ((*after)->status == "archived") co_return archived_now();
    co_return not_confirmed();
}

/// By its name, since the call for a single contact takes no id: the present one, because another name would
/// make a tag and take nothing off.
awaitable<result<std::string>> Untag::name_of_tag() {
    if (!name_.empty()) co_return name_;
    Call ask = ask_tag(batch_.destination, batch_.group.id.text());
    auto answer = co_await session_.call(std::move(ask));
    if (!answer) co_return answer.error();
    if (answer->response.status == 404) co_return tag_is_gone(batch_);
    if (!answer->response.ok()) co_return refusal(answer->response, "reading tag " + batch_.group.id.text());
    auto tag = read_tag(answer->response.body);
    if (!tag) co_return tag.error();
    name_ = tag->name.empty() ? batch_.group.title : std::move(tag->name);
    co_return name_;
}

awaitable<result<std::optional<OneMember>>> Untag::look_up(std::string address) {
    Call ask = ask_member(batch_.destination, address);
    auto answer = co_await session_.call(std::move(ask));
    if (!answer) co_return answer.error();
    std::optional<OneMember> found;
    if (answer->response.status == 404) co_return found;
    if (!answer->response.ok()) co_return refusal(answer->response, "reading a member");
    auto member = read_member(answer->response.body);
    if (!member) co_return member.error();
    found = std::move(*member);
    co_return found;
}

/// There is no contact of this address: it is gone from the audience, or has another address now.
awaitable<result<model::Outcome>> Untag::absent(const model::Member& leaver) {
    if (leaver.contact_id.empty()) co_return removed();
    Call ask = ask_contact(batch_.destination, leaver.contact_id.text());
    auto answer = co_await session_.call(std::move(ask));
    if (!answer) co_return answer.error();
    if (answer->response.status == 404) co_return removed();
    co_return not_confirmed("the contact has another address now: the tag is taken off once that is known");
}

bool Untag::is_without_tag(const OneMember& member) const {
    const auto is_ours = [&](const Tag& t) { return t.id == batch_.group.id.text(); };
    return member.all_tags && std::none_of(member.tags.begin(), member.tags.end(), is_ours);
}

}  // namespace audienced::provider::mailchimp
