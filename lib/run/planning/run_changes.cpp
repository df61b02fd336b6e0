#include "run/planning/run_changes.hpp"

#include <functional>

#include "store/acts.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t acts_at_once =
    8;  // an import has 40,000 members: some milliseconds of the store's thread

using EachChange = std::function<void(const store::Act&, const store::ActMember&, std::uint64_t group)>;

class ReadChanges {
public:
    explicit ReadChanges(const PlanInput& in) : in_(in) {}

    result<plan::RunChanges> run() {
        if (auto read = read_changes(); !read) return read.error();
        if (auto read = read_what_followed(); !read) return read.error();
        return std::move(changes_);
    }

private:
    /// The bits that stand for the group of an act; none: the export feeds it no more.
    std::uint64_t bits_of(const store::Act& act) const {
        std::uint64_t bits = 0;
        for (const store::GroupRow& group : in_.groups.groups) {
            const bool meant = act.kind == model::BatchKind::upsert ? group.is_list : group.no == act.group;
            if (meant && group.no != model::GroupNo()) bits |= std::uint64_t{1} << group.bit;
        }
        return bits;
    }

    /// `scan(db, after, each)`, as store::scan_changes(), for all of them.
    template <class Scan>
    result<void> each_change(std::int64_t after, Scan scan, const EachChange& each) {
        for (;;) {
            if (in_.stop.stop_requested()) return make_error(Errc::cancelled, "cancelled while planning");
            std::vector<store::Act> acts;
            const auto read = [&](store::Database& db, const vault::Vault&) {
                return scan(db, after, [&](const store::Act& act) { acts.push_back(act); });
            };
            auto found = in_.store->run_blocking(read);
            if (!found) return found.error();
            for (const store::Act& act : acts) {
                after = act.id;
                const std::uint64_t group = bits_of(act);
                if (group == 0) continue;
                for (const store::ActMember& member : act.members)
                    if (member.changed) each(act, member, group);
            }
            if (*found < acts_at_once) return {};
        }
    }

    result<void> read_changes() {
        const auto scan = [this](store::Database& db, std::int64_t after, auto each) {
            return store::scan_changes(db, in_.options.undo_of, after, acts_at_once, each);
        };
        auto read =
            each_change(0, scan, [&](const store::Act& act, const store::ActMember& m, std::uint64_t group) {
                if (act.destination != in_.destination || act.export_id != in_.export_id) return;
                if (first_act_ == 0) first_act_ = act.id;
                changes_.did(m.member, group, m.asked != store::ActMember::Asked::leave);
            });
        if (!read) return read;
        if (first_act_ == 0)
            return make_error(Errc::wrong_state,
                              "run " + std::to_string(in_.options.undo_of) +
                                  " changed no membership of the tags or lists that the export feeds now",
                              "nothing was sent");
        changes_.merge();
        return {};
    }

    result<void> read_what_followed() {
        const auto scan = [this](store::Database& db, std::int64_t after, auto each) {
            return store::scan_changes(db, in_.destination, after, acts_at_once, each);
        };
        return each_change(first_act_, scan,
                           [&](const store::Act& act, const store::ActMember& m, std::uint64_t group) {
                               if (act.run == in_.options.undo_of) return;
                               const bool joined = m.asked != store::ActMember::Asked::leave;
                               if (act.run == in_.run && m.outcome == model::Outcome::Kind::unknown)
                                   changes_.may_be_reversed(m.member, group);
                               else if (act.run == in_.run)
                                   changes_.reversed(m.member, group, joined);
                               else
                                   changes_.changed_since(m.member, group);
                           });
    }

    const PlanInput& in_;
    plan::RunChanges changes_;
    std::int64_t first_act_ = 0;
};

}  // namespace

result<plan::RunChanges> read_run_changes(const PlanInput& in) {
    return ReadChanges(in).run();
}

}  // namespace audienced::run
