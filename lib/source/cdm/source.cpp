#include <filesystem>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "source/cdm/cdm.hpp"
#include "source/cdm/newest.hpp"
#include "source/cdm/partition.hpp"
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

/// The versions of a table's rows: passes over all partitions, which give nothing to a sink.
class VersionPasses {
public:
    VersionPasses(const Options& options, const Entity& entity, std::vector<File>& finished)
        : options_(options), entity_(entity), finished_(finished) {}

    /// Nothing to do, unless the first partition has the columns of versions. Errors: those of
    /// begin_partition and of the files; too_large.
    result<void> run(const std::stop_token& stop) {
        while (newest_.begin_pass()) {
            std::uint64_t number = 0;
            for (const Partition& partition : entity_.partitions) {
                auto opened = begin_partition(options_, partition, entity_, stop);
                if (!opened) return opened.error();
                const auto columns = version_columns(opened->names);
                if (number == 0 && !columns) return {};
                if (auto fine = meet_rows(*opened, columns, number, stop); !fine) return fine;
                opened->text->file.close();
                finished_.push_back(std::move(opened->text->file));
            }
        }
        newest_.finish();
        return {};
    }
    const Newest& newest() const { return newest_; }

private:
    result<void> meet_rows(const Opened& opened, const std::optional<VersionColumns>& columns,
                           std::uint64_t& number, const std::stop_token& stop) {
        Records& records = *opened.text->records;
        if (opened.first == Opened::First::none) return {};
        if (opened.first == Opened::First::broken) ++number;
        if (opened.first == Opened::First::row) meet(records, columns, opened.names.size(), number);
        for (;;) {
            if (stop.stop_requested()) return cancelled();
            auto got = records.next(stop);
            if (!got) return got.error();
            if (*got == Records::Got::end) return {};
            meet(records, columns, opened.names.size(), number);
            if (number > Newest::most_rows)
                return make_error(Errc::too_large,
                                  "the entity " + entity_.name + " has more rows than can be counted");
        }
    }

    /// A record that cannot be read as a row tells its Id and when it was written, which stand in front; a
    /// number behind the damage may be another column's.
    void meet(const Records& records, const std::optional<VersionColumns>& columns, std::size_t width,
              std::uint64_t& number) {
        const auto fields = records.fields();
        const bool whole = records.is_whole() && fields.size() <= width;
        if (records.is_whole() && delimited::is_blank(fields)) return;
        ++number;
        if (!columns) return;
        const auto at = [&](std::size_t i) { return i < fields.size() ? fields[i] : std::string_view(); };
        const std::string_view id = at(columns->id);
        const std::string_view deleted = whole ? at(columns->deleted) : std::string_view();
        if (id.empty()) return;
        if (newest_.is_first_pass()) return newest_.note(number, id, is_deletion(deleted));
        if (!newest_.wants(id)) return;
        newest_.meet(
            number, id,
            parse_version(whole ? at(columns->number) : std::string_view(), at(columns->written), deleted));
    }

    const Options& options_;
    const Entity& entity_;
    std::vector<File>& finished_;
    Newest newest_;
};

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
        auto input = open_partition(options_, entity->partitions.front());
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
        VersionPasses versions(options_, *entity, finished);
        if (const auto names = names_of(*entity); names.empty() || version_columns(names))
            if (auto fine = versions.run(stop); !fine) return fine.error();
        for (const Partition& partition : entity->partitions) {
            auto opened = begin_partition(options_, partition, *entity, stop);
            if (!opened) return opened.error();
            auto layout = layout_of(opened->names, columns, *entity, model->culture);
            if (!layout) return layout.error();
            layout->encoding = partition.encoding;
            if (versions.newest().left_out() != 0)
                layout->leaves_out = [&](std::uint64_t number) {
                    return versions.newest().leaves_out(number);
                };
            if (auto fine = copy(*opened, *layout, sink, snapshot.rows, stop); !fine) return fine.error();
            File& file = opened->text->file;
            state += file.name() + ":" + file.stamp().text() + ";";
            file.close();
            finished.push_back(std::move(file));
        }
        snapshot.rows -= versions.newest().left_out();
        for (const auto& file : finished)
            if (auto fine = file.unchanged(); !fine) return fine.error();
        auto again = read_whole(options_.model);
        if (!again || *again != *text)
            return retryable(Errc::source_changed, "model.json changed while the entity was read");
        snapshot.id = model->modified_time + "/" + to_hex(sha256(state)).substr(0, 32);
        return snapshot;
    }

private:
    static result<void> copy(const Opened& opened, const delimited::Layout& layout, RowSink& sink,
                             std::uint64_t& number, const std::stop_token& stop) {
        const std::string& file = opened.text->file.name();
        Records& records = *opened.text->records;
        if (opened.first == Opened::First::none) return {};
        if (opened.first == Opened::First::broken &&
            !sink.reject(++number, file + ", line 1: " + records.why(), {}))
            return cancelled();
        delimited::Rows rows(layout, sink, number, file);
        if (opened.first == Opened::First::row)
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
        layout.encoding_advice = "its partition in model.json must name that encoding";
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
