// A provider that exists in these tests alone: the smallest that the seam allows, made of what every provider
// may use.
#include <algorithm>

#include "base/text.hpp"
#include "conformance/toy/provider/wire.hpp"
#include "provider/api_parts.hpp"
#include "provider/batch_shape.hpp"
#include "provider/registry.hpp"
#include "provider/tag_groups.hpp"

namespace audienced::provider::toy {
namespace {

Api::Parts parts_of(const ProviderArgs& args, http::Url base) {
    RateRules rules;
    rules.at_once = 2;
    rules.windows.push_back({calls_per_window, window});
    return api_parts(args, std::move(base), "toy/" + args.connection->name, rules, classify_response);
}

class ToyProvider final : public Provider {
public:
    ToyProvider(const ProviderArgs& args, http::Url base)
        : connection_(args.connection->name), api_(parts_of(args, std::move(base))) {}

    Limits limits() const noexcept override {
        Limits l;
        l.members_per_upsert = l.members_per_membership = max_members;
        l.batches_at_once = 2;
        l.clears_empty = false;
        return l;
    }

    awaitable<result<Account>> check_account() override {
        Call call = ask_account();
        auto answer = co_await need(std::move(call), "reading the account");
        if (!answer) co_return answer.error();
        co_return read_account(answer->response.body);
    }

    awaitable<result<std::vector<Destination>>> list_destinations() override {
        Call call = ask_boxes();
        auto answer = co_await need(std::move(call), "reading the boxes");
        if (!answer) co_return answer.error();
        co_return read_boxes(answer->response.body);
    }

    awaitable<result<Destination>> check_destination(std::string id) override {
        Call call = ask_box(id);
        auto answer = co_await need(std::move(call), "reading box " + id);
        if (!answer) co_return answer.error();
        co_return read_box(answer->response.body);
    }

    std::string field_name(std::string_view mapped) const override { return ascii_lower(mapped); }

    awaitable<result<void>> create_fields(std::string, std::vector<std::string>) override {
        co_return make_error(Errc::usage, "Toy has no fields to make");
    }

    awaitable<result<GroupLayout>> find_groups(const model::Export& definition,
                                               std::vector<std::string> titles,
                                               std::vector<model::Group> known) override {
        Call call = ask_groups(definition.destination);
        auto answer = co_await need(std::move(call), "reading the groups");
        if (!answer) co_return answer.error();
        auto groups = read_groups(answer->response.body);
        if (!groups) co_return groups.error();
        std::vector<Tag> tags;
        for (const auto& one : *groups) tags.push_back({one.id.text(), one.title});
        GroupLayout layout;
        if (auto added = add_tag_groups(layout, titles, known, tags, 0); !added) co_return added.error();
        co_return layout;
    }

    awaitable<result<model::Group>> make_group(std::string destination, std::string title) override {
        Call call = toy::make_group(destination, title);
        auto answer = co_await need(std::move(call), "making a group");
        if (!answer) co_return answer.error();
        co_return read_group(answer->response.body);
    }

    awaitable<result<std::optional<ContactNow>>> read_contact(ContactQuestion question) override {
        std::optional<ContactNow> found;
        Call call = ask_member(question.destination, question.address);
        auto answer = co_await api_.call(call);
        if (!answer) co_return answer.error();
        if (answer->response.status == 404) co_return found;
        if (!answer->response.ok()) co_return refusal(answer->response, "reading a member");
        auto member = read_member(answer->response.body, question.fields);
        if (!member) co_return member.error();
        found = std::move(*member);
        co_return found;
    }

    awaitable<result<void>> list_members(std::string destination, model::Group group,
                                         ContactSink& sink) override {
        Call call = ask_group_members(destination, group.id.text());
        auto mark = co_await read_into(std::move(call), sink);
        if (!mark) co_return mark.error();
        co_return result<void>{};
    }

    awaitable<result<PullMark>> pull(PullRequest request, ContactSink& sink) override {
        Call call = ask_states(request.destination, request.since);
        co_return co_await read_into(std::move(call), sink);
    }

    awaitable<result<Submitted>> submit(const model::Batch& batch) override {
        if (auto wrong = wrong_shape(batch, limits())) co_return std::move(*wrong);
        Call call = batch.kind == model::BatchKind::upsert ? upsert(batch) : change_group(batch);
        auto answer = co_await need(std::move(call), "sending members");
        if (!answer) co_return answer.error();
        last_change_ = answer->at;
        const bool resent = batch.resent || answer->resent;
        auto outcomes = read_results(answer->response.body, batch, resent);
        if (!outcomes) co_return outcomes.error();
        Submitted done;
        done.outcomes = std::move(*outcomes);
        co_return done;
    }

private:
    awaitable<result<Answer>> need(Call call, std::string what) {
        auto answer = co_await api_.call(call);
        if (!answer && answer.error().code == Errc::auth) {
            Error e = answer.error();
            e.message = "connection " + connection_ + ": " + e.message;
            if (e.hint.empty()) e.hint = "give it a new key: audiencectl connection edit --api-key-file";
            co_return e;
        }
        if (!answer) co_return answer.error();
        if (!answer->response.ok()) co_return refusal(answer->response, what);
        co_return answer;
    }

    awaitable<result<PullMark>> read_into(Call call, ContactSink& sink) {
        auto answer = co_await need(std::move(call), "reading members");
        if (!answer) co_return answer.error();
        auto states = read_states(answer->response.body);
        if (!states) co_return states.error();
        PullMark mark;
        mark.began = states->now;
        mark.next_since = next_since(mark.began, pull_overlap, last_change_);
        auto taken = co_await sink.seen(std::move(states->members));
        if (!taken) co_return taken.error();
        co_return mark;
    }

    std::string connection_;
    Api api_;
    std::optional<model::ProviderTime> last_change_;  // a pull need not list our own changes again
};

result<ProviderPtr> make(const ProviderArgs& args) {
    auto base = http::parse_url(args.connection->api_base);
    if (!base) return base.error();
    return ProviderPtr(std::make_unique<ToyProvider>(args, std::move(*base)));
}

result<std::string> default_api_base(std::string_view) {
    return std::string("https://api.toy.example");
}

}  // namespace

Kind kind() {
    Kind k{option_table()};
    k.key_scheme = {"X-Toy-Key", ""};
    k.headers = {{"Toy-Revision", "2026-11-01"}};
    k.default_api_base = default_api_base;
    k.make = make;
    return k;
}

}  // namespace audienced::provider::toy
