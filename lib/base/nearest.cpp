#include "base/nearest.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Row by row of the table of distances between all beginnings; a swap looks two rows back.
    std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last = last;
        last = row;
    }
    return last[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest = 64;  // the work grows with the square
    if (word.empty() || word.size() > longest) return {};
    const std::string typed = ascii_lower(word);
    std::string found;
    std::size_t best = std::max<std::size_t>(1, typed.size() / 3) + 1, begins = 0;
    std::string only;
    for (const std::string& candidate : candidates) {
        // A word of one or two letters would be "near" to any other of that length.
        const std::size_t distance = edit_distance(typed, candidate);
        if (distance < best && distance < candidate.size() - 1) {
            best = distance;
            found = candidate;
        }
        if (candidate.starts_with(typed)) {
            ++begins;
            only = candidate;
        }
    }
    return found.empty() && begins == 1 ? only : found;
}

}  // namespace audienced
