// /v1/exports/{}/explain and /verify: about members of an export; they read the source, the memory and the
// provider, and write nothing.
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "control/fields.hpp"
#include "control/handlers/change.hpp"
#include "control/handlers/export_draft.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"
#include "control/handlers/visible.hpp"
#include "control/json.hpp"
#include "control/sight.hpp"
#include "inspect/explain/words.hpp"
#include "store/definitions.hpp"
#include "store/runs.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

/// What the caller may see beside the export itself.
struct AskedExport {
    model::Export definition;
    Visible visible;  // exports that may be named
    NextRun next;
    std::optional<model::Run> open;  // the newest run of the export that is not over
};

result<AskedExport> load_asked_export(store::Database& db, const Caller& caller, const std::string& name,
                                      SysTime now) {
    AskedExport out;
    auto found = usable_export(db, caller, name);
    if (!found) return found.error();
    out.definition = std::move(*found);
    auto visible = visible_to(db, caller);
    if (!visible) return visible.error();
    out.visible = std::move(*visible);
    if (auto next = next_run(db, out.definition, now)) out.next = *next;
    auto runs = store::list_runs(db, name, 1);
    if (!runs) return runs.error();
    if (!runs->empty() && !model::is_final(runs->front().status)) out.open = runs->front();
    return out;
}

void without_words_of_connection(const Caller& caller, inspect::Explanation& e) {
    if (!e.quotes_connection || reads_everything(caller)) return;
    Error error;
    error.quotes = Quotes::connection;
    const std::string told = as_seen(caller, error).text();
    for (std::string* text : {&e.no_run, &e.next.why_unknown, &e.now.not_asked})
        if (!text->empty()) *text = told;
}

/// Those of these runs that the caller sees.
result<std::set<model::RunId>> visible_of(store::Database& db, const Visible& visible,
                                          const std::set<model::RunId>& runs) {
    std::set<model::RunId> out;
    for (const model::RunId id : runs) {
        auto run = store::get_run(db, id);
        if (!run && run.error().code != Errc::not_found) return run.error();
        if (run && visible.has_run(*run)) out.insert(id);
    }
    return out;
}

awaitable<result<Reply>> explain(Context& context, Request request) {
    Fields fields(request.body);
    const std::string address = fields.text("address");
    if (auto good = fields.finish(); !good) co_return good.error();
    const std::string name = request.argument(0);
    const SysTime now = context.time->now();
    auto read = [&](store::Database& db, const vault::Vault&) {
        return load_asked_export(db, request.caller, name, now);
    };
    auto asked = co_await look_up(context, std::move(read));
    if (!asked) co_return asked.error();
    auto explained = co_await context.live->explain_address(asked->definition, address);
    if (!explained) co_return explained.error();
    ExplanationSight sight;
    std::set<std::string> named;
    for (const auto& [export_name, added] : asked->visible.exports) named.insert(export_name);
    const auto among = runs_of(*explained);
    auto see_runs = [&](store::Database& db, const vault::Vault&) {
        return visible_of(db, asked->visible, among);
    };
    auto runs = co_await look_up(context, std::move(see_runs));
    if (!runs) co_return runs.error();
    if (!asked->visible.all) {
        sight.exports = &named;
        sight.runs = &*runs;
    }
    sight.sources = reads_everything(request.caller);
    sight.words = [&](std::string text) { return as_seen(request.caller, std::move(text)); };
    without_words_of_connection(request.caller, *explained);
    hide_others(*explained, sight);
    const model::RunId held = asked->open && model::waits_for_approval(*asked->open) ? asked->open->id : 0;
    json out = json_of(*explained, sight);
    out["answer"] = mask_addresses(sight.words(inspect::headline(*explained, asked->definition, held)));
    out["name"] = name;
    out["mode"] = to_string(asked->definition.mode);
    out["next_run"] = json_of(asked->next.at);
    out["zone"] = asked->next.zone.empty() ? json(nullptr) : json(asked->next.zone);
    out["open_run"] = asked->open ? json_of(as_seen(request.caller, *asked->open)) : json(nullptr);
    co_return json_reply(out);
}

awaitable<result<Reply>> verify(Context& context, Request request) {
    constexpr std::uint64_t most = 200;
    Fields fields(request.body);
    inspect::VerifyOptions options;
    options.examples = fields.number_or("examples", options.examples, 0, most);
    options.sample = fields.number_or("sample", options.sample, 0, most);
    if (auto good = fields.finish(); !good) co_return good.error();
    const std::string name = request.argument(0);
    auto read = [&](store::Database& db, const vault::Vault&) {
        return usable_export(db, request.caller, name);
    };
    auto definition = co_await look_up(context, std::move(read));
    if (!definition) co_return definition.error();
    auto verified = co_await context.live->verify_export(std::move(*definition), options);
    if (!verified) co_return verified.error();
    const bool with_sources = request.caller.role == Role::administrator;
    co_return json_reply(json_of(*verified, name, with_sources));
}

}  // namespace

std::vector<Route> export_members_routes() {
    return {{"POST", "/v1/exports/{}/explain", Action::ask_about_members, explain, true},
            {"POST", "/v1/exports/{}/verify", Action::ask_about_members, verify, true}};
}

}  // namespace audienced::control
