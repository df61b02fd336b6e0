#include "run/planning/run_changes.hpp"

#include <algorithm>
#include <functional>

#include "store/acts.hpp"
#include "store/destinations.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t acts_at_once =
    8;  // an import has 40,000 members: some milliseconds of the store's thread

/// Where a membership is, or was. `group` is one bit; of a list or tag that the export feeds, or of a tag
/// that is gone.
struct GroupPlace {
    std::uint64_t group = 0;
    bool gone = false;
};
using EachChange = std::function<void(const store::Act&, const store::ActMember&, GroupPlace)>;

class ReadChanges {
public:
    explicit ReadChanges(const PlanInput& in) : in_(in) {}

    result<ChangesOfRun> run() {
        const auto list = [this](store::Database& db, const vault::Vault&) {
            return store::groups_of_destination(db, in_.destination);
        };
        auto groups = in_.store->run_blocking(list);
        if (!groups) return groups.error();
        known_ = std::move(*groups);
        if (auto read = read_changes(); !read) return read.error();
        if (first_act_ == 0) return std::move(out_);
        if (auto read = read_what_followed(); !read) return read.error();
        return std::move(out_);
    }

private:
    /// No group: the export does not feed it, and it is there.
    GroupPlace place_of(const store::Act& act) {
        GroupPlace place;
        for (const store::GroupRow& group : in_.groups.groups) {
            const bool meant = act.kind == model::BatchKind::upsert ? group.is_list : group.no == act.group;
            if (meant && group.no != model::GroupNo() && !group.id.empty())
                place.group |= std::uint64_t{1} << group.bit;
        }
        if (place.group != 0 || act.kind == model::BatchKind::upsert) return place;
        const auto known = std::find_if(known_.begin(), known_.end(),
                                        [&](const store::GroupRow& group) { return group.no == act.group; });
        if (known != known_.end() && !known->id.empty()) return place;
        return {gone_bit(act.group, known == known_.end() ? std::string() : known->title), true};
    }

    std::uint64_t gone_bit(model::GroupNo group, const std::string& title) {
        auto at = std::find(gone_.begin(), gone_.end(), group);
        if (at == gone_.end() && own_are_read_) return 0;  // the run that is undone did nothing there
        if (at == gone_.end()) {
            at = gone_.insert(gone_.end(), group);
            out_.gone_titles.push_back(title);
        }
        constexpr std::ptrdiff_t last_bit = 63;
        return std::uint64_t{1} << std::min(at - gone_.begin(), last_bit);
    }

    plan::RunChanges& at(GroupPlace place) { return place.gone ? out_.gone : out_.here; }

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
                out_.any = true;
                if (act.destination != in_.destination || act.export_id != in_.export_id) continue;
                const GroupPlace place = place_of(act);
                if (place.group == 0) continue;
                for (const store::ActMember& member : act.members)
                    if (member.has_effect()) each(act, member, place);
            }
            if (*found < acts_at_once) return {};
        }
    }

    result<void> read_changes() {
        const auto scan = [this](store::Database& db, std::int64_t after, auto each) {
            return store::scan_changes(db, in_.options.undo_of, after, acts_at_once, each);
        };
        const EachChange did = [this](const store::Act& act, const store::ActMember& m, GroupPlace place) {
            if (first_act_ == 0) first_act_ = act.id;
            at(place).did(m.member, place.group, m.asked != store::ActMember::Asked::leave);
        };
        if (auto read = each_change(0, scan, did); !read) return read;
        if (out_.any && first_act_ == 0)
            return make_error(Errc::wrong_state,
                              "run " + std::to_string(in_.options.undo_of) +
                                  " changed no membership of the tags or lists that the export feeds now",
                              "nothing was sent");
        own_are_read_ = true;
        out_.here.merge();
        out_.gone.merge();
        return {};
    }

    /// Of this export alone: what other exports want says nothing of what this one wanted.
    result<void> read_what_followed() {
        const auto scan = [this](store::Database& db, std::int64_t after, auto each) {
            return store::scan_changes(db, in_.destination, after, acts_at_once, each);
        };
        return each_change(first_act_, scan,
                           [&](const store::Act& act, const store::ActMember& m, GroupPlace place) {
                               if (act.run == in_.options.undo_of) return;
                               const bool joined = m.asked != store::ActMember::Asked::leave;
                               if (act.run != in_.run)
                                   at(place).changed_since(m.member, place.group);
                               else if (m.outcome == model::Outcome::Kind::unknown)
                                   at(place).may_be_reversed(m.member, place.group);
                               else
                                   at(place).reversed(m.member, place.group, joined);
                           });
    }

    const PlanInput& in_;
    ChangesOfRun out_;
    std::vector<store::GroupRow> known_;  // of the destination
    std::vector<model::GroupNo> gone_;    // parallel to out_.gone_titles
    std::int64_t first_act_ = 0;
    bool own_are_read_ = false;  // the acts of the run that is undone
};

}  // namespace

result<ChangesOfRun> read_run_changes(const PlanInput& in) {
    return ReadChanges(in).run();
}

}  // namespace audienced::run
