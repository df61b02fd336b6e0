#include "inspect/describe_segment.hpp"

#include "aio/task_group.hpp"
#include "run/open_source.hpp"

namespace audienced::inspect {
namespace {

constexpr std::size_t rows_looked_at = 50;
constexpr auto patience = std::chrono::seconds{3};

struct FirstRows final : source::RowSink {
    bool row(std::uint64_t, std::span<const source::Value> values) override {
        plan::SampleRow& row = rows.emplace_back();
        for (const source::Value& v : values)
            row.push_back(v.null ? std::nullopt : std::optional<std::string>(std::string(v.text)));
        return ++seen < rows_looked_at;
    }
    bool reject(std::uint64_t, std::string_view) override { return ++seen < rows_looked_at; }
    std::vector<plan::SampleRow> rows;
    std::size_t seen = 0;
};

struct NoRows final : source::RowSink {
    bool row(std::uint64_t, std::span<const source::Value>) override { return true; }
    bool reject(std::uint64_t, std::string_view) override { return true; }
};

void count(const run::OpenedSource& opened, SegmentSummary& look, std::stop_token stop) {
    NoRows rows;
    auto read = opened.source->read(opened.segment, {}, rows, stop);
    if (read) look.rows = read->rows;
    if (!read && read.error().code != Errc::cancelled) look.why_unknown = read.error().text();
    if (!read && read.error().code == Errc::cancelled)
        look.why_unknown = "counting was given up after " + std::to_string(patience.count()) + " s";
}

awaitable<void> stop_later(aio::Time& time, std::stop_source stop) {
    // Cancelled: the count is not waited for any more. Stopping is right in either case.
    (void)co_await time.sleep_for(patience);
    stop.request_stop();
}

}  // namespace

plan::MappingGuess guess_from(source::Source& source, const model::Segment& segment,
                              const std::vector<std::string>& columns, std::stop_token stop) {
    FirstRows first;
    // Broken off on purpose, or for a reason that its own command tells.
    (void)source.read(segment, columns, first, std::move(stop));
    return plan::guess_mapping(columns, first.rows);
}

awaitable<result<SegmentSummary>> describe_segment(run::Environment& env, const run::OpenedSource& opened) {
    // The alarm below must be gone before this frame is, cancelled or not.
    const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    const auto describe = [&] { return opened.source->describe(opened.segment, std::stop_token{}); };
    auto described = co_await env.readers->run(describe);
    if (!described) co_return described.error();
    SegmentSummary look;
    look.columns = std::move(described->columns);
    look.rows = described->rows;

    std::stop_source stop;
    aio::TaskGroup alarm(env.io);
    alarm.spawn("the end of patience", stop_later(*env.time, stop));
    const auto look_at = [&] {
        look.guess = guess_from(*opened.source, opened.segment, look.columns, stop.get_token());
        if (!look.rows) count(opened, look, stop.get_token());
        return true;
    };
    (void)co_await env.readers->run(look_at);
    alarm.cancel();
    co_await alarm.wait();
    co_await boost::asio::this_coro::throw_if_cancelled(throwing);
    co_return std::move(look);
}

}  // namespace audienced::inspect
