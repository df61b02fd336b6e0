#include "provider/tag_groups.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace audienced::provider {
namespace {

constexpr std::size_t max_groups = 64;

bool exists(const std::vector<Tag>& tags, const model::GroupId& id) {
    return std::any_of(tags.begin(), tags.end(), [&](const Tag& t) { return t.id == id.text(); });
}

const model::Group* find_known(const std::vector<model::Group>& known, const std::vector<Tag>& tags,
                               std::string_view title) {
    for (const model::Group& g : known)
        if (is_same_title(g.title, title) && exists(tags, g.id)) return &g;
    return nullptr;
}

}  // namespace

bool is_same_title(std::string_view a, std::string_view b) {
    return iequals(trim(a), trim(b));
}

const Tag* find_tag(const std::vector<Tag>& tags, std::string_view name) {
    const auto it =
        std::find_if(tags.begin(), tags.end(), [&](const Tag& t) { return is_same_title(t.name, name); });
    return it == tags.end() ? nullptr : &*it;
}

result<void> add_tag_groups(GroupLayout& layout, const std::vector<std::string>& titles,
                            const std::vector<model::Group>& known, const std::vector<Tag>& tags,
                            std::uint64_t always) {
    const std::size_t first = layout.groups.size();
    for (const std::string& raw : titles) {
        model::Group group;
        group.title = std::string(trim(raw));
        const model::Group* remembered = find_known(known, tags, group.title);
        const Tag* named = remembered ? nullptr : find_tag(tags, group.title);
        if (remembered) group.id = remembered->id;
        if (named) group.id = model::GroupId(named->id);
        const auto same = [&](const model::Group& g) {
            return is_same_title(g.title, group.title) || (!group.id.empty() && g.id == group.id);
        };
        const auto begin = layout.groups.begin() + static_cast<std::ptrdiff_t>(first);
        const auto at = std::find_if(begin, layout.groups.end(), same);
        const auto bit = static_cast<std::size_t>(at - layout.groups.begin());
        if (bit == max_groups)
            return make_error(Errc::usage,
                              "an export can have at most " + std::to_string(max_groups - first) + " tags",
                              "split it into several exports");
        layout.of_segment.push_back(always | std::uint64_t{1} << bit);
        if (at == layout.groups.end())
            layout.groups.push_back(std::move(group));
        else if (remembered)
            at->title = group.title;  // the title under which the tag is remembered outlives its present name
    }
    for (const model::Group& g : known)
        if (!g.id.empty() && !exists(tags, g.id)) layout.gone.push_back(g.id);
    return {};
}

}  // namespace audienced::provider
