#include "source/row_batch.hpp"

namespace audienced::source {

void RowBatch::add_cell(std::string_view text, bool null) {
    cells_.push_back({text_.size(), text.size(), null});
    text_.append(text);
}

void RowBatch::add_row(std::uint64_t number, std::span<const Value> values) {
    items_.push_back({number, values.size(), false});
    for (const Value& value : values) add_cell(value.text, value.null);
}

void RowBatch::add_reject(std::uint64_t number, std::string_view why,
                          std::optional<std::string_view> address) {
    items_.push_back({number, 2, true});
    add_cell(why, false);
    add_cell(address.value_or(std::string_view()), !address.has_value());
}

bool RowBatch::hand_on(RowSink& sink) const {
    std::vector<Value> values;
    auto cell = cells_.begin();
    for (const Item& item : items_) {
        values.clear();
        for (std::size_t i = 0; i < item.cells; ++i, ++cell)
            values.push_back({std::string_view(text_).substr(cell->from, cell->size), cell->null});
        std::optional<std::string_view> address;
        if (item.is_reject && !values[1].null) address = values[1].text;
        const bool goes_on = item.is_reject ? sink.reject(item.number, values[0].text, address)
                                            : sink.row(item.number, values);
        if (!goes_on) return false;
    }
    return true;
}

void RowBatch::clear() {
    items_.clear();
    cells_.clear();
    text_.clear();
    // One row of megabytes must not cost its size for ever.
    if (text_.capacity() > kept_bytes) text_.shrink_to_fit();
}

}  // namespace audienced::source
