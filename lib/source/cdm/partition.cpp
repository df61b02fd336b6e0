#include "source/cdm/partition.hpp"

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "source/cdm/location.hpp"
#include "source/delimited/rows.hpp"
#include "source/folder/file.hpp"

namespace audienced::source::cdm {
namespace {
using delimited::Records;

bool repeats(std::span<const std::string_view> fields, const std::vector<std::string>& names) {
    return std::equal(fields.begin(), fields.end(), names.begin(), names.end(),
                      [](std::string_view f, const std::string& n) { return iequals(f, n); });
}

/// The model does not say whether a header exists: it does if the first record repeats the attributes' names,
/// or has the column that every table of Customer Insights has.
bool looks_like_header(std::span<const std::string_view> fields, const std::vector<std::string>& names) {
    return repeats(fields, names) || std::find(fields.begin(), fields.end(), "CustomerId") != fields.end();
}

}  // namespace

std::vector<std::string> names_of(const Entity& entity) {
    std::vector<std::string> names;
    for (const auto& a : entity.attributes) names.push_back(a.name);
    return names;
}

Error nameless(const Entity& entity) {
    return make_error(Errc::bad_config,
                      "the entity " + entity.name + " names no attributes, and its files have no header",
                      "export it with attributes in model.json, or with columnHeaders");
}

result<std::unique_ptr<delimited::TextFile>> open_partition(const Options& options,
                                                            const Partition& partition) {
    auto path = local_path(partition.location, options.prefix);
    if (!path) return path.error();
    const bool mirrored = has_scheme(partition.location);
    const std::string beside = std::filesystem::path(options.model).parent_path().native();
    auto file = folder::open_inside(mirrored ? options.root : beside, *path);
    if (!file) {
        Error error = file.error();
        if (error.code == Errc::not_ready)
            error.hint = "the partition " + partition.name +
                         " is not there: wait for the export or the mirror" +
                         (mirrored ? ", or give its location with --root and --prefix"
                                   : "; its location is relative to model.json");
        return error;
    }
    delimited::Format format;
    format.delimiter = partition.dialect.delimiter;
    format.quotes = partition.dialect.quotes;
    format.encoding = partition.encoding;
    format.heed_signs = false;  // the model says it
    return delimited::open_text(std::move(*file), format);
}

result<Opened> begin_partition(const Options& options, const Partition& partition, const Entity& entity,
                               const std::stop_token& stop) {
    auto text = open_partition(options, partition);
    if (!text) return text.error();
    Opened opened;
    opened.text = std::move(*text);
    opened.names = names_of(entity);
    Records& records = *opened.text->records;
    records.set_width(opened.names.size());
    if (opened.names.empty() && !partition.headers.value_or(true)) return nameless(entity);
    if (!partition.headers.value_or(true)) return opened;
    const std::string& file = opened.text->file.name();
    auto got = records.next(stop);
    if (!got) return got.error();
    if (partition.headers && *got != Records::Got::record)
        return retryable(Errc::not_ready, file + " does not begin with a header that can be read");
    if (*got == Records::Got::end) {
        opened.first = Opened::First::none;
        return opened;
    }
    const bool broken = *got == Records::Got::broken;
    const bool header =
        partition.headers || opened.names.empty() || looks_like_header(records.fields(), opened.names);
    if (header && !broken)
        if (auto fine = delimited::check_header(records.fields(), file); !fine) return fine.error();
    if (header && !repeats(records.fields(), opened.names))
        opened.names = delimited::names_from(records.fields());
    records.set_width(opened.names.size());
    if (broken) opened.first = Opened::First::broken;
    if (!header && !broken) opened.first = Opened::First::row;
    return opened;
}

}  // namespace audienced::source::cdm
