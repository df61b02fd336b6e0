#include "run_screen.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "plan_screen.hpp"
#include "progress_line.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "sheet.hpp"
#include "table.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string bytes(std::uint64_t n) {
    char text[32];
    if (n >= 1'000'000)
        std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(n) / 1e6);
    else
        std::snprintf(text, sizeof text, "%.1f kB", static_cast<double>(n) / 1e3);
    return text;
}

/// "1,000 of 1,100": the plan is said where the run did not get to all of it.
std::string of_planned(const json& run, const char* key) {
    const std::uint64_t done = number_of(run.at("counts"), key), planned = number_of(run.at("planned"), key);
    if (done == 0 && planned == 0) return {};
    return done < planned ? grouped(done) + " of " + grouped(planned) : grouped(done);
}

/// Who sends what the run did not get to.
std::string what_sends_the_rest(const json& run) {
    if (run.at("options").value("withdraw", false))
        return "audiencectl export remove " + cell(run, "export") + " --withdraw takes back the rest";
    if (number_of(run, "undo_of") > 0)
        return "audiencectl runs undo " + cell(run, "undo_of") + " undoes the rest";
    return "the next run of the export sends them";
}

/// What a run that is over left with the provider: not lost, and not to be sent again.
void add_open_calls(Sheet& sheet, const json& run) {
    const json open = run.value("open_calls", json::object());
    const std::uint64_t calls = number_of(open, "calls"), jobs = number_of(open, "jobs");
    if (calls == 0 || !is_over(run)) return;
    std::string words = jobs == calls ? grouped(jobs) + (jobs == 1 ? " job" : " jobs") + " of the provider"
                                      : grouped(calls) + (calls == 1 ? " call" : " calls");
    words += " with " + grouped(number_of(open, "members")) + " members; " + (calls == 1 ? "its" : "their") +
             " outcome is learned before the next run there decides anything";
    sheet.figure("under way", words, Tone::attention);
}

void add_outcome(Sheet& sheet, const json& run) {
    for (const char* key : {"added", "updated", "removed"}) sheet.figure(key, of_planned(run, key));
    const auto& counts = run.at("counts");
    if (const auto n = number_of(counts, "rejected") + number_of(counts, "invalid"); n > 0)
        sheet.figure("not delivered", grouped(n) + "; " + command_of_run(run, "rejects"), Tone::attention);
    add_open_calls(sheet, run);
    const bool open = number_of(run.value("open_calls", json::object()), "calls") > 0;
    if (const auto n = number_of(counts, "not_sent"); n > 0)
        sheet.figure("not sent",
                     grouped(n) + "; " + what_sends_the_rest(run) +
                         (open ? ", but for those that are under way and get there" : ""),
                     Tone::attention);
    if (const auto n = number_of(run, "values_dropped"); n > 0)
        sheet.figure("values left out", grouped(n) + "; " + command_of_run(run, "rejects"));
    if (const auto n = number_of(run, "removals_put_off"); n > 0)
        sheet.figure("removals put off", grouped(n));
}

std::string run_options_of(const json& run) {
    const auto& options = run.at("options");
    std::string out;
    for (const auto& [key, words] :
         {std::pair("dry_run", "dry run: nothing is sent"),
          std::pair("full", "full: every member is sent again"), std::pair("hold", "held as asked")})
        if (options.value(key, false)) out += (out.empty() ? "" : "; ") + std::string(words);
    if (!run.at("only_member").is_null()) out = "a try: one member alone, member " + cell(run, "only_member");
    if (!run.at("retry_of").is_null())
        out += (out.empty() ? "" : "; ") + ("sends again what run " + cell(run, "retry_of") + " rejected");
    if (run.at("options").value("withdraw", false))
        out += (out.empty() ? "" : "; ") + std::string("takes back what the export gave, and removes it");
    if (number_of(run, "undo_of") > 0)
        out += (out.empty() ? "" : "; ") + ("undoes run " + cell(run, "undo_of"));
    return out;
}

std::string cost_of(const json& run) {
    if (number_of(run, "requests") == 0) return {};
    std::string out =
        grouped(number_of(run, "requests")) + " (" + grouped(number_of(run, "writes")) + " that write";
    if (number_of(run, "retries") > 0) out += ", " + grouped(number_of(run, "retries")) + " repeated";
    out += "), " + bytes(number_of(run, "bytes_sent")) + " sent";
    if (number_of(run, "provider_jobs") > 0)
        out += ", " + grouped(number_of(run, "provider_jobs")) + " jobs of the provider";
    return out;
}

void add_record(Sheet& sheet, const json& run) {
    sheet.figure("destination", named_destination(run));
    if (number_of(run.at("counts"), "read") > 0) sheet.figure("counts", counts_equation(run.at("counts")));
    const std::string who = cell(run, "requested_by");
    std::string by = cell(run, "trigger") == "schedule" ? "by the schedule" : "by " + who;
    if (cell(run, "trigger") == "retry" || cell(run, "trigger") == "undo") by += ", " + cell(run, "trigger");
    sheet.figure("queued", when(run, "queued_at", true) + " " + by);
    sheet.figure("began", when(run, "started_at", true));
    if (!run.at("finished_at").is_null())
        sheet.figure("ended", when(run, "finished_at", true) + ", after " +
                                  time_between(run, "started_at", "finished_at"));
    sheet.figure("options", run_options_of(run));
    if (number_of(run, "undone_by") > 0)
        sheet.figure("undone", "by run " + cell(run, "undone_by") + "; audiencectl runs show " +
                                   cell(run, "undone_by"));
    if (const auto next = run.find("export_next_run"); next != run.end() && next->is_object())
        sheet.figure("what follows", what_follows_an_undo(*next));
    sheet.figure("calls", cost_of(run));
}

