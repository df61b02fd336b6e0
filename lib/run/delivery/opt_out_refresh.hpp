// While a run delivers, contacts go on leaving. An upsert that also puts its members into a list puts back
// the contacts that left it since opt-outs were last asked for, so before a further one they are asked for
// again.
#pragma once

#include <deque>

#include "aio/event.hpp"
#include "run/definition.hpp"
#include "run/environment.hpp"

namespace audienced::run {

/// So many members had been sent when.
struct SentMembers {
    SteadyTime at;
    std::uint64_t members = 0;
};
/// Is a look worth its calls? It reads what the run itself has just changed: done while that is little, or
/// when the last one lies far back. Pure.
bool is_refresh_due(const std::deque<SentMembers>& sent, SteadyTime last_look, SteadyTime now);

/// One for the upserts of a run; shared by its lanes.
class OptOutRefresh {
public:
    /// `asked`: when opt-outs were last asked for. The rest outlives it.
    OptOutRefresh(Environment& env, const RunDefinition& definition, const provider::GroupLayout& layout,
                  SteadyTime asked);
    /// Before a batch is loaded: what it finds, loading leaves out. Waits if another lane is looking.
    awaitable<result<void>> before_upsert();
    void sent(std::uint64_t members);

private:
    Environment& env_;
    const RunDefinition& definition_;
    const provider::GroupLayout& layout_;
    SteadyTime asked_;
    aio::Event looked_;
    std::deque<SentMembers> sent_;
    bool looking_ = false;
};

}  // namespace audienced::run
