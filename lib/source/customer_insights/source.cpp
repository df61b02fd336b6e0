#include <algorithm>

#include "source/customer_insights/answers.hpp"
#include "source/customer_insights/api.hpp"
#include "source/customer_insights/seen.hpp"
#include "source/delimited/rows.hpp"
#include "source/settings.hpp"

namespace audienced::source::customer_insights {
namespace {
using delimited::Records;

constexpr std::uint64_t most_uncounted = 20'000'000;  // rows of a segment that has no count
constexpr std::uint64_t spare_rows = 1000;

class InsightsSource final : public Source {
public:
    InsightsSource(Options options, const Environment& environment)
        : options_(std::move(options)), api_(options_, environment) {}

    result<std::string> test(std::stop_token stop) override {
        auto segments = all_segments(stop);
        if (!segments) return segments.error();
        return "Customer Insights instance " + options_.instance + " with " +
               std::to_string(segments->size()) + " segments";
    }

    result<Description> describe(const model::Segment& segment, std::stop_token stop) override {
        auto found = find_segment(segment.what, stop);
        if (!found) return found.error();
        auto columns = attributes(options_.proxy ? segment.what : "Customer", stop);
        if (!columns) return columns.error();
        Description description;
        description.columns = std::move(*columns);
        description.rows = found->members;
        return description;
    }

    result<Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                          RowSink& sink, std::stop_token stop) override {
        auto before = find_segment(segment.what, stop);
        if (!before) return before.error();
        if (auto fine = check_ready(*before); !fine) return fine.error();
        auto refresh = last_refresh(stop);
        if (!refresh) return refresh.error();
        auto known = attributes(options_.proxy ? segment.what : "Customer", stop);
        if (!known) return known.error();
        if (!options_.proxy)
            if (auto fine = find_columns(*known, columns, "the table Customer"); !fine) return fine.error();
        Snapshot snapshot;
        snapshot.id = before->version() + (refresh->empty() ? "" : "/" + *refresh);
        auto copied = options_.proxy
                          ? copy_partitions(segment.what, *known, columns, sink, snapshot.rows, stop)
                          : copy_pages(*before, columns, sink, snapshot.rows, stop);
        if (!copied) return copied.error();
        auto after = find_segment(segment.what, stop);
        if (!after) return after.error();
        if (after->version() != before->version())
            return retryable(Errc::source_changed, "the segment was evaluated anew while it was read");
        auto refresh_after = last_refresh(stop);
        if (!refresh_after) return refresh_after.error();
        if (*refresh_after != *refresh)
            return retryable(Errc::source_changed, "the instance was refreshed while the segment was read");
        if (auto fine = check_count(*before, snapshot.rows); !fine) return fine.error();
        return snapshot;
    }

private:
    result<std::vector<Segment>> all_segments(const std::stop_token& stop) {
        auto body = api_.get("/manage/segments?includeHistoricStats=false&numberOfSegments=10000", stop);
        if (!body) return body.error();
        return parse_segments(*body);
    }

    result<Segment> find_segment(const std::string& name, const std::stop_token& stop) {
        auto segments = all_segments(stop);
        if (!segments) return segments.error();
        for (const auto& s : *segments)
            if (s.name == name) return s;
        return make_error(
            Errc::not_found, "the instance has no segment with the output table name " + name,
            "this is not its display name; audiencectl source test shows how many segments there are");
    }

    /// The id of the refresh on which the segments depend; empty if the check is off, or there was none.
    /// Errors: not_ready (under way, failed), bad_config (the instance does not tell).
    result<std::string> last_refresh(const std::stop_token& stop) {
        if (options_.refresh == RefreshCheck::off) return std::string();
        // Microsoft's client library and its documentation name different paths.
        for (const char* path : {"/workflows/main/jobs?top=10&includeTasks=true",
                                 "/manage/workflows/main/jobs?top=10&includeTasks=true"}) {
            auto body = api_.get(path, stop);
            if (!body && body.error().code == Errc::not_found) continue;
            if (!body) return body.error();
            auto job = parse_last_job(*body);
            if (!job) return job.error();
            if (!*job) return std::string();
            if (auto fine = check_refresh(**job, options_.refresh); !fine) return fine.error();
            return (*job)->id;
        }
        return make_error(Errc::bad_config, "the instance does not list its refresh jobs",
                          "turn the check off: audiencectl source edit NAME --refresh-check off");
    }

    result<std::vector<std::string>> attributes(const std::string& table, const std::stop_token& stop) {
        auto body = api_.get("/manage/entities/" + http::percent_encode(table), stop);
        if (!body) return body.error();
        return parse_attributes(*body);
    }

    std::string page_query(const std::string& segment, const std::vector<std::string>& columns,
                           std::uint64_t skip) const {
        std::string name, select = "CustomerId";
        for (const char c : segment) name += c == '\'' ? "''" : std::string(1, c);
        for (const auto& c : columns)
            if (c != "CustomerId") select += "," + c;
        return "/data/Customer?$filter=" + http::percent_encode("IsMemberOfSegment('" + name + "')") +
               "&$select=" + http::percent_encode(select) +
               "&$orderby=CustomerId&$top=" + std::to_string(options_.page) +
               "&$skip=" + std::to_string(skip);
    }

