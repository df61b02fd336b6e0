#include "run/planning/plan_parts.hpp"

#include <array>
#include <bit>

namespace audienced::run {
namespace {

class Parts {
public:
    Parts(const PlanInput& in, const plan::GroupCounts& counts, PlanResult& out)
        : in_(in), counts_(counts), out_(out) {
        part_of_.fill(none);
    }

    /// `groups`: where more than one is left, the first one.
    void add(model::PlannedPart part, std::uint64_t groups) {
        const int bit = groups == 0 ? -1 : std::countr_zero(groups);
        // Segments of one title share a tag: its figures are told once.
        if (bit >= 0 && part_of_[static_cast<std::size_t>(bit)] == none) {
            part_of_[static_cast<std::size_t>(bit)] = out_.parts.size();
            part.joins = counts_.joins(bit);
            part.leaves = counts_.leaves(bit);
        }
        out_.parts.push_back(std::move(part));
    }

    void add_lists(std::uint64_t lists, std::uint64_t members) {
        for (; lists != 0; lists &= lists - 1) {
            model::PlannedPart part;
            part.title = title_of(std::countr_zero(lists));
            part.is_list = true;
            part.profiles = out_.planned.read;
            part.members = members;
            add(std::move(part), lists);
        }
    }

    void add_former(std::uint64_t fed) {
        for (const store::GroupRow& group : in_.groups.groups) {
            if (fed >> group.bit & 1 || counts_.leaves(group.bit) == 0) continue;
            model::PlannedPart part;
            part.title = group.title;
            part.is_list = group.is_list;
            add(std::move(part), std::uint64_t{1} << group.bit);
        }
    }

    std::uint64_t of_groups(std::uint64_t groups) const {
        std::uint64_t out = 0;
        for (; groups != 0; groups &= groups - 1) {
            const std::size_t part = part_of_[static_cast<std::size_t>(std::countr_zero(groups))];
            if (part < 64) out |= std::uint64_t{1} << part;
        }
        return out;
    }

private:
    static constexpr std::size_t none = ~std::size_t{0};
    std::string title_of(int bit) const {
        const auto at = static_cast<std::size_t>(bit);
        return at < in_.groups.groups.size() ? in_.groups.groups[at].title : std::string();
    }
    const PlanInput& in_;
    const plan::GroupCounts& counts_;
    PlanResult& out_;
    std::array<std::size_t, 64> part_of_;  // by bit
};

}  // namespace

void describe_parts(const PlanInput& in, const plan::Diff& diff,
                    const std::vector<std::uint64_t>& rows_of_segment, PlanResult& out) {
    const std::uint64_t lists = in.groups.layout.joined_by_upsert;
    const plan::GroupCounts& counts = diff.group_counts();
    Parts parts(in, counts, out);
    parts.add_lists(lists, diff.members_seen());
    std::uint64_t fed = lists;
    for (std::size_t i = 0; i < in.segments.size(); ++i) {
        const model::Segment& segment = in.segments[i].segment;
        model::PlannedPart part;
        part.segment = segment.name;
        part.title = segment.title.empty() ? segment.name : segment.title;
        part.profiles = i < rows_of_segment.size() ? rows_of_segment[i] : 0;
        part.members = diff.members_of(i);
        const std::uint64_t groups = in.groups.layout.of_segment[i];
        parts.add(std::move(part), groups & ~lists);
        fed |= groups;
    }
    parts.add_former(fed);
    for (const plan::GroupCounts::Leaver& leaver : counts.leavers())
        out.leavers.push_back({diff.member(leaver.known), parts.of_groups(leaver.groups)});
}

void describe_reversed_parts(const PlanInput& in, const plan::GroupCounts& counts,
                             const std::vector<MemberHash>& leavers, PlanResult& out) {
    Parts parts(in, counts, out);
    const auto& fed = in.groups.layout.of_segment;
    for (const store::GroupRow& group : in.groups.groups) {
        if (counts.joins(group.bit) + counts.leaves(group.bit) == 0) continue;
        const std::uint64_t bit = std::uint64_t{1} << group.bit;
        model::PlannedPart part;
        part.title = group.title;
        part.is_list = group.is_list;
        for (std::size_t i = 0; i < fed.size() && !group.is_list && part.segment.empty(); ++i)
            if (fed[i] & bit) part.segment = in.definition.segments[i];
        parts.add(std::move(part), bit);
    }
    for (const plan::GroupCounts::Leaver& leaver : counts.leavers())
        out.leavers.push_back({leavers[leaver.known], parts.of_groups(leaver.groups)});
}

}  // namespace audienced::run
