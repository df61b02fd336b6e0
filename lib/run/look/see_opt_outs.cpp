#include "run/look/see_opt_outs.hpp"

#include <algorithm>

#include "store/destinations.hpp"

namespace audienced::run {
namespace {

struct OptOutSink final : provider::ContactSink {
    explicit OptOutSink(store::Store& s) : store(s) {}

    awaitable<result<void>> seen(std::vector<provider::ContactStatus> page) override {
        const auto hash = [&](store::Database&, const vault::Vault& vault) -> result<void> {
            for (const provider::ContactStatus& contact : page)
                if (provider::opt_out_of(contact.state))
                    members.push_back(vault.members().member(contact.address));
            return {};
        };
        co_return co_await store.run(hash);
    }

    store::Store& store;
    std::vector<MemberHash> members;
};

}  // namespace

awaitable<result<std::vector<MemberHash>>> see_opt_outs(Environment& env, const RunDefinition& definition) {
    const auto load = [&](store::Database& db, const vault::Vault&) {
        return store::get_pull_state(db, definition.destination);
    };
    auto state = co_await env.store->run(load);
    if (!state) co_return state.error();
    provider::PullRequest request;
    request.destination = definition.settings.destination;
    request.since = state->since;
    OptOutSink sink(*env.store);
    auto pulled = co_await definition.session->provider->pull(request, sink);
    if (!pulled) co_return pulled.error();
    std::sort(sink.members.begin(), sink.members.end());
    co_return std::move(sink.members);
}

}  // namespace audienced::run
