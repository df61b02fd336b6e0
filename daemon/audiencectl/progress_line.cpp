#include "progress_line.hpp"

#include <algorithm>
#include <ctime>
#include <iostream>
#include <nlohmann/json.hpp>

#include "local_time.hpp"
#include "render.hpp"
#include "run_words.hpp"
#include "text_cells.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

// A wait of less is not worth a figure that changes with every line.
constexpr std::int64_t min_shown_wait_s = 10;

struct Figures {
    std::uint64_t done = 0, total = 0;
    double rate = 0;
    std::optional<double> left;
    std::string status, waiting;
    std::int64_t waited_s = 0;
};

Figures figures_of(const json& event, std::int64_t now) {
    Figures out;
    out.done = event.value("done", std::uint64_t{0});
    out.total = event.value("total", std::uint64_t{0});
    out.rate = event.value("rate", 0.0);
    const auto left = event.find("seconds_left");
    if (left != event.end() && left->is_number()) out.left = left->get<double>();
    out.status = text_of(event, "status");
    out.waiting = with_local_times(text_of(event, "waiting_for"), event);
    const auto since = parse_utc(text_of(event, "waiting_since"));
    if (since && now > 0) out.waited_s = now - to_unix(*since);
    return out;
}

std::string waiting_words(const Figures& f) {
    std::string out = "waits for " + visible(f.waiting);
    if (f.waited_s >= min_shown_wait_s) out += ", for " + duration(static_cast<double>(f.waited_s)) + " now";
    return out;
}

std::string words_of(const Figures& f) {
    std::string out;
    const auto add = [&](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
    if (f.total > 0) {
        add(std::to_string(f.done * 100 / f.total) + " %");
        add(grouped(f.done) + " of " + grouped(f.total));
    }
    if (!f.waiting.empty()) {
        add(waiting_words(f));  // a rate or a time left would be of the time before
    } else if (f.total > 0 && f.done >= f.total) {
        if (f.status == "delivering") add("then tags and lists");
    } else if (f.total > 0) {
        if (f.rate >= 0.5) add(grouped(static_cast<std::uint64_t>(f.rate + 0.5)) + "/s");
        if (f.left) add("about " + duration(*f.left) + " left");
    }
    return out.empty() ? f.status : out;
}

}  // namespace

std::string progress_words(const json& progress, std::int64_t now) {
    return words_of(figures_of(progress, now));
}

std::string progress_bar(const json& progress, std::size_t columns, std::int64_t now) {
    constexpr std::size_t widest = 40, narrowest = 10, frame = 3;
    const Figures f = figures_of(progress, now);
    const std::string words = words_of(f);
    const std::size_t width = display_width(words);
    // The last column stays empty: some terminals begin a new line there.
    const std::size_t room = columns > 0 ? columns - 1 : 0;
    if (f.total == 0 || room < width + narrowest + frame) return cut(words, room);
    const std::size_t cells = std::min(widest, room - width - frame);
    const auto full = static_cast<std::size_t>(static_cast<double>(cells) * static_cast<double>(f.done) /
                                               static_cast<double>(f.total));
    return "[" + std::string(std::min(full, cells), '#') + std::string(cells - std::min(full, cells), '-') +
           "] " + words;
}

void ProgressView::clear() {
    if (drawn_) std::cout << "\r\x1b[K" << std::flush;
    drawn_ = false;
}

void ProgressView::show(const json& event) {
    const std::int64_t now = std::time(nullptr);
    if (terminal_) {
        std::string line = progress_bar(event, terminal_columns(), now);
        // Before there is a plan the state alone says little.
        const std::string text = text_of(event, "text");
        if (event.value("total", std::uint64_t{0}) == 0 && text_of(event, "waiting_for").empty() &&
            !text.empty())
            line = cut(visible(text_of(event, "status") + ": " + text), terminal_columns() - 1);
        std::cout << "\r\x1b[K" << line << std::flush;
        drawn_ = true;
        return;
    }
    const Figures f = figures_of(event, now);
    const auto clock = std::chrono::steady_clock::now();
    const bool news = f.status != last_status_ || f.waiting != last_waiting_;
    const bool figure = f.done != last_done_ && clock >= next_figure_;
    if (!news && !figure) return;
    const std::string words = words_of(f);
    std::cout << "run " << run_ << ": " << f.status << (words == f.status ? "" : ", " + words) << std::endl;
    last_status_ = f.status;
    last_waiting_ = f.waiting;
    last_done_ = f.done;
    next_figure_ = clock + std::chrono::seconds(5);
}

void ProgressView::finish(const json& run) {
    clear();
    const View view = view_of_output();
    std::cout << "run " << run_ << " of " << cell(run, "export") << ": "
              << paint(view, tone_of(run), state_of(run));
    const auto counts = run.find("counts");
    if (counts != run.end() && counts->is_object())
        if (const std::string figures = nonzero_counts(*counts); !figures.empty())
            std::cout << ": " << figures;
    std::cout << "\n";
    if (waits_for_a_person(run))
        if (const std::string figure = removal_figure(run); !figure.empty())
            std::cout << "  would remove " << figure << "\n";
    // The error of a failed run begins with its reason.
    if (const std::string reason = why(run); !reason.empty())
        for (const std::string& line : wrap(visible(reason), view.columns > 2 ? view.columns - 2 : 0))
            std::cout << "  " << line << "\n";
    if (waits_for_a_person(run))
        std::cout << "  " << command_of_run(run, "show") << "   then\n  " << command_of_run(run, "approve")
                  << "   or   " << command_of_run(run, "cancel") << "\n";
    std::cout.flush();
}

}  // namespace audienced::ctl
