#include "watch_frame.hpp"

#include <catch2/catch.hpp>

#include "text_cells.hpp"

namespace audienced::unit::daemon_audiencectl_watch_frame_test {

using namespace audienced::ctl;
using Lines = std::vector<std::string>;

namespace {

/// As much of a terminal as frames use: one that waits at its last column before it begins another row. Each
/// character takes one column.
class Terminal {
public:
    Terminal(std::size_t columns, std::size_t rows)
        : columns_(columns), rows_(rows, std::string(columns, '~')) {}

    void receive(std::string_view bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (bytes[i] == '\x1b') {
                const auto end = bytes.find_first_of("HJKm", i);
                REQUIRE(end != bytes.npos);
                control(bytes[end]);
                i = end;
            } else if (bytes[i] == '\n') {
                new_row();
            } else {
                put(bytes[i]);
            }
        }
    }
    /// Without what is blank at the ends.
    Lines shown() const {
        Lines out = rows_;
        for (std::string& row : out) row.erase(row.find_last_not_of(' ') + 1);
        return out;
    }
    bool scrolled = false;

private:
    void control(char what) {
        if (what == 'H') row_ = column_ = 0;
        // At the last column some terminals clear the character that stands there.
        if (what == 'K' || what == 'J')
            rows_[row_].replace(std::min(column_, columns_ - 1), columns_,
                                columns_ - std::min(column_, columns_ - 1), ' ');
        if (what == 'J')
            for (std::size_t i = row_ + 1; i < rows_.size(); ++i) rows_[i].assign(columns_, ' ');
    }
    void new_row() {
        column_ = 0;
        if (++row_ < rows_.size()) return;
        scrolled = true;
        row_ = rows_.size() - 1;
    }
    void put(char c) {
        if (column_ == columns_) new_row();
        rows_[row_][column_++] = c;
    }

    std::size_t columns_;
    Lines rows_;
    std::size_t row_ = 0, column_ = 0;
};

}  // namespace

TEST_CASE("a frame leaves nothing of the one before, and moves nothing out of the window", "[unit][ctl]") {
    struct Case {
        const char* what;
        Lines lines, shown;
    };
    const Case cases[]{
        {"nothing", {}, {"", "", "", ""}},
        {"short lines", {"ab", "", "c"}, {"ab", "", "c", ""}},
        {"as many as there are rows", {"a", "b", "c", "d"}, {"a", "b", "c", "d"}},
        {"full to the last column", {"0123456789", "b"}, {"0123456789", "b", "", ""}},
        {"the last row full to the last column",
         {"a", "b", "c", "0123456789"},
         {"a", "b", "c", "0123456789"}},
        {"a line that the terminal breaks", {"0123456789abc", "d"}, {"0123456789", "abc", "d", ""}},
        {"a line of exactly two rows", {"0123456789abcdefghij", "k"}, {"0123456789", "abcdefghij", "k", ""}},
        {"too many", {"a", "b", "c", "d", "e"}, {"a", "b", "c", "... 2 mo…"}},
        {"a broken line that does not fit", {"a", "b", "0123456789abc", "d"}, {"a", "b", "... 2 mo…", ""}},
        {"colour takes no column", {"\x1b[31m0123456789\x1b[0m", "b"}, {"0123456789", "b", "", ""}},
    };
    Terminal terminal(10, 4);
    for (const Case& c : cases) {
        CAPTURE(c.what);
        std::string sent = frame(c.lines, 10, 4);
        Lines shown = c.shown;
        // The terminal of this test knows no character of several bytes.
        for (std::string* text : {&sent, &shown[2], &shown[3]})
            if (const auto at = text->find("…"); at != text->npos) text->replace(at, 3, "^");
        terminal.receive(sent);
        CHECK(terminal.shown() == shown);
        CHECK_FALSE(terminal.scrolled);
    }
}

TEST_CASE("a window that is too small for anything is no fault", "[unit][ctl]") {
    for (const std::size_t columns : {0, 1, 2})
        for (const std::size_t rows : {0, 1, 2}) CHECK_FALSE(frame({"abc", "def"}, columns, rows).empty());
}

TEST_CASE("what does not fit is counted", "[unit][ctl]") {
    const auto text = frame({"a", "b", "c", "d"}, 80, 3);
    CHECK(text.find("... 2 more lines; a larger window shows them") != text.npos);
    CHECK(text.find('c') == text.find("c more"));
    const auto one = frame({"a", std::string(200, 'x')}, 80, 3);
    CHECK(one.find("... 1 more line; a larger window shows it") != one.npos);
}

TEST_CASE("a text is divided at its line breaks", "[unit][ctl]") {
    CHECK(lines_of("").empty());
    CHECK(lines_of("a\n\nb\n") == Lines{"a", "", "b"});
    CHECK(lines_of("a\nb") == Lines{"a", "b"});
}

}  // namespace audienced::unit::daemon_audiencectl_watch_frame_test