void add_next(Sheet& sheet, const json& run) {
    if (waits_for_a_person(run)) {
        sheet.command("approve it:  ", command_of_run(run, "approve"));
        sheet.command("cancel it:   ", command_of_run(run, "cancel"));
    } else if (!is_over(run)) {
        sheet.command("follow it:  ", command_of_run(run, "follow"));
        if (run.value("cancel_requested", false) == false)
            sheet.command("cancel it:  ", command_of_run(run, "cancel"));
    } else if (needs_attention(run)) {
        sheet.command("run it again:  ", "audiencectl run " + cell(run, "export"));
    }
}

/// It read the segments, and delivered nothing of what it planned.
bool is_only_planned(const json& run) {
    return run.at("options").value("dry_run", false) || cell(run, "status") == "skipped";
}

/// What stands beside a run in a list.
std::string words_of(const json& run) {
    if (waits_for_a_person(run))
        return removal_figure(run).empty() ? reason_of(run) : "would remove " + removal_figure(run);
    if (is_over(run)) return reason_of(run).empty() ? nonzero_counts(run.at("counts")) : reason_of(run);
    const std::string waits = what_it_waits_for(run);
    if (!waits.empty()) return "waits for " + waits;
    const auto& progress = run.at("progress");
    if (progress.is_object() && progress.value("total", std::uint64_t{0}) > 0)
        return progress_words(progress);
    return reason_of(run);
}

/// Most first; the command lists the rest.
void add_reject_kinds(Sheet& sheet, const json& run) {
    constexpr std::size_t most_shown = 3;
    const json& kinds = run.at("rejects");
    for (std::size_t i = 0; i < kinds.size() && i < most_shown; ++i)
        sheet.text(cell(kinds[i], "words"), 2, Tone::attention);
    if (kinds.size() <= most_shown) return;
    const std::size_t more = kinds.size() - most_shown;
    sheet.text("and " + std::to_string(more) + (more == 1 ? " more kind: " : " more kinds: ") +
                   command_of_run(run, "rejects"),
               2);
}

/// The figures of a run that is under way say what it waits for themselves.
void add_progress_of(Sheet& sheet, const json& run) {
    const json& progress = run.at("progress");
    const bool figures = progress.is_object() && progress.value("total", std::uint64_t{0}) > 0;
    if (figures && !is_over(run) && !waits_for_a_person(run)) sheet.text(progress_words(progress));
    const std::string waits_for = what_it_waits_for(run);
    if (waits_for.empty() || (figures && !text_of(progress, "waiting_for").empty())) return;
    sheet.text("waits for " + waits_for);
}

/// What happened, or would happen, in each segment.
void add_segments_of(Sheet& sheet, const json& run) {
    if (run.at("segments").empty()) return;
    if (waits_for_a_person(run) || is_only_planned(run)) add_plan_parts(sheet, run);
    if (is_over(run) && !is_only_planned(run)) add_done_parts(sheet, run);
    sheet.gap();
}

}  // namespace

std::string run_screen(const json& run, const View& view) {
    Sheet sheet(view);
    const bool waits = waits_for_a_person(run);
    sheet.headline(name_of_run(run) + ": " + state_of(run) + (waits ? ", waits for a person" : ""),
                   needs_attention(run) ? tone_of(run) : Tone::strong);
    // The reason of a run that completed with rejects only repeats some of them.
    if (run.at("rejects").empty() || cell(run, "status") != "completed_with_rejects")
        sheet.text(why(run), 2, tone_of(run));
    else
        add_reject_kinds(sheet, run);
    add_progress_of(sheet, run);
    if (waits) {
        sheet.gap();
        add_plan_figures(sheet, run);
    }
    sheet.gap();
    add_segments_of(sheet, run);
    if (waits) {
        sheet.text(what_ends_it(run));
        sheet.gap();
    }
    add_next(sheet, run);
    sheet.gap();
    if (cell(run, "status") != "completed_with_rejects") add_reject_kinds(sheet, run);
    sheet.gap();
    if (!waits) add_outcome(sheet, run);
    add_record(sheet, run);
    return sheet.print();
}

std::string runs_screen(const json& runs, const View& view) {
    if (runs.empty()) return "no runs yet: audiencectl run EXPORT\n";
    std::vector<std::optional<LocalTime>> times;
    std::vector<std::string> without;
    for (const auto& run : runs) {
        times.push_back(time_of(run, is_over(run) ? "finished_at" : "queued_at"));
        without.push_back("-");
    }
    const TimeColumn time = time_column("ENDED, OR QUEUED", times, without);
    using Kind = Column::Kind;
    Table table(
        {{"RUN", Kind::number}, {"EXPORT", Kind::name}, {"STATUS"}, time.head, {"WHAT", Kind::may_be_cut}});
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& run = runs[i];
        table.add({cell(run, "id"), cell(run, "export"), Cell(short_state_of(run), tone_of(run)),
                   time.cells[i], words_of(run)});
    }
    return table.print(view);
}

}  // namespace audienced::ctl
