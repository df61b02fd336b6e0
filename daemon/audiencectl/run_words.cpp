#include "run_words.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string status_of(const json& run) {
    return run.value("status", std::string());
}

std::string with_next_try(const std::string& words, const json& run) {
    std::string out = with_local_times(words, run);
    if (text_of(run, "next_try").empty()) return out;
    return out + (out.empty() ? "" : "; ") + "tried again at " + when(run, "next_try") +
           ", unless its next start comes first";
}

}  // namespace

std::string state_of(const json& run) {
    std::string out = status_of(run);
    std::replace(out.begin(), out.end(), '_', ' ');
    if (is_over(run)) return out;
    if (run.value("cancel_requested", false)) return out + ", is being cancelled";
    if (status_of(run) == "held" && run.value("approved", false)) return out + ", approved";
    return out;
}

std::string short_state_of(const json& run) {
    if (status_of(run) == "completed_with_rejects") return "with rejects";
    if (!is_over(run) && run.value("cancel_requested", false)) return "cancelling";
    return status_of(run);
}

Tone tone_of(const json& run) {
    const std::string status = status_of(run);
    if (status == "failed") return Tone::bad;
    if (status == "succeeded") return Tone::good;
    if (status == "skipped" || status == "held" || status == "completed_with_rejects") return Tone::attention;
    return Tone::plain;
}

bool waits_for_a_person(const json& run) {
    return status_of(run) == "held" && !run.value("approved", false) && !run.value("cancel_requested", false);
}

bool is_over(const json& run) {
    const std::string status = status_of(run);
    return status == "succeeded" || status == "completed_with_rejects" || status == "failed" ||
           status == "skipped" || status == "cancelled";
}

bool needs_attention(const json& run) {
    const std::string status = status_of(run);
    return status == "failed" || status == "skipped" || waits_for_a_person(run);
}

std::string why(const json& run) {
    const std::string error = text_of(run, "error");  // the reason, with what to do next
    return with_next_try(error.empty() ? text_of(run, "reason") : error, run);
}

std::string reason_of(const json& run) {
    return with_next_try(text_of(run, "reason"), run);
}

std::string what_it_waits_for(const json& run) {
    return is_over(run) ? std::string() : with_local_times(text_of(run, "waits_for"), run);
}

std::string removal_figure(const json& run) {
    const auto planned = run.find("planned");
    if (planned == run.end() || !planned->is_object()) return {};
    const std::uint64_t removed = number_of(*planned, "removed"), before = number_of(run, "delivered_before");
    if (removed == 0) return {};
    std::string out = grouped(removed);
    if (before == 0) return out;
    out += " of " + grouped(before) + " members that were delivered before";
    char percent[32];
    std::snprintf(percent, sizeof percent, " (%.1f %%)",
                  100.0 * static_cast<double>(removed) / static_cast<double>(before));
    return out + percent;
}

std::string counts_equation(const json& counts) {
    std::string out;
    for (const char* key :
         {"duplicate", "invalid", "suppressed", "unchanged", "added", "updated", "rejected", "not_sent"}) {
        const std::uint64_t n = number_of(counts, key);
        if (n == 0) continue;
        out += (out.empty() ? " = " : " + ") + grouped(n) + " ";
        out += std::string(key) == "not_sent" ? "not sent" : key;
    }
    return grouped(number_of(counts, "read")) + " read" + out;
}

std::string with_title(const std::string& name, const std::string& title) {
    return title.empty() || title == "-" || title == name ? name : name + " (" + title + ")";
}

std::string name_of_run(const json& run) {
    return "run " + cell(run, "id") + " of " +
           with_title(text_of(run, "export"), text_of(run, "export_title"));
}

std::string what_follows_an_undo(const json& next) {
    const std::string name = cell(next, "export");
    if (!next.value("enabled", true))
        return name + " is disabled, so no run follows; the first after audiencectl export enable " + name +
               " plans from its segments again";
    std::string out = "the next run of " + name + " plans from its segments again";
    out += next.at("at").is_null() ? " (no schedule starts it)" : ": " + when(next, "at", true);
    if (next.value("hold", false)) return out + ", and waits for approval";
    return out + "; so that it does not: audiencectl export disable " + name +
           ", or to look at its plan first: audiencectl export edit " + name + " --hold";
}

std::string command_of_run(const json& run, const std::string& verb) {
    return "audiencectl runs " + verb + " " + cell(run, "id");
}

std::string named_destination(const json& part) {
    const std::string id = cell(part, "destination"), name = text_of(part, "destination_name");
    return name.empty() || name == id ? id : name + " (" + id + ")";
}

}  // namespace audienced::ctl
