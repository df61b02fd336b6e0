#include <algorithm>
#include <filesystem>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "source/cdm/cdm.hpp"
#include "source/cdm/location.hpp"
#include "source/cdm/model.hpp"
#include "source/cdm/values.hpp"
#include "source/delimited/rows.hpp"
#include "source/folder/file.hpp"
#include "source/settings.hpp"

namespace audienced::source::cdm {
namespace {
using delimited::Records;
using folder::File;
constexpr std::size_t max_model = 16u << 20;

result<std::string> read_whole(const std::string& path) {
    const std::filesystem::path where(path);
    auto file = folder::open_inside(where.parent_path().native(), where.filename().native());
    if (!file) return file.error();
    if (file->stamp().size > max_model)
        return make_error(Errc::bad_config, path + " is larger than 16 MiB", "is this a model.json?");
    // One byte more than it has, so that a file that grows meanwhile is noticed.
    std::string text(static_cast<std::size_t>(file->stamp().size) + 1, '\0');
    std::size_t have = 0;
    for (;;) {
        auto n = file->read(std::span(text).subspan(have));
        if (!n) return n.error();
        if (*n == 0) break;
        have += *n;
        if (have == text.size()) return retryable(Errc::source_changed, path + " grew while it was read");
    }
    text.resize(have);
    return text;
}

/// One partition on its way to being read.
struct Input {
    File file;
    std::unique_ptr<delimited::Bytes> bytes;
    std::unique_ptr<Records> records;
};

std::vector<std::string> names_of(const Entity& entity) {
    std::vector<std::string> names;
    for (const auto& a : entity.attributes) names.push_back(a.name);
    return names;
}

/// A model may leave the columns to the files' headers; without both the fields have no names.
Error nameless(const Entity& entity) {
    return make_error(Errc::bad_config,
                      "the entity " + entity.name + " names no attributes, and its files have no header",
                      "export it with attributes in model.json, or with columnHeaders");
}

bool repeats(std::span<const std::string_view> fields, const std::vector<std::string>& names) {
    return std::equal(fields.begin(), fields.end(), names.begin(), names.end(),
                      [](std::string_view f, const std::string& n) { return iequals(f, n); });
}

/// The model does not say whether a header exists: it does if the first record repeats the attributes' names,
/// or has the column that every table of Customer Insights has.
bool looks_like_header(std::span<const std::string_view> fields, const std::vector<std::string>& names) {
    return repeats(fields, names) || std::find(fields.begin(), fields.end(), "CustomerId") != fields.end();
}

class CdmSource final : public Source {
public:
    explicit CdmSource(Options options) : options_(std::move(options)) {}

    result<std::string> test(std::stop_token) override {
        auto text = read_whole(options_.model);
        if (!text) return text.error();
        auto model = parse_model(*text);
        if (!model) return model.error();
        return "model " + model->name + " with " + std::to_string(model->entities.size()) + " entities" +
               (model->modified_time.empty() ? "" : ", written " + model->modified_time);
    }

    result<Description> describe(const model::Segment& segment, std::stop_token stop) override {
        auto text = read_whole(options_.model);
        if (!text) return text.error();
        auto entity = parse_entity(*text, segment.what);
        if (!entity) return entity.error();
        Description description;
        description.columns = names_of(*entity);
        if (!description.columns.empty()) return description;
        if (!entity->partitions.front().headers.value_or(true)) return nameless(*entity);
        auto input = open_partition(entity->partitions.front());
        if (!input) return input.error();
        auto header = delimited::read_header(*(*input)->records, (*input)->file.name(), stop);
        if (!header) return header.error();
        description.columns = std::move(*header);
        return description;
    }

