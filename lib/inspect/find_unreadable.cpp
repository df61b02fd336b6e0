#include "inspect/find_unreadable.hpp"

#include "aio/with_deadline.hpp"
#include "run/environment.hpp"
#include "source/source.hpp"

namespace audienced::inspect {
namespace {

constexpr auto search_limit = std::chrono::seconds{3};

struct CountUnreadable final : source::RowSink {
    bool row(std::uint64_t, std::span<const source::Value>) override {
        ++found.of;
        return true;
    }
    bool reject(std::uint64_t, std::string_view why, std::optional<std::string_view>) override {
        ++found.of;
        found.add(why);
        return true;
    }
    plan::RowFaults found;
};

}  // namespace

awaitable<plan::RowFaults> find_unreadable(run::Environment& env, source::Source& source,
                                           const model::Segment& segment,
                                           const std::vector<std::string>& columns) {
    CountUnreadable rows;
    std::stop_source stop;
    auto read = [&, token = stop.get_token()] { return source.read(segment, columns, rows, token); };
    auto reading = env.readers->run(std::move(read));
    const Deadline deadline = env.time->steady() + search_limit;
    auto done = co_await aio::with_deadline(*env.time, deadline, stop, std::move(reading));
    rows.found.complete = done.has_value();
    co_return std::move(rows.found);
}

}  // namespace audienced::inspect
