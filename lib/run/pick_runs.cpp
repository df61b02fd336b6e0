#include "run/pick_runs.hpp"

namespace audienced::run {

bool waits_for_a_person(const model::Run& run) {
    return run.status == model::RunStatus::held && !run.approved && !run.cancel_requested;
}

std::vector<std::size_t> pick_runs(const std::vector<Candidate>& open, UnderWay now) {
    std::vector<std::size_t> picked;
    for (std::size_t i = 0; i < open.size() && now.runs.size() < now.most; ++i) {
        const model::Run& run = open[i].run;
        if (waits_for_a_person(run) || now.cooling.contains(run.id) || now.runs.contains(run.id) ||
            now.exports.contains(run.export_name))
            continue;
        picked.push_back(i);
        now.runs.insert(run.id);
        now.exports.insert(run.export_name);
    }
    return picked;
}

}  // namespace audienced::run
