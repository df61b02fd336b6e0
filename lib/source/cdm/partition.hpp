// A partition on its way to being read: opened, and its columns named.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "source/cdm/cdm.hpp"
#include "source/cdm/model.hpp"
#include "source/delimited/text_file.hpp"

namespace audienced::source::cdm {

/// The columns' names as the model gives them.
std::vector<std::string> names_of(const Entity& entity);

/// A model may leave the columns to the files' headers; without both the fields have no names.
/// Errc::bad_config.
Error nameless(const Entity& entity);

/// Errors: usage (it lies outside), not_ready (not there), bad_config (no CSV file).
result<std::unique_ptr<delimited::TextFile>> open_partition(const Options& options,
                                                            const Partition& partition);

struct Opened {
    enum class First {
        passed,
        row,
        broken,
        none
    };  // `row`, `broken`: records gave it already; `none`: no records
    std::unique_ptr<delimited::TextFile> text;
    std::vector<std::string> names;  // of the file's fields
    First first = First::passed;
};
/// Reads the header, where there is one. Errors: those of open_partition; not_ready (a header that the model
/// promises cannot be read), bad_config (no names, or a row in the header's place), cancelled.
result<Opened> begin_partition(const Options& options, const Partition& partition, const Entity& entity,
                               const std::stop_token& stop);

}  // namespace audienced::source::cdm
