#include "support/scripted_provider.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace audienced::test {
namespace asio = boost::asio;

namespace {

std::vector<std::string> addresses(const std::vector<model::Member>& members) {
    std::vector<std::string> out;
    for (const model::Member& m : members) out.push_back(m.address);
    return out;
}

ProviderCall call_of(CallKind kind, std::string text = {}) {
    ProviderCall call;
    call.kind = kind;
    call.text = std::move(text);
    return call;
}

}  // namespace

std::vector<std::string> ProviderCall::members() const {
    return addresses(batch.members);
}
std::vector<std::string> ProviderCall::leavers() const {
    return addresses(batch.leavers);
}

std::vector<ProviderCall> ScriptedService::of(CallKind kind) const {
    std::vector<ProviderCall> out;
    std::copy_if(calls.begin(), calls.end(), std::back_inserter(out),
                 [&](const ProviderCall& c) { return c.kind == kind; });
    return out;
}

ScriptedContact& ScriptedService::contact(const std::string& address) {
    ScriptedContact& found = account.contacts[address];
    if (found.id.empty()) found.id = "id-" + address;
    found.changed_at = time_.now();
    return found;
}

void ScriptedService::rename(const std::string& from, const std::string& to) {
    auto contact = account.contacts.extract(from);
    contact.key() = to;
    contact.mapped().changed_at = time_.now();
    account.contacts.insert(std::move(contact));
}

void ScriptedService::delete_group(const std::string& title) {
    const std::string id = account.groups[title];
    account.groups.erase(title);
    for (auto& [address, contact] : account.contacts) contact.groups.erase(id);
}

std::vector<std::string> ScriptedService::members_of(const std::string& group) const {
    const auto named = account.groups.find(group);
    const std::string& id = named == account.groups.end() ? group : named->second;
    std::vector<std::string> out;
    for (const auto& [address, contact] : account.contacts)
        if (contact.groups.contains(id)) out.push_back(address);
    return out;
}

void ScriptedService::release() {
    hanging.reset();
    changed_.notify_all();
}

ScriptedService::Hook at_call(CallKind kind, int nth, std::function<result<void>()> act) {
    return [=](const ProviderCall& call) {
        return call.kind == kind && call.nth == nth ? act() : result<void>{};
    };
}

class ScriptedProvider final : public provider::Provider {
public:
    ScriptedProvider(ScriptedService& service, model::Traffic* traffic)
        : service_(service), traffic_(traffic) {}

    provider::Limits limits() const noexcept override {
        provider::Limits out = service_.limits;
        out.by_jobs = service_.by_jobs;
        return out;
    }
    std::size_t encoded_bytes(const model::Member& member, const std::vector<std::string>&) const override {
        if (service_.while_planning) service_.while_planning();
        return member.address.size();
    }
    std::string field_name(std::string_view mapped) const override { return std::string(mapped); }

    awaitable<result<provider::Account>> check_account() override {
        ProviderCall call = call_of(CallKind::check_account);
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        provider::Account out;
        out.id = account().id;
        out.name = "The Shop";
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return out;
    }

    awaitable<result<std::vector<provider::Destination>>> list_destinations() override {
        auto only = co_await check_destination(account().destination);
        if (!only) co_return only.error();
        co_return std::vector<provider::Destination>{std::move(*only)};
    }

    awaitable<result<provider::Destination>> check_destination(std::string id) override {
        ProviderCall call = call_of(CallKind::check_destination, id);
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        if (id != account().destination) co_return make_error(Errc::not_found, "there is no audience " + id);
        provider::Destination out;
        out.id = id;
        out.name = "Customers";
        out.had_members = service_.had_members;
        for (const std::string& name : account().fields) {
            provider::Field field;
            field.name = name;
            field.id = account().field_ids[name];
            out.fields.push_back(std::move(field));
        }
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return out;
    }

    awaitable<result<void>> create_fields(std::string destination, std::vector<std::string> fields) override {
        ProviderCall call = call_of(CallKind::create_fields, destination);
        call.list = fields;
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        account().fields.insert(account().fields.end(), fields.begin(), fields.end());
        for (const std::string& field : fields)
            account().field_ids[field] = "made" + std::to_string(++account().fields_made);
        co_return end(call);
    }

    awaitable<result<provider::GroupLayout>> find_groups(const model::Export& definition,
                                                         std::vector<std::string> titles,
                                                         std::vector<model::Group> known) override {
        ProviderCall call = call_of(CallKind::find_groups, definition.destination);
        call.list = titles;
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        provider::GroupLayout out = service_.layout(titles, known);
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return out;
    }

