#include "connection_screen.hpp"

#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

/// `consent` is an object or null where the whole connection is told, a flag in the state of the daemon, and
/// missing for those who may not see it.
bool is_without_consent(const json& c) {
    if (!c.contains("consent")) return false;
    const auto& consent = c["consent"];
    return consent.is_null() || consent == false ||
           (consent.is_object() && consent.value("current", true) == false);
}

void add_consent(Sheet& sheet, const json& c) {
    if (!c.contains("consent")) return;
    if (!c["consent"].is_object()) return sheet.figure("consent", "none", Tone::bad);
    const auto& consent = c["consent"];
    const bool outdated = consent.value("current", true) == false;
    const std::string by = consent.at("by").is_null() ? "given " : "given by " + cell(consent, "by") + ", ";
    sheet.figure("consent",
                 by + when(consent, "at") + ", to version " + cell(consent, "text_version") +
                     (outdated ? " of the text, which has changed" : ""),
                 outdated ? Tone::bad : Tone::plain);
}

void add_access(Sheet& sheet, const json& c) {
    if (!c.contains("allow_users")) return;
    const bool none = c["allow_users"].empty() && c["allow_groups"].empty();
    if (none) return sheet.figure("used by", "administrators only");
    sheet.figure("used by users", cell(c, "allow_users"));
    sheet.figure("used by groups", cell(c, "allow_groups"));
}

}  // namespace

std::string connection_state(const json& c) {
    const std::string state = cell(c, "state");
    if (state == "stopped") return state;
    if (is_without_consent(c)) return "no consent";
    if (state != "needs_sign_in") return state;
    // How it signs in is for administrators.
    if (!c.contains("auth")) return "needs an administrator";
    return c["auth"] == "oauth" ? "needs a sign-in" : "needs a working key";
}

Tone connection_tone(const json& c) {
    return connection_state(c) == "ready" ? Tone::good : Tone::bad;
}

std::string connection_next(const json& c) {
    const std::string state = connection_state(c), name = cell(c, "name");
    if (state == "ready" || !c.contains("auth")) return {};
    if (state == "needs a sign-in") return "audiencectl connection authenticate " + name;
    if (state == "needs a working key") return "audiencectl connection edit " + name + " --api-key-file FILE";
    return "audiencectl connection consent " + name + " --give";
}

std::string connections_screen(const json& connections, const View& view) {
    if (connections.empty())
        return "no connection is open to you; administrators add one: audiencectl connection add\n";
    std::vector<std::optional<LocalTime>> times;
    for (const auto& c : connections) times.push_back(time_of(c, "created_at"));
    const TimeColumn added = time_column("ADDED", times);
    using Kind = Column::Kind;
    Table table({{"CONNECTION", Kind::name}, {"TYPE"}, {"STATE"}, {"TITLE", Kind::may_be_cut}, added.head});
    for (std::size_t i = 0; i < connections.size(); ++i) {
        const auto& c = connections[i];
        table.add({cell(c, "name"), cell(c, "provider"), Cell(connection_state(c), connection_tone(c)),
                   cell(c, "title"), added.cells[i]});
    }
    return table.print(view);
}

std::string consent_screen(const json& answer, const View& view) {
    Sheet sheet(view);
    if (answer.contains("connection")) {
        sheet.headline("connection " + cell(answer, "connection"));
        add_consent(sheet, answer);
        sheet.gap();
    }
    sheet.figure("text", "version " + cell(answer, "text_version"));
    sheet.text(cell(answer, "text"));
    return sheet.print();
}

std::string connection_screen(const json& c, const View& view) {
    Sheet sheet(view);
    const bool ready = connection_state(c) == "ready";
    sheet.headline("connection " + with_title(cell(c, "name"), cell(c, "title")) + ": " + connection_state(c),
                   ready ? Tone::strong : Tone::bad);
    if (const auto reason = cell(c, "state_reason"); reason != "-") sheet.text(reason);
    sheet.command("next: ", connection_next(c));
    sheet.gap();
    sheet.figure("provider", cell(c, "provider"));
    sheet.figure("account", cell(c, "account_id"));
    const std::string auth = cell(c, "auth");
    sheet.figure("signs in by", auth == "api_key" ? "API key" : auth == "oauth" ? "OAuth" : auth);
    sheet.figure("client id", cell(c, "client_id"));
    add_consent(sheet, c);
    sheet.figure("exports", cell(c, "exports"));
    add_access(sheet, c);
    sheet.figure("API base", cell(c, "api_base"));
    sheet.figure("login base", cell(c, "login_base"));
    sheet.figure("CA file", cell(c, "ca_file"));
    sheet.figure("added", when(c, "created_at"));
    return sheet.print();
}

}  // namespace audienced::ctl
