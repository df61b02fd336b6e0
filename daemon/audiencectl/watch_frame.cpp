#include "watch_frame.hpp"

#include <algorithm>

#include "text_cells.hpp"

namespace audienced::ctl {
namespace {

constexpr const char* to_first_row = "\x1b[H";
constexpr const char* clear_line = "\x1b[K";
constexpr const char* clear_below = "\x1b[J";

/// Without colour: the one kind of escape sequence that a screen has, see paint().
std::string uncoloured(std::string_view line) {
    std::string out;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\x1b')
            at = std::min(line.find('m', at), line.size());
        else
            out += line[at];
    }
    return out;
}

struct FrameRow {
    std::string text;
    std::size_t height = 1;
    bool full = false;  // to the last column: to clear the rest of the line would clear its last character
};

FrameRow row_of(const std::string& line, std::size_t columns) {
    const std::size_t width = display_width(uncoloured(line));
    FrameRow out;
    out.text = line;
    out.height = std::max<std::size_t>(1, (width + columns - 1) / columns);
    out.full = width > 0 && width % columns == 0;
    return out;
}

/// As many as fit, and a last one with what was left out.
std::vector<FrameRow> fitting(std::vector<FrameRow> all, std::size_t columns, std::size_t rows) {
    std::size_t total = 0;
    for (const FrameRow& row : all) total += row.height;
    if (total <= rows) return all;
    std::size_t kept = 0, used = 0;
    while (used + all[kept].height < rows) used += all[kept++].height;
    const std::size_t left = all.size() - kept;
    all.resize(kept);
    const std::string note = "... " + std::to_string(left) + " more " + (left == 1 ? "line" : "lines") +
                             "; a larger window shows " + (left == 1 ? "it" : "them");
    all.push_back(row_of(cut(note, columns - 1), columns));
    return all;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string frame(const std::vector<std::string>& lines, std::size_t columns, std::size_t rows) {
    columns = std::max<std::size_t>(columns, 2);
    rows = std::max<std::size_t>(rows, 1);
    std::vector<FrameRow> all;
    all.reserve(lines.size());
    for (const std::string& line : lines) all.push_back(row_of(line, columns));
    std::string out = to_first_row;
    std::size_t used = 0;
    for (const FrameRow& row : fitting(std::move(all), columns, rows)) {
        if (used > 0) out += "\n";
        out += row.text;
        if (!row.full) out += clear_line;
        used += row.height;
    }
    if (used < rows) out += std::string(used > 0 ? "\n" : "") + clear_below;
    return out;
}

}  // namespace audienced::ctl