    result<Snapshot> read(const model::Segment& segment, const std::vector<std::string>& columns,
                          RowSink& sink, std::stop_token stop) override {
        auto text = read_whole(options_.model);
        if (!text) return text.error();
        auto model = parse_model(*text);
        if (!model) return model.error();
        auto entity = parse_entity(*text, segment.what);
        if (!entity) return entity.error();
        Snapshot snapshot;
        std::string state = *text;
        std::vector<File> finished;
        for (const Partition& partition : entity->partitions) {
            auto input = open_partition(partition);
            if (!input) return input.error();
            if (auto fine =
                    copy(**input, partition, *entity, model->culture, columns, sink, snapshot.rows, stop);
                !fine)
                return fine.error();
            state += (*input)->file.name() + ":" + (*input)->file.stamp().text() + ";";
            (*input)->file.close();
            finished.push_back(std::move((*input)->file));
        }
        for (const auto& file : finished)
            if (auto fine = file.unchanged(); !fine) return fine.error();
        auto again = read_whole(options_.model);
        if (!again || *again != *text)
            return retryable(Errc::source_changed, "model.json changed while the entity was read");
        snapshot.id = model->modified_time + "/" + to_hex(sha256(state)).substr(0, 32);
        return snapshot;
    }

private:
    result<std::unique_ptr<Input>> open_partition(const Partition& partition) const {
        auto path = local_path(partition.location, options_.prefix);
        if (!path) return path.error();
        auto file = folder::open_inside(options_.root, *path);
        if (!file) {
            Error error = file.error();
            if (error.code == Errc::not_ready)
                error.hint = "the partition " + partition.name +
                             " is not there: wait for the export or the mirror, or "
                             "give its location with --root and --prefix";
            return error;
        }
        auto input = std::make_unique<Input>();
        input->file = std::move(*file);
        input->bytes = delimited::bytes_of(input->file);
        if (path->ends_with(".gz")) input->bytes = delimited::unpacked(std::move(input->bytes), *path);
        input->bytes = delimited::decoded(std::move(input->bytes), partition.encoding);
        input->records = std::make_unique<Records>(*input->bytes, partition.dialect);
        return input;
    }

    static result<void> copy(Input& input, const Partition& partition, const Entity& entity,
                             const std::string& culture, const std::vector<std::string>& columns,
                             RowSink& sink, std::uint64_t& number, const std::stop_token& stop) {
        const std::string& file = input.file.name();
        Records& records = *input.records;
        std::vector<std::string> names = names_of(entity);
        records.set_width(names.size());
        bool first_is_data = false;
        if (names.empty() && !partition.headers.value_or(true)) return nameless(entity);
        if (partition.headers.value_or(true)) {
            auto got = records.next(stop);
            if (!got) return got.error();
            const bool broken = *got == Records::Got::broken;
            if (partition.headers && *got != Records::Got::record)
                return retryable(Errc::not_ready, file + " does not begin with a header that can be read");
            if (*got == Records::Got::end) return {};
            const bool header =
                partition.headers || names.empty() || looks_like_header(records.fields(), names);
            if (header && !broken)
                if (auto fine = delimited::check_header(records.fields(), file); !fine) return fine;
            if (broken && !sink.reject(++number, file + ", line 1: " + records.why(), {})) return cancelled();
            if (header && !repeats(records.fields(), names))
                names.assign(records.fields().begin(), records.fields().end());
            records.set_width(names.size());
            first_is_data = !header && !broken;
        }
        auto layout = layout_of(names, columns, entity, culture);
        if (!layout) return layout.error();
        layout->encoding = partition.encoding;
        layout->encoding_advice = "its partition in model.json must name that encoding";
        delimited::Rows rows(*layout, sink, number, file);
        if (first_is_data)
            if (auto fine = rows.take(records); !fine) return fine;
        return rows.take_rest(records, stop);
    }

    /// Where a file with these fields has the columns. One that the model has and the file's own header has
    /// not was added to the model later: null. The address is no such column.
    static result<delimited::Layout> layout_of(const std::vector<std::string>& names,
                                               const std::vector<std::string>& columns, const Entity& entity,
                                               const std::string& culture) {
        delimited::Layout layout;
        layout.width = names.size();
        for (const std::string& wanted : columns) {
            delimited::Column column{delimited::Column::absent, wanted, {}};
            bool in_model = false;
            for (const auto& a : entity.attributes) {
                if (a.name != wanted) continue;
                in_model = true;
                column.rewrite = rewrite_for(a, entity, culture);
            }
            auto index = find_columns(names, {wanted}, "the entity " + entity.name);
            const bool added_later = in_model && !layout.columns.empty();
            if (!index && (index.error().code != Errc::not_found || !added_later)) return index.error();
            if (index) column.index = index->front();
            layout.columns.push_back(std::move(column));
        }
        return layout;
    }

    Options options_;
};

}  // namespace

std::unique_ptr<Source> open(Options options) {
    return std::make_unique<CdmSource>(std::move(options));
}

}  // namespace audienced::source::cdm
