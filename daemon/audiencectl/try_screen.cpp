#include "try_screen.hpp"

#include <nlohmann/json.hpp>

#include "control/problem.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string headline_of(const json& run) {
    const std::string tried = text_of(run, "tried"), name = name_of_run(run);
    if (tried == "delivered")
        return name + ": the member was " + (number_of(run.at("counts"), "added") > 0 ? "added" : "updated");
    if (tried == "rejected") return name + ": the member was rejected";
    return name + ": " + (tried.empty() ? state_of(run) : "nothing was sent");
}

/// The provider's words.
void add_rejects(Sheet& sheet, const json& rejects) {
    for (const json& one : rejects) {
        const bool value = !one.at("field").is_null();
        sheet.text(
            (value ? cell(one, "field") + ": " : "") + cell(one, "detail") + " (" + cell(one, "code") + ")",
            2, Tone::attention);
    }
}

void add_contact(Sheet& sheet, const json& contact) {
    if (!contact.is_object()) return;
    sheet.gap();
    if (contact.value("contact", false) == false)
        return sheet.text(cell(contact, "provider") + " shows no contact with this address");
    sheet.text(cell(contact, "provider") + " shows the contact now as: " + cell(contact, "state"));
    for (const auto& [field, value] : contact.at("values").items())
        sheet.figure(field, value.is_null() ? "unknown"
                            : value == ""   ? "empty"
                                            : cell(contact.at("values"), field.c_str()));
}

}  // namespace

std::string try_screen(const json& told, const View& view) {
    const json& run = told.at("run");
    const bool good = text_of(run, "tried") == "delivered";
    Sheet sheet(view);
    sheet.headline(headline_of(run), good ? Tone::good : Tone::attention);
    add_rejects(sheet, told.at("rejects"));
    if (told.at("rejects").empty()) sheet.text(why(run), 2, good ? Tone::plain : Tone::attention);
    add_contact(sheet, told.at("contact"));
    return sheet.print();
}

int exit_code_of_try(const json& run) {
    const std::string tried = text_of(run, "tried"), status = text_of(run, "status");
    if (tried == "delivered") return control::exit_done;
    if (tried == "not_in_segments") return control::exit_not_found;
    if (tried == "opted_out") return control::exit_refused;
    return status == "skipped" ? control::exit_skipped_or_held : control::exit_failed;
}

}  // namespace audienced::ctl
