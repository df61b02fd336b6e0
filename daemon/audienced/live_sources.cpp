// The half of Live that looks at sources; everything blocking happens on the readers' threads.
#include "live.hpp"
#include "inspect/describe_segment.hpp"
#include "run/open_source.hpp"

namespace audienced::daemon {
namespace {

/// Keeps the first rows, then stops the reading.
struct FirstRows final : source::RowSink {
    explicit FirstRows(std::size_t most) : limit(most) {}
    bool row(std::uint64_t, std::span<const source::Value> values) override {
        std::vector<std::optional<std::string>> copy;
        for (const source::Value& v : values)
            copy.push_back(v.null ? std::nullopt : std::optional<std::string>(std::string(v.text)));
        rows.push_back(std::move(copy));
        return rows.size() < limit;
    }
    bool reject(std::uint64_t, std::string_view) override { return true; }
    std::size_t limit;
    std::vector<std::vector<std::optional<std::string>>> rows;
};

result<control::SegmentSample> sample(const run::OpenSegment& open, std::size_t limit) {
    auto described = open.source->describe(open.segment, std::stop_token{});
    if (!described) return described.error();
    control::SegmentSample out;
    out.columns = described->columns;
    if (limit == 0) return out;
    FirstRows rows(limit);
    auto read = open.source->read(open.segment, out.columns, rows, std::stop_token{});
    if (!read && read.error().code != Errc::cancelled) return read.error();
    out.rows = std::move(rows.rows);
    return out;
}

}  // namespace

awaitable<result<std::string>> Live::test_source(model::Source source) {
    auto opened = co_await run::open_source(env_, std::move(source));
    if (!opened) co_return opened.error();
    const auto test = [&] { return opened->source->test(std::stop_token{}); };
    co_return co_await env_.readers->run(test);
}

awaitable<result<control::SegmentDescription>> Live::describe_segment(model::Segment segment) {
    auto opened = co_await run::open_segment(env_, std::move(segment));
    if (!opened) co_return opened.error();
    auto look = co_await inspect::describe_segment(env_, *opened);
    if (!look) co_return look.error();
    control::SegmentDescription out;
    out.columns = std::move(look->columns);
    out.rows = look->rows;
    out.rows_unknown = std::move(look->why_unknown);
    out.guess = std::move(look->guess);
    co_return std::move(out);
}

awaitable<result<control::SegmentSample>> Live::preview_segment(model::Segment segment, std::size_t limit) {
    auto opened = co_await run::open_segment(env_, std::move(segment));
    if (!opened) co_return opened.error();
    run::OpenSegment open;
    open.segment = opened->segment;
    open.source = opened->source.get();
    const auto take = [&] { return sample(open, limit); };
    co_return co_await env_.readers->run(take);
}

}  // namespace audienced::daemon