    awaitable<result<model::Group>> make_group(std::string, std::string title) override {
        ProviderCall call = call_of(CallKind::make_group, title);
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        model::Group out;
        out.title = title;
        account().groups[title] = "tag" + std::to_string(++account().groups_made);
        out.id = model::GroupId(account().groups[title]);
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return out;
    }

    awaitable<result<std::optional<provider::ContactNow>>> read_contact(
        provider::ContactQuestion question) override {
        ProviderCall call = call_of(CallKind::read_contact, question.destination);
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        auto found = service_.contact_now(question);
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return found;
    }

    awaitable<result<void>> list_members(std::string, model::Group group,
                                         provider::ContactSink& sink) override {
        ProviderCall call = call_of(CallKind::list_members, group.id.text());
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        auto found =
            service_.list([&](const ScriptedContact& c) { return c.groups.contains(group.id.text()); });
        if (auto given = co_await give(std::move(found), sink); !given) co_return given.error();
        co_return end(call);
    }

    awaitable<result<provider::PullMark>> pull(provider::PullRequest request,
                                               provider::ContactSink& sink) override {
        ProviderCall call = call_of(CallKind::pull, request.destination);
        call.pull = request;
        provider::PullMark mark;
        mark.began = mark.next_since = model::provider_time_from_our_clock(service_.time_.now());
        mark.complete = !service_.listings_end_early;
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        auto found =
            service_.list([&](const ScriptedContact& c) { return service_.is_asked_for(request, c); });
        if (auto given = co_await give(std::move(found), sink); !given) co_return given.error();
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return mark;
    }

    awaitable<result<provider::Submitted>> submit(const model::Batch& batch) override {
        ProviderCall call = call_of(CallKind::submit, batch.group.id.text());
        call.batch = batch;
        if (traffic_) ++traffic_->writes;
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        provider::Submitted out;
        if (service_.by_jobs) {
            out.ticket = "job" + std::to_string(++account().jobs_made);
            account().jobs[out.ticket].batch = batch;
        } else {
            out.outcomes = service_.apply(batch);
        }
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return out;
    }

    awaitable<result<std::vector<provider::JobState>>> poll(std::vector<std::string> tickets) override {
        ProviderCall call = call_of(CallKind::poll);
        call.list = tickets;
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        std::vector<provider::JobState> out;
        for (const std::string& ticket : tickets) out.push_back(service_.state_of(ticket));
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return out;
    }

    awaitable<result<std::string>> find_lost_job(provider::LostJob job) override {
        ProviderCall call = call_of(CallKind::find_lost_job);
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return service_.lost_job(job);
    }

    awaitable<result<std::vector<model::Outcome>>> collect(std::string ticket,
                                                           const model::Batch& batch) override {
        ProviderCall call = call_of(CallKind::collect, ticket);
        call.batch = batch;
        if (auto begun = co_await begin(call); !begun) co_return begun.error();
        if (auto ended = end(call); !ended) co_return ended.error();
        co_return account().jobs[ticket].outcomes;
    }

private:
    awaitable<result<void>> begin(ProviderCall& call) {
        if (traffic_) ++traffic_->requests;
        call.nth = static_cast<int>(service_.count(call.kind)) + 1;
        service_.calls.push_back(call);
        // As over a network: other coroutines go on meanwhile.
        auto executor = co_await asio::this_coro::executor;
        co_await asio::post(executor, asio::use_awaitable);
        while (service_.hanging == call.kind) {
            ++service_.waiting_;
            auto released = co_await service_.changed_.wait();
            --service_.waiting_;
            if (!released) co_return released.error();
        }
        co_return service_.before ? service_.before(call) : result<void>{};
    }
    result<void> end(const ProviderCall& call) {
        return service_.after ? service_.after(call) : result<void>{};
    }

    awaitable<result<void>> give(std::vector<provider::ContactStatus> found, provider::ContactSink& sink) {
        for (std::size_t at = 0; at < found.size(); at += service_.page_size) {
            const std::size_t end = std::min(found.size(), at + service_.page_size);
            std::vector<provider::ContactStatus> page(found.begin() + static_cast<std::ptrdiff_t>(at),
                                                      found.begin() + static_cast<std::ptrdiff_t>(end));
            if (auto seen = co_await sink.seen(std::move(page)); !seen) co_return seen;
        }
        co_return result<void>{};
    }

    ScriptedAccount& account() const { return service_.account; }

    ScriptedService& service_;
    model::Traffic* traffic_;
};

result<provider::ProviderPtr> ScriptedService::make(const provider::ProviderArgs& args) {
    observer = args.observer;
    return provider::ProviderPtr(std::make_unique<ScriptedProvider>(*this, args.traffic));
}

}  // namespace audienced::test
