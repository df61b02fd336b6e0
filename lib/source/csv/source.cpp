#include <algorithm>

#include "source/csv/csv.hpp"
#include "source/delimited/rows.hpp"
#include "source/folder/file.hpp"
#include "source/settings.hpp"

namespace audienced::source::csv {
namespace {
using delimited::Bytes;
using delimited::Records;
using folder::File;

/// One file on its way to being read.
struct Input {
    File file;
    std::unique_ptr<Bytes> bytes;
    std::unique_ptr<Records> records;
};

class CsvSource final : public Source {
public:
    CsvSource(Options options, const Clock* clock) : options_(std::move(options)), clock_(clock) {}

    result<std::string> test(std::stop_token) override {
        auto files = folder::count_files(options_.folder);
        if (!files) return files.error();
        return "folder " + options_.folder + " with " + std::to_string(*files) + " files";
    }

    result<Description> describe(const model::Segment& segment, std::stop_token stop) override {
        auto names = folder::match_inside(options_.folder, segment.what);
        if (!names) return names.error();
        auto input = open_input(names->front());
        if (!input) return input.error();
        auto header = delimited::read_header(*(*input)->records, names->front(), stop);
        if (!header) return header.error();
        Description description;
        description.columns = std::move(*header);
        return description;
    }

    result<Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                          RowSink& sink, std::stop_token stop) override {
        auto names = folder::match_inside(options_.folder, segment.what);
        if (!names) return names.error();
        Snapshot snapshot;
        std::vector<File> finished;
        for (const auto& name : *names) {
            auto input = open_input(name);
            if (!input) return input.error();
            if (auto fine = check_file_age((*input)->file); !fine) return fine.error();
            const bool several = names->size() > 1;
            if (auto fine = copy(**input, options_.encoding, columns, sink, snapshot.rows, several, stop);
                !fine)
                return fine.error();
            snapshot.id += name + ":" + (*input)->file.stamp().text() + ";";
            (*input)->file.close();
            finished.push_back(std::move((*input)->file));
        }
        for (const auto& file : finished)
            if (auto fine = file.unchanged(); !fine) return fine.error();
        auto again = folder::match_inside(options_.folder, segment.what);
        if (!again || *again != *names)
            return retryable(Errc::source_changed, "files that match " + segment.what +
                                                       " were added or removed while they were read");
        return snapshot;
    }

private:
    result<std::unique_ptr<Input>> open_input(const std::string& name) const {
        auto file = folder::open_inside(options_.folder, name);
        if (!file) return file.error();
        auto input = std::make_unique<Input>();
        input->file = std::move(*file);
        input->bytes = delimited::bytes_of(input->file);
        if (name.ends_with(".gz")) input->bytes = delimited::unpacked(std::move(input->bytes), name);
        input->bytes = delimited::decoded(std::move(input->bytes), options_.encoding);
        input->records = std::make_unique<Records>(*input->bytes, options_.dialect);
        return input;
    }

    /// The file's age is its readiness check. Errors: not_ready.
    result<void> check_file_age(const File& file) const {
        if (!clock_ || (options_.min_age_seconds == 0 && options_.max_age_seconds == 0)) return {};
        const auto modified = file.stamp().modified_ns / 1'000'000'000;
        const auto age = std::max<std::int64_t>(0, to_unix(clock_->now()) - modified);
        if (static_cast<std::uint64_t>(age) < options_.min_age_seconds)
            return retryable(Errc::not_ready, file.name() + " was written " + std::to_string(age) +
                                                  " s ago, less than --min-age: it may not be complete");
        if (options_.max_age_seconds != 0 && static_cast<std::uint64_t>(age) > options_.max_age_seconds)
            return retryable(Errc::not_ready, file.name() + " was written " + std::to_string(age) +
                                                  " s ago, more than --max-age: no new export has arrived");
        return {};
    }

    static result<void> copy(Input& input, delimited::Encoding encoding,
                             const std::vector<std::string>& columns, RowSink& sink, std::uint64_t& number,
                             bool several, const std::stop_token& stop) {
        const std::string& name = input.file.name();
        auto header = delimited::read_header(*input.records, name, stop);
        if (!header) return header.error();
        auto indices = find_columns(*header, columns, name);
        if (!indices) return indices.error();
        delimited::Layout layout;
        layout.width = header->size();
        for (std::size_t i = 0; i < columns.size(); ++i)
            layout.columns.push_back({(*indices)[i], columns[i], {}});
        layout.encoding = encoding;
        layout.encoding_advice = "audiencectl source edit NAME --encoding windows-1252";
        return delimited::Rows(layout, sink, number, several ? name : "").take_rest(*input.records, stop);
    }

    Options options_;
    const Clock* clock_;
};

}  // namespace

std::unique_ptr<Source> open(Options options, const Clock* clock) {
    return std::make_unique<CsvSource>(std::move(options), clock);
}

}  // namespace audienced::source::csv
