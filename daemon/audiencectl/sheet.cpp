#include "sheet.hpp"

#include <algorithm>

#include "text_cells.hpp"

namespace audienced::ctl {

namespace {

// So much is left for words on a narrow terminal, whatever stands before them.
constexpr std::size_t fewest_columns = 20;

}  // namespace

/// `first` stands before the first line, as many blanks before the others.
void Sheet::add_wrapped(const std::string& first, const std::string& text, Tone tone) {
    const std::size_t taken = display_width(first);
    const std::size_t room =
        view_.columns == 0 ? 0 : std::max(fewest_columns, view_.columns - std::min(view_.columns, taken));
    bool begun = false;
    for (const std::string& line : wrap(visible(text), room)) {
        out_ += (begun ? std::string(taken, ' ') : first) + paint(view_, tone, line) + "\n";
        begun = true;
    }
}

void Sheet::flush() {
    std::size_t widest = 0;
    for (const Figure& f : figures_) widest = std::max(widest, display_width(f.label));
    for (const Figure& f : figures_)
        add_wrapped("  " + f.label + std::string(widest - display_width(f.label) + 2, ' '), f.value, f.tone);
    figures_.clear();
}

void Sheet::headline(const std::string& text, Tone tone) {
    flush();
    add_wrapped("", text, tone);
}

void Sheet::text(const std::string& text, std::size_t indent, Tone tone) {
    flush();
    if (!text.empty()) add_wrapped(std::string(indent, ' '), text, tone);
}

void Sheet::figure(const std::string& label, const std::string& value, Tone tone) {
    if (!value.empty() && value != "-") figures_.push_back({visible(label), value, tone});
}

void Sheet::block(const std::string& label, const std::string& value) {
    const auto lines = visible_lines(value);
    if (lines.size() < 2) return figure(label, value);
    flush();
    out_ += "  " + label + "\n";
    for (const std::string& line : lines) out_ += "    " + line + "\n";
}

void Sheet::table(const Table& table, std::size_t indent) {
    flush();
    out_ += table.print(view_, indent);
}

void Sheet::gap() {
    flush();
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += "\n";
}

void Sheet::command(const std::string& label, const std::string& words) {
    flush();
    if (!words.empty()) out_ += "  " + label + visible(words) + "\n";
}

std::string Sheet::print() {
    flush();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return out_;
}

}  // namespace audienced::ctl