    /// Beyond what check_count() would pass, and some pages for profiles that come twice.
    std::uint64_t most_rows(const Segment& segment) const {
        if (!segment.members) return most_uncounted;
        const std::uint64_t members = *segment.members;
        return members + members * options_.count_tolerance_percent / 100 + members / 10 + spare_rows;
    }

    /// Pages until an empty one. Rows that move from one page to the next during a write come twice
    /// (dropped here) or not at all (the count tells).
    result<void> copy_pages(const Segment& segment, const std::vector<std::string>& columns, RowSink& sink,
                            std::uint64_t& number, const std::stop_token& stop) {
        Seen seen;
        std::vector<Value> values(columns.size());
        std::string previous;
        for (std::uint64_t skip = 0;;) {
            if (skip > most_rows(segment)) return does_not_end(segment, skip);
            auto body = api_.get(page_query(segment.name, columns, skip), stop);
            if (!body) return body.error();
            // Profiles without an id cannot be told apart otherwise.
            const bool same_again = *body == previous;
            auto rows = parse_page(*body, columns);
            if (!rows) return rows.error();
            if (rows->empty()) return {};
            skip += rows->size();
            bool anything_new = false;
            for (const Row& row : *rows) {
                if (row.id.empty()) {
                    anything_new = anything_new || !same_again;
                    std::optional<std::string_view> address;
                    if (!row.values.empty() && row.values[0]) address = *row.values[0];
                    if (!sink.reject(++number, "the profile has no CustomerId", address)) return cancelled();
                    continue;
                }
                if (!seen.add(row.id)) continue;
                anything_new = true;
                for (std::size_t i = 0; i < values.size(); ++i) {
                    values[i].null = !row.values[i].has_value();
                    values[i].text = row.values[i] ? std::string_view(*row.values[i]) : std::string_view();
                }
                if (!sink.row(++number, values)) return cancelled();
            }
            if (!anything_new)
                return retryable(Errc::not_ready, "Customer Insights keeps returning the same page");
            previous = std::move(*body);
        }
    }

    static Error does_not_end(const Segment& segment, std::uint64_t rows) {
        return retryable(Errc::not_ready,
                         "Customer Insights returned " + std::to_string(rows) + " profiles of the segment " +
                             segment.name + ", which has " +
                             (segment.members ? std::to_string(*segment.members) : "no count") +
                             ", and does not come to an end",
                         "refresh the segment in Customer Insights");
    }

    result<void> copy_partitions(const std::string& segment, const std::vector<std::string>& known,
                                 const std::vector<std::string>& columns, RowSink& sink,
                                 std::uint64_t& number, const std::stop_token& stop) {
        auto body = api_.get("/data/" + http::percent_encode(segment) + "?$select=*&proxy=true", stop);
        if (!body) return body.error();
        auto requests = parse_partitions(*body);
        if (!requests) return requests.error();
        std::size_t part = 0;
        for (const auto& request : *requests) {
            auto text = api_.fetch(request, stop);
            if (!text) return text.error();
            const std::string name = "partition " + std::to_string(++part);
            if (auto fine = copy_partition(*text, name, known, columns, sink, number, stop); !fine)
                return fine;
        }
        return {};
    }

    /// A partition may begin with a header, which then holds CustomerId; without one its fields are the
    /// attributes.
    static result<void> copy_partition(const std::string& text, const std::string& part,
                                       const std::vector<std::string>& known,
                                       const std::vector<std::string>& columns, RowSink& sink,
                                       std::uint64_t& number, const std::stop_token& stop) {
        const auto bytes =
            delimited::decoded(delimited::bytes_of(std::string_view(text)), delimited::Encoding::utf8);
        Records records(*bytes, {});
        std::vector<std::string> names = known;
        records.set_width(names.size());
        auto got = records.next(stop);
        if (!got) return got.error();
        if (*got == Records::Got::end) return {};
        if (*got == Records::Got::broken && !sink.reject(++number, part + ", line 1: " + records.why(), {}))
            return cancelled();
        const auto fields = records.fields();
        const bool header = std::find(fields.begin(), fields.end(), "CustomerId") != fields.end();
        if (header) names = delimited::names_from(fields);
        auto indices = find_columns(names, columns, part);
        if (!indices) return indices.error();
        delimited::Layout layout;
        layout.width = names.size();
        for (std::size_t i = 0; i < columns.size(); ++i)
            layout.columns.push_back({(*indices)[i], columns[i], {}});
        delimited::Rows rows(layout, sink, number, part);
        if (*got == Records::Got::record && !header)
            if (auto fine = rows.take(records); !fine) return fine;
        return rows.take_rest(records, stop);
    }

    result<void> check_count(const Segment& segment, std::uint64_t rows) const {
        if (!segment.members) return {};
        const std::uint64_t expected = *segment.members;
        const std::uint64_t apart = expected > rows ? expected - rows : rows - expected;
        if (apart * 100 <= expected * options_.count_tolerance_percent) return {};
        return retryable(Errc::source_changed,
                         "the segment has " + std::to_string(expected) + " members, but " +
                             std::to_string(rows) + " were read: profiles moved between the pages",
                         "if the two counts always differ, allow it with --count-tolerance PERCENT");
    }

    Options options_;
    Api api_;
};

}  // namespace

std::unique_ptr<Source> open(Options options, const Environment& environment) {
    return std::make_unique<InsightsSource>(std::move(options), environment);
}

}  // namespace audienced::source::customer_insights
