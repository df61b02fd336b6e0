#include "control/handlers/run_facts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "control/handlers/export_draft.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "model/destination_key.hpp"
#include "run/pick_runs.hpp"
#include "store/definitions.hpp"
#include "store/destinations.hpp"
#include "store/runs.hpp"
#include "store/schedules.hpp"
#include "store/undo_runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

json text_or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
}

}  // namespace

result<FactsByExport> read_export_facts(store::Database& db) {
    auto refresh = store::get_refresh_schedule(db);
    if (!refresh) return refresh.error();
    auto exports = store::list_exports(db);
    if (!exports) return exports.error();
    auto connections = store::list_connections(db);
    if (!connections) return connections.error();
    auto names = store::destination_names(db);
    if (!names) return names.error();
    FactsByExport out;
    for (const model::Export& e : *exports) {
        const std::string otherwise = *refresh ? (*refresh)->timezone : "";
        ExportFacts& facts = out[e.name];
        facts = {e.title, e.timezone.empty() ? otherwise : e.timezone, e.destination, {}};
        const auto connection = std::find_if(connections->begin(), connections->end(),
                                             [&](const auto& one) { return one.name == e.connection; });
        if (connection == connections->end()) continue;
        const auto name = names->find(model::destination_key(*connection, e).text());
        if (name != names->end()) facts.destination_name = name->second;
    }
    return out;
}

result<std::optional<model::Run>> last_run_of(store::Database& db, const std::string& export_name) {
    auto runs = store::list_real_runs(db, export_name, 1);
    if (runs && runs->empty()) runs = store::list_runs(db, export_name, 1);
    if (!runs) return runs.error();
    std::optional<model::Run> last;
    if (!runs->empty()) last = std::move(runs->front());
    return last;
}

result<json> read_undo_facts(store::Database& db, const model::Run& run, SysTime now) {
    json out;
    auto undone = store::undone_by(db, run.id);
    if (!undone) return undone.error();
    out["undone_by"] = *undone ? json((**undone).id) : json(nullptr);
    out["export_next_run"] = nullptr;
    if (run.options.undo_of == 0) return out;
    auto definition = store::get_export(db, run.export_name);
    if (!definition && definition.error().code == Errc::not_found) return out;
    if (!definition) return definition.error();
    auto next = export_next_run(db, *definition, now);
    if (!next) return next.error();
    out["export_next_run"] = std::move(*next);
    return out;
}

void add_export_facts(json& out, const model::Run& run, const FactsByExport& facts) {
    const auto it = facts.find(run.export_name);
    const ExportFacts of_export = it == facts.end() ? ExportFacts() : it->second;
    out["export_title"] = text_or_null(of_export.title);
    out["zone"] = text_or_null(of_export.zone);
    out["destination"] = text_or_null(of_export.destination);
    out["destination_name"] = text_or_null(of_export.destination_name);
}

void add_progress(json& out, const model::Run& run, const std::vector<model::Run>& open, Live& live,
                  const Caller& caller) {
    const auto progress = live.progress(run.id);
    out["progress"] = progress ? json_of(*progress, reads_everything(caller)) : json(nullptr);
    const std::string waits = progress ? out["progress"]["waiting_for"].get<std::string>()
                                       : run::waits_for(run, open, live.runs_at_once());
    out["waits_for"] = text_or_null(waits);
}

}  // namespace audienced::control
