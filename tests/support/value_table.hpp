// The tables of docs/VALUES.md: field, value, what is sent. Tests compare them with the rules that the
// program uses.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace audienced::test {

struct ValueRow {
    std::string field;  // "phone (US)"
    std::string value;
    std::string sent;  // empty: left out
    std::string code;  // of what is left out
};

/// "`x`" or "`x` 300 times".
inline std::string cell_text(const std::string& cell) {
    const auto end = cell.rfind('`');
    if (cell.size() < 2 || cell[0] != '`' || end == 0)
        throw std::runtime_error("not a value in backticks: " + cell);
    const std::string once = cell.substr(1, end - 1);
    if (end + 1 == cell.size()) return once;
    std::string out;
    for (int n = std::stoi(cell.substr(end + 1)); n > 0; --n) out += once;
    return out;
}

inline std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> out;
    for (std::size_t begin = 2; begin < line.size();) {
        const auto end = line.find(" |", begin);
        if (end == line.npos) break;
        out.push_back(line.substr(begin, end - begin));
        begin = end + 3;
    }
    return out;
}

/// The rows of the table under "## `heading`" that begins with "| field |".
inline std::vector<ValueRow> value_table(const std::string& path, const std::string& heading) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<ValueRow> rows;
    std::string line;
    bool here = false, table = false;
    while (std::getline(file, line)) {
        if (line.starts_with("## ")) here = line == "## " + heading;
        if (!line.starts_with("|")) table = false;
        if (here && line.starts_with("| field |")) table = true;
        if (!table || line.starts_with("| field |") || line.starts_with("|---")) continue;
        const auto cells = cells_of(line);
        if (cells.size() != 3) throw std::runtime_error("not three cells: " + line);
        ValueRow row{cells[0], cell_text(cells[1]), {}, {}};
        if (cells[2].starts_with("left out: "))
            row.code = cell_text(cells[2].substr(10));
        else
            row.sent = cells[2] == "as it is" ? row.value : cell_text(cells[2]);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace audienced::test
