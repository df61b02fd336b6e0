// The code of a reject as a sentence for people, without the words of a provider or a source. Pure.
#pragma once

#include <string>
#include <string_view>

namespace audienced::run {

/// "the address has no @, or more than one"; of a code without a sentence its words: "looks odd".
std::string words_of_code(std::string_view code);
bool has_words(std::string_view code);

}  // namespace audienced::run
