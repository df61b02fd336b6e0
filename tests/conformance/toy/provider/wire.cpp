#include "conformance/toy/provider/wire.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/text.hpp"
#include "provider/json_answer.hpp"
#include "provider/refusal.hpp"

namespace audienced::provider::toy {
using nlohmann::json;

namespace {

Call get(std::string path) {
    Call c;
    c.path = std::move(path);
    return c;
}

Call post(std::string path, const json& body) {
    Call c = get(std::move(path));
    c.method = http::Method::post;
    c.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    c.writes = true;
    return c;
}

std::string in_box(std::string_view box, const std::string& rest = {}) {
    return "/toy/boxes/" + http::percent_encode(box) + rest;
}

model::Outcome outcome_of(const json& result, bool resent) {
    using Kind = model::Outcome::Kind;
    const std::string did = text(result, "did");
    model::Outcome o;
    if (did == "added" || did == "updated" || did == "joined" || did == "left") {
        o.kind = Kind::delivered;
        o.created = did == "added";
    } else if (did == "already") {
        o.kind = Kind::delivered;
        o.was_member = !resent;
    } else if (did == "stopped") {
        o.kind = Kind::suppressed;
        o.code = "unsubscribed";
    } else if (did == "refused") {
        o.kind = Kind::rejected;
        o.reject_class = model::RejectClass::fix_data;
        o.code = "invalid_address";
        o.detail = without_addresses(text(result, "why"));
    }
    return o;
}

std::optional<ContactStatus::State> state_of(const std::string& word) {
    using State = ContactStatus::State;
    constexpr std::array<std::pair<std::string_view, State>, 3> words{
        {{"on", State::mailable}, {"stopped", State::unsubscribed}, {"bounced", State::cleaned}}};
    for (const auto& [known, state] : words)
        if (known == word) return state;
    return std::nullopt;
}

Error unreadable_answer(std::string_view about) {
    return unreadable("Toy", about);
}

}  // namespace

Call ask_account() {
    return get("/toy/account");
}

Call ask_boxes() {
    return get("/toy/boxes");
}

Call ask_box(std::string_view box) {
    return get(in_box(box));
}

Call ask_groups(std::string_view box) {
    return get(in_box(box, "/groups"));
}

Call make_group(std::string_view box, std::string_view title) {
    return post(in_box(box, "/groups"), json{{"title", title}});
}

Call ask_group_members(std::string_view box, std::string_view group) {
    return get(in_box(box, "/groups/" + http::percent_encode(group)));
}

Call ask_member(std::string_view box, std::string_view address) {
    return get(in_box(box, "/members/" + http::percent_encode(address)));
}

Call ask_states(std::string_view box, std::optional<model::ProviderTime> since) {
    return get(in_box(box, since ? "/states?since=" + http::percent_encode(to_iso8601(*since)) : "/states"));
}

Call upsert(const model::Batch& batch) {
    json members = json::array();
    for (const auto& member : batch.members) {
        json one{{"address", member.address}};
        for (std::size_t i = 0; i < batch.fields.size() && i < member.values.size(); ++i)
            if (member.values[i]) one["values"][batch.fields[i]] = *member.values[i];
        members.push_back(std::move(one));
    }
    return post(in_box(batch.destination, "/members"), json{{"members", members}});
}

Call change_group(const model::Batch& batch) {
    json add = json::array(), remove = json::array();
    for (const auto& member : batch.members) add.push_back(member.address);
    for (const auto& member : batch.leavers) remove.push_back(member.address);
    return post(in_box(batch.destination, "/groups/" + http::percent_encode(batch.group.id.text())),
                json{{"add", add}, {"remove", remove}});
}

Verdict classify_response(const http::Response& r) {
    using Kind = Verdict::Kind;
    const std::string status = std::to_string(r.status);
    if (r.status == 401)
        return {Kind::unauthorised, make_error(Errc::auth, "Toy refused the key of this connection")};
    if (r.status == 429)
        return {Kind::slow_down, retryable(Errc::rate_limited, "Toy limits the rate of calls")};
    if (r.status == 403) return {Kind::fail, make_error(Errc::auth, "Toy denies this call to the key")};
    if (r.status >= 300 && r.status < 400)
        return {Kind::fail,
                make_error(Errc::bad_config, "the API address answered with a redirect (" + status + ")")};
    if (r.status >= 500) return {Kind::try_again, retryable(Errc::network, "Toy answered " + status)};
    return {};
}

Error refusal(const http::Response& response, const std::string& what) {
    return provider::refusal("Toy", response, what,
                             without_addresses(text(parse_answer(response.body), "error")));
}

result<Account> read_account(const std::string& body) {
    const json answer = parse_answer(body);
    Account account;
    account.id = text(answer, "id");
    account.name = text(answer, "name");
    if (account.id.empty()) return unreadable_answer("the account");
    return account;
}

namespace {
result<Destination> box_of(const json& answer) {
    Destination box;
    box.id = text(answer, "id");
    box.name = text(answer, "name");
    box.members = number(answer, "members").value_or(0);
    if (box.id.empty()) return unreadable_answer("the box");
    for (const char* name : {"first_name", "last_name"}) {
        Field field;
        field.name = field.label = name;
        field.type = "text";
        box.fields.push_back(std::move(field));
    }
    return box;
}
}  // namespace

result<Destination> read_box(const std::string& body) {
    return box_of(parse_answer(body));
}

result<std::vector<Destination>> read_boxes(const std::string& body) {
    const json answer = parse_answer(body);
    if (!at(answer, "boxes").is_array()) return unreadable_answer("its boxes");
    std::vector<Destination> out;
    for (const json& one : at(answer, "boxes")) {
        auto box = box_of(one);
        if (!box) return box.error();
        out.push_back(std::move(*box));
    }
    return out;
}

result<model::Group> read_group(const std::string& body) {
    const json answer = parse_answer(body);
    model::Group group;
    group.id = model::GroupId(text(answer, "id"));
    group.title = text(answer, "title");
    if (group.id.empty()) return unreadable_answer("the group");
    return group;
}

result<std::vector<model::Group>> read_groups(const std::string& body) {
    const json answer = parse_answer(body);
    const json& all = at(answer, "groups");
    if (!all.is_array()) return unreadable_answer("the groups");
    std::vector<model::Group> out;
    for (const json& one : all) {
        model::Group group;
        group.id = model::GroupId(text(one, "id"));
        group.title = text(one, "title");
        out.push_back(std::move(group));
    }
    return out;
}

result<ContactNow> read_member(const std::string& body, const std::vector<Field>& fields) {
    const json answer = parse_answer(body);
    const auto state = state_of(text(answer, "state"));
    if (!state) return unreadable_answer("a member");
    ContactNow out;
    out.status.address = text(answer, "address");
    out.status.state = *state;
    out.state_word = text(answer, "state");
    out.status.tags.emplace();
    if (const json& groups = at(answer, "groups"); groups.is_array())
        for (const json& one : groups)
            if (one.is_string()) out.status.tags->emplace_back(one.get<std::string>());
    for (const Field& field : fields) out.values.emplace_back(text(at(answer, "values"), field.name.c_str()));
    return out;
}

result<States> read_states(const std::string& body) {
    const json answer = parse_answer(body);
    const json& members = at(answer, "members");
    const auto now = number(answer, "now");
    if (!members.is_array() || !now) return unreadable_answer("the members");
    States out;
    out.now = model::provider_time_from_unix(static_cast<std::int64_t>(*now));
    for (const json& one : members) {
        const auto state = state_of(text(one, "state"));
        if (!state) continue;
        ContactStatus status;
        status.address = text(one, "address");
        status.state = *state;
        out.members.push_back(std::move(status));
    }
    return out;
}

result<std::vector<model::Outcome>> read_results(const std::string& body, const model::Batch& batch,
                                                 bool resent) {
    const json answer = parse_answer(body);
    const json& results = at(answer, "results");
    if (!results.is_array()) return unreadable_answer("what became of the members");
    std::unordered_map<std::string, model::Outcome> by_address;
    for (const json& one : results) by_address[ascii_lower(text(one, "address"))] = outcome_of(one, resent);
    std::vector<model::Outcome> out;
    for (const auto* members : {&batch.members, &batch.leavers})
        for (const auto& member : *members) {
            const auto found = by_address.find(member.address);
            out.push_back(found == by_address.end() ? model::Outcome{} : found->second);
        }
    return out;
}

}  // namespace audienced::provider::toy
