#include "run/pick_runs.hpp"

namespace audienced::run {

std::string waits_for(const model::Run& run, const std::vector<model::Run>& open, std::size_t most) {
    if (run.status != model::RunStatus::queued) return {};
    std::size_t begun = 0;
    for (const model::Run& other : open) {
        // A held run that no person decided about does not: the next run of its export replaces it.
        const bool stands_in_the_way = !model::waits_for_approval(other) && other.id != run.id;
        if (stands_in_the_way && other.export_name == run.export_name && other.id < run.id)
            return "run " + std::to_string(other.id) + " of the same export";
        if (stands_in_the_way && other.status != model::RunStatus::queued) ++begun;
    }
    if (begun < most) return {};
    return "one of the " + std::to_string(begun) +
           " runs under way to end (limits.runs_at_once = " + std::to_string(most) + ")";
}

std::vector<std::size_t> pick_runs(const std::vector<Candidate>& open, UnderWay now) {
    std::vector<std::size_t> picked;
    for (std::size_t i = 0; i < open.size() && now.runs.size() < now.most; ++i) {
        const model::Run& run = open[i].run;
        if (model::waits_for_approval(run) || now.cooling.contains(run.id) || now.runs.contains(run.id) ||
            now.exports.contains(run.export_name))
            continue;
        picked.push_back(i);
        now.runs.insert(run.id);
        now.exports.insert(run.export_name);
    }
    return picked;
}

}  // namespace audienced::run
