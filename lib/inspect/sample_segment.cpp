#include "inspect/sample_segment.hpp"

#include "inspect/columns.hpp"
#include "inspect/look.hpp"
#include "run/open_source.hpp"

namespace audienced::inspect {
namespace {

/// Keeps the first rows, then stops the reading.
struct SampleRows final : source::RowSink {
    explicit SampleRows(std::size_t most) : limit(most) {}
    bool row(std::uint64_t, std::span<const source::Value> values) override {
        plan::SampleRow& copy = rows.emplace_back();
        for (const source::Value& v : values)
            copy.push_back(v.null ? std::nullopt : std::optional<std::string>(std::string(v.text)));
        return rows.size() < limit;
    }
    bool reject(std::uint64_t, std::string_view, std::optional<std::string_view>) override { return true; }
    std::size_t limit;
    std::vector<plan::SampleRow> rows;
};

/// On a reader thread.
result<SegmentSample> read_sample(const run::OpenedSource& opened, std::size_t limit,
                                  const std::stop_token& stop) {
    auto described = opened.source->describe(opened.segment, stop);
    if (!described) return described.error();
    SegmentSample out;
    out.columns = readable_columns(described->columns);
    if (limit == 0) return out;
    SampleRows rows(limit);
    auto read = opened.source->read(opened.segment, out.columns, rows, stop);
    if (!read && read.error().code != Errc::cancelled) return read.error();
    out.rows = std::move(rows.rows);
    return out;
}

}  // namespace

awaitable<result<SegmentSample>> sample_segment(run::Environment& env, model::Segment segment,
                                                std::size_t limit) {
    auto opened = co_await run::open_segment(env, std::move(segment));
    if (!opened) co_return opened.error();
    const auto read = [&](std::stop_token stop) { return read_sample(*opened, limit, stop); };
    co_return co_await look(env, opened->segment.source, read);
}

}  // namespace audienced::inspect
