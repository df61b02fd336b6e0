// One thing on a screen: what matters first, then its figures in lines of their own. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "table.hpp"
#include "view.hpp"

namespace audienced::ctl {

/// Texts come as they are; what must not be shown of them is escaped here.
class Sheet {
public:
    explicit Sheet(const View& view) : view_(view) {}

    void headline(const std::string& text, Tone tone = Tone::strong);
    /// A paragraph; indented where it belongs to the line above. Empty text adds nothing.
    void text(const std::string& text, std::size_t indent = 2, Tone tone = Tone::plain);
    /// "label   value"; labels that follow each other are aligned. An empty value or "-" adds nothing.
    void figure(const std::string& label, const std::string& value, Tone tone = Tone::plain);
    /// A text of several lines, such as a query, as it was written.
    void block(const std::string& label, const std::string& value);
    void table(const Table& table, std::size_t indent = 0);
    /// An empty line, unless nothing or another one stands before it.
    void gap();
    /// "next: audiencectl runs show 41": never wrapped. Without words nothing.
    void command(const std::string& label, const std::string& words);
    std::string print();

private:
    struct Figure {
        std::string label, value;
        Tone tone;
    };
    void flush();
    void add_wrapped(const std::string& first, const std::string& text, Tone tone);

    View view_;
    std::string out_;
    std::vector<Figure> figures_;
};

}  // namespace audienced::ctl
