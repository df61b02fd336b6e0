#include "run/look/look.hpp"

#include <algorithm>

#include "run/look/recorder.hpp"
#include "store/destinations.hpp"
#include "store/forgotten.hpp"
#include "store/opt_outs.hpp"
#include "store/people.hpp"

namespace audienced::run {
namespace {

constexpr auto full_pull_every = std::chrono::hours{24 * 7};  // heals whatever a pull of changes could miss

/// A clock that was set back must not put the next full pull off.
bool is_full_due(const store::PullState& state, SysTime now) {
    return !state.since || !state.full_at || now - *state.full_at > full_pull_every || now < *state.full_at;
}

result<std::pair<store::PullState, LookInput>> load(store::Database& db, const RunDefinition& definition) {
    std::pair<store::PullState, LookInput> out;
    auto state = store::get_pull_state(db, definition.destination);
    if (!state) return state.error();
    out.first = *state;
    auto groups = store::groups_of_destination(db, definition.destination);
    if (!groups) return groups.error();
    std::erase_if(*groups, [](const store::GroupRow& g) { return g.id.empty(); });
    auto forgotten = store::forgotten_members(db);
    if (!forgotten) return forgotten.error();
    out.second.forgotten = std::move(*forgotten);
    out.second.destination = definition.destination;
    out.second.groups = std::move(*groups);
    return out;
}

/// A mark never goes back over what an earlier pull covered, so that changes of this program's own are listed
/// once; but one that lies in the future of the provider's clock was no mark of that clock.
model::ProviderTime later(const std::optional<model::ProviderTime>& before, const provider::PullMark& mark) {
    if (!before || *before > mark.began) return mark.next_since;
    return std::max(*before, mark.next_since);
}

/// Until when the restored memory knows what was at the provider; none: it does not say.
std::optional<model::ProviderTime> known_until(const store::PullState& state) {
    if (!state.settled_at) return state.began;
    const model::ProviderTime behind_it = *state.settled_at + std::chrono::seconds{1};
    return state.began ? std::max(*state.began, behind_it) : behind_it;
}

/// What changed since the marks. After a restore, what changed since the backup is told apart: it may be the
/// work of others, while what changed before it is in the memory.
awaitable<result<provider::PullMark>> pull_changes(provider::Provider& provider,
                                                   provider::PullRequest request,
                                                   const store::PullState& state, LookRecorder& recorder) {
    const auto until = state.restored ? known_until(state) : std::nullopt;
    recorder.begin_changes(state.restored && !until);
    auto pulled = co_await provider.pull(request, recorder);
    if (!pulled) co_return pulled.error();
    if (auto ended = co_await recorder.end_changes(); !ended) co_return ended.error();
    if (!until) co_return pulled;
    recorder.begin_changes(true);
    // An instant that has not come yet by the provider's clock was none of that clock: all may be others'
    // work.
    if (*until <= pulled->began) {
        request.since = std::max(*request.since, *until);
        if (request.came_back_since) request.came_back_since = std::max(*request.came_back_since, *until);
    }
    auto since_backup = co_await provider.pull(request, recorder);
    if (!since_backup) co_return since_backup.error();
    if (auto ended = co_await recorder.end_changes(); !ended) co_return ended.error();
    co_return pulled;
}

bool may_have_left(const LookInput& input) {
    for (const store::GroupRow& group : input.groups)
        if (group.is_list && group.had_members) return true;
    return false;
}

}  // namespace

awaitable<result<SteadyTime>> look(Environment& env, const RunDefinition& definition, std::int64_t run,
                                   LookKind kind) {
    const auto read = [&](store::Database& db, const vault::Vault&) { return load(db, definition); };
    auto loaded = co_await env.store->run(read);
    if (!loaded) co_return loaded.error();
    store::PullState& state = loaded->first;  // no structured binding: Clang 14 captures none in a lambda
    LookInput& input = loaded->second;
    input.run = run;
    input.now = env.time->now();
    const bool full = is_full_due(state, input.now);
    if (full) ++state.full_pulls;
    input.full_pull = state.full_pulls;
    const bool first = !state.since;
    const bool all_contacts = first && may_have_left(input);
    LookRecorder recorder(*env.store, std::move(input));
    provider::Provider& provider = *definition.session->provider;
    const SteadyTime asked = env.time->steady();
    provider::PullRequest request;
    request.destination = definition.settings.destination;
    std::optional<provider::PullMark> mark;  // of the first pull: it covers what a later one shows too
    bool complete = true;
    if (!first) {
        // Before a full pull too: only changes tell which contacts left the list.
        request.since = state.since;
        if (kind == LookKind::everything) request.came_back_since = state.came_back_since;
        auto pulled = co_await pull_changes(provider, request, state, recorder);
        if (!pulled) co_return pulled.error();
        mark = *pulled;
    }
    if (full) {
        request.since.reset();
        request.came_back_since.reset();
        request.all_contacts = all_contacts;
        auto pulled = co_await provider.pull(request, recorder);
        if (!pulled) co_return pulled.error();
        complete = pulled->complete;
        if (!mark) mark = *pulled;
    }
    if (auto finished = co_await recorder.finish(); !finished) co_return finished.error();
    state.since = later(state.since, *mark);
    state.began = mark->began;
    if (first || kind == LookKind::everything) state.came_back_since = later(state.came_back_since, *mark);
    if (full && complete) state.full_at = env.time->now();
    if (kind == LookKind::everything) state.restored = false;
    const auto save = [&](store::Database& db, const vault::Vault&) -> result<void> {
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        if (full && complete)
            if (auto lifted = store::lift_unseen(db, definition.destination, state.full_pulls); !lifted)
                return lifted;
        auto followed = store::follow_opt_outs(db, definition.destination, run, env.time->now());
        if (!followed) return followed;
        if (auto put = store::put_pull_state(db, definition.destination, state); !put) return put;
        return transaction->commit();
    };
    auto saved = co_await env.store->run(save);
    if (!saved) co_return saved.error();
    co_return asked;
}

}  // namespace audienced::run
