#include "table.hpp"

#include <algorithm>
#include <numeric>

#include "text_cells.hpp"

namespace audienced::ctl {

namespace {

constexpr std::size_t gap = 2, narrowest = 8, narrowest_name = 16;

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    for (Column& column : columns_) column.head = visible(column.head);
}

void Table::add(std::vector<Cell> row) {
    for (Cell& cell : row) cell.text = visible(cell.text);
    row.resize(columns_.size(), Cell(""));
    rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths(const View& view, std::size_t indent) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t widest = display_width(columns_[i].head);
        for (const auto& row : rows_) widest = std::max(widest, display_width(row[i].text));
        out.push_back(widest);
    }
    if (view.columns == 0) return out;
    std::size_t total = std::accumulate(out.begin(), out.end(), indent + gap * (out.size() - 1));
    for (const auto& [kind, least] :
         {std::pair(Column::Kind::may_be_cut, narrowest), std::pair(Column::Kind::name, narrowest_name)})
        while (total > view.columns) {
            std::size_t widest = out.size();
            for (std::size_t i = 0; i < out.size(); ++i)
                if (columns_[i].kind == kind && out[i] > least &&
                    (widest == out.size() || out[i] > out[widest]))
                    widest = i;
            if (widest == out.size()) break;
            --out[widest];
            --total;
        }
    return out;
}

std::string Table::print(const View& view, std::size_t indent) const {
    if (rows_.empty()) return {};
    const auto width = widths(view, indent);
    const auto line = [&](const std::vector<Cell>& row) {
        std::string out(indent, ' ');
        std::size_t owed = 0;  // blanks after the last cell, written only before another one
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string text = cut(row[i].text, width[i]);
            const std::size_t blanks = width[i] - std::min(width[i], display_width(text));
            const bool right = columns_[i].kind == Column::Kind::number;
            if (!text.empty()) {
                out.append(owed + (right ? blanks : 0), ' ');
                out += paint(view, row[i].tone, text);
                owed = right ? 0 : blanks;
            } else {
                owed += width[i];
            }
            owed += gap;
        }
        return out + "\n";
    };
    std::vector<Cell> heads;
    for (const Column& column : columns_) heads.emplace_back(column.head, Tone::strong);
    std::string out = line(heads);
    for (const auto& row : rows_) out += line(row);
    return out;
}

TimeColumn time_column(const std::string& head, const std::vector<std::optional<LocalTime>>& times,
                       const std::vector<std::string>& without) {
    std::string zone;
    bool same = true;
    for (const auto& time : times) {
        if (!time) continue;
        same = same && (zone.empty() || zone == time->zone);
        zone = time->zone;
    }
    TimeColumn out;
    out.head.head = same && !zone.empty() ? head + " (" + zone + ")" : head;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (!times[i])
            out.cells.push_back(i < without.size() ? without[i] : "-");
        else
            out.cells.push_back(same ? times[i]->text : times[i]->text + " " + times[i]->zone);
    }
    return out;
}

}  // namespace audienced::ctl
