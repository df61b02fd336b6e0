#include <algorithm>

#include "source/csv/csv.hpp"
#include "source/delimited/rows.hpp"
#include "source/folder/file.hpp"
#include "source/settings.hpp"

namespace audienced::source::csv {
namespace {
using delimited::TextFile;
using folder::File;

/// How rows are told from one another.
struct Numbering {
    bool several;  // files: each reject names its own
    bool by_line;
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
        auto names = files_of(segment);
        if (!names) return names.error();
        auto input = open_input(names->front());
        if (!input) return input.error();
        auto header = delimited::read_header(*(*input)->records, names->front(), stop);
        if (!header) return header.error();
        Description description;
        description.doubt = doubt_of(**input, *header);
        description.columns = std::move(*header);
        return description;
    }

    result<Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                          RowSink& sink, std::stop_token stop) override {
        auto names = files_of(segment);
        if (!names) return names.error();
        const bool by_line = !folder::is_pattern(segment.what) || options_.newest;
        Snapshot snapshot;
        std::vector<File> finished;
        for (const auto& name : *names) {
            auto input = open_input(name);
            if (!input) return input.error();
            if (auto fine = check_file_age((*input)->file); !fine) return fine.error();
            const bool several = names->size() > 1;
            const Numbering numbering{several, by_line};
            if (auto fine = copy(**input, columns, sink, snapshot.rows, numbering, stop); !fine)
                return fine.error();
            snapshot.id += name + ":" + (*input)->file.stamp().text() + ";";
            (*input)->file.close();
            finished.push_back(std::move((*input)->file));
        }
        for (const auto& file : finished)
            if (auto fine = file.unchanged(); !fine) return fine.error();
        auto again = files_of(segment);
        if (!again || *again != *names)
            return retryable(Errc::source_changed, "files that match " + segment.what +
                                                       " were added or removed while they were read");
        return snapshot;
    }

private:
    /// In the order of names; one where only the newest counts. A newest file that may still be written is
    /// not passed over for an older one: it is not ready (check_file_age).
    result<std::vector<std::string>> files_of(const model::Segment& segment) const {
        auto names = folder::match_inside(options_.folder, segment.what);
        if (!names || !options_.newest || names->size() == 1) return names;
        auto newest = folder::newest_of(options_.folder, *names, *options_.newest);
        if (!newest) return newest.error();
        return std::vector<std::string>{std::move(*newest)};
    }

    result<std::unique_ptr<TextFile>> open_input(const std::string& name) const {
        auto file = folder::open_inside(options_.folder, name);
        if (!file) return file.error();
        return delimited::open_text(std::move(*file), options_.format);
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

    /// Why a column that should be there may not be found.
    static std::string doubt_of(const TextFile& input, const std::vector<std::string>& header) {
        if (std::none_of(header.begin(), header.end(), delimited::is_mended_name)) return input.doubt;
        return "a name that is not valid UTF-8 may be meant: audiencectl source edit NAME --encoding "
               "windows-1252" +
               (input.doubt.empty() ? "" : "; " + input.doubt);
    }

    static result<void> copy(TextFile& input, const std::vector<std::string>& columns, RowSink& sink,
                             std::uint64_t& number, Numbering numbering, const std::stop_token& stop) {
        const std::string& name = input.file.name();
        auto header = delimited::read_header(*input.records, name, stop);
        if (!header) return header.error();
        auto indices = find_columns(*header, columns, name);
        if (!indices) {
            Error error = indices.error();
            const std::string doubt = doubt_of(input, *header);
            if (error.code == Errc::not_found && !doubt.empty()) error.hint += "; " + doubt;
            return error;
        }
        delimited::Layout layout;
        layout.width = header->size();
        layout.numbers_are_lines = numbering.by_line;
        for (std::size_t i = 0; i < columns.size(); ++i)
            layout.columns.push_back({(*indices)[i], columns[i], {}});
        layout.encoding = input.encoding;
        layout.encoding_advice = "audiencectl source edit NAME --encoding windows-1252";
        return delimited::Rows(layout, sink, number, numbering.several ? name : "")
            .take_rest(*input.records, stop);
    }

    Options options_;
    const Clock* clock_;
};

}  // namespace

std::unique_ptr<Source> open(Options options, const Clock* clock) {
    return std::make_unique<CsvSource>(std::move(options), clock);
}

}  // namespace audienced::source::csv
