// What a run did not deliver, in a sentence: what a person should mend first.
#pragma once

#include <string>
#include <vector>

#include "store/rejects.hpp"

namespace audienced::run {

/// "300 rows: no e-mail address", "120 values of BIRTHDAY: not a date". Without any address.
std::string words_of(const store::RejectKind& kind);
/// The first kinds, and how many others there are; empty if there is none.
std::string summarise(const std::vector<store::RejectKind>& most_first);

}  // namespace audienced::run
