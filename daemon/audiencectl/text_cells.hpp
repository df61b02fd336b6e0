// Text on a screen: what may be shown of it, how many columns it takes, and where it is cut. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace audienced::ctl {

/// Control characters, characters that change the direction of what follows, and bytes that are not UTF-8,
/// written as \n, \x1b or \u202e: text from outside must not move the cursor, nor look like other text.
std::string visible(std::string_view text);
/// The same where line breaks and tabs are wanted as they are: several lines of one text.
std::vector<std::string> visible_lines(std::string_view text);
/// An answer in JSON with those characters of its strings as \u escapes: the same JSON.
std::string visible_json(std::string_view text);

/// Columns of a terminal. Wide characters take two, combining marks none, an emoji of several code points
/// two.
std::size_t display_width(std::string_view text);
/// At most `columns` wide, with an ellipsis where something is left out; never inside of a character.
std::string cut(std::string_view text, std::size_t columns);
/// Lines of at most `columns`, broken at blanks; a longer word stays whole, so that a command or path can be
/// copied. 0: one line.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

}  // namespace audienced::ctl
