#pragma once

#include <string>
#include <vector>

#include "provider/types.hpp"

namespace audienced::provider {

/// A tag as a provider lists it.
struct Tag {
    std::string id, name;
};

/// Equal but for case and the blanks around.
bool is_same_title(std::string_view a, std::string_view b);
/// The first tag of that name; null if there is none.
const Tag* find_tag(const std::vector<Tag>& tags, std::string_view name);

/// One group for each tag that the titles mean, after the groups that `layout` has; each title belongs to its
/// own and to those in `always`. A title of `known` means the tag with that id, however it is named now; the
/// others are found by name. Titles that mean one tag share a group. Fills `gone`. Pure.
/// Errors: usage (more than 64 groups).
result<void> add_tag_groups(GroupLayout& layout, const std::vector<std::string>& titles,
                            const std::vector<model::Group>& known, const std::vector<Tag>& tags,
                            std::uint64_t always);

}  // namespace audienced::provider
