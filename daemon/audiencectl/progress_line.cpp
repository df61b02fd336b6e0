#include "progress_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "render.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::size_t terminal_columns() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 80;
}

struct Figures {
    std::uint64_t done = 0, total = 0;
    double rate = 0;
    std::string status, waiting;
};

Figures figures_of(const json& event) {
    Figures out;
    out.done = event.value("done", std::uint64_t{0});
    out.total = event.value("total", std::uint64_t{0});
    out.rate = event.value("rate", 0.0);
    out.status = event.value("status", std::string{});
    out.waiting = event.value("waiting_for", std::string{});
    return out;
}

std::string amount(const Figures& f) {
    std::string out = grouped(f.done) + " of " + grouped(f.total);
    if (f.rate > 0 && f.done < f.total) {
        out += "  " + grouped(static_cast<std::uint64_t>(f.rate + 0.5)) + "/s";
        out += "  " + duration(static_cast<double>(f.total - f.done) / f.rate) + " left";
    }
    return out;
}

}  // namespace

std::string progress_bar(const json& event, std::size_t columns) {
    const Figures f = figures_of(event);
    std::string words = f.status;
    if (f.total > 0) {
        const auto percent =
            static_cast<unsigned>(100.0 * static_cast<double>(f.done) / static_cast<double>(f.total));
        words = std::string(percent < 10    ? "  "
                            : percent < 100 ? " "
                                            : "") +
                std::to_string(percent) + " %  " + amount(f);
    }
    if (!f.waiting.empty()) words += "  (waits for " + f.waiting + ")";
    std::string out;
    if (f.total > 0 && columns > words.size() + 14) {
        const std::size_t cells = std::min<std::size_t>(40, columns - words.size() - 4);
        const auto full = static_cast<std::size_t>(static_cast<double>(cells) * static_cast<double>(f.done) /
                                                   static_cast<double>(f.total));
        out = "[" + std::string(full, '#') + std::string(cells - full, '-') + "] ";
    }
    out += words;
    return out.size() < columns ? out : out.substr(0, columns > 0 ? columns - 1 : 0);
}

void ProgressView::clear() {
    if (drawn_) std::cout << "\r\x1b[K" << std::flush;
    drawn_ = false;
}

void ProgressView::show(const json& event) {
    if (terminal_) {
        std::cout << "\r\x1b[K" << progress_bar(event, terminal_columns()) << std::flush;
        drawn_ = true;
        return;
    }
    const Figures f = figures_of(event);
    const auto now = std::chrono::steady_clock::now();
    const bool news = f.status != last_status_ || f.waiting != last_waiting_;
    const bool figure = f.done != last_done_ && now >= next_figure_;
    if (!news && !figure) return;
    std::cout << "run " << run_ << ": " << f.status;
    if (f.total > 0) std::cout << ", " << amount(f);
    if (!f.waiting.empty()) std::cout << ", waits for " << f.waiting;
    std::cout << std::endl;
    last_status_ = f.status;
    last_waiting_ = f.waiting;
    last_done_ = f.done;
    next_figure_ = now + std::chrono::seconds(5);
}

void ProgressView::finish(const json& run) {
    clear();
    std::string status = run.value("status", "");
    std::replace(status.begin(), status.end(), '_', ' ');
    std::cout << "run " << run_ << " of " << run.value("export", "") << ": " << status;
    const auto counts = run.find("counts");
    if (counts != run.end() && counts->is_object()) std::cout << ": " << counts_sentence(*counts);
    std::cout << "\n";
    for (const char* key : {"reason", "error"})
        if (const auto it = run.find(key); it != run.end() && it->is_string() && *it != "")
            std::cout << "  " << it->get<std::string>() << "\n";
    if (run.value("status", "") == "held")
        std::cout << "  audiencectl runs approve " << run_ << "   or   audiencectl runs cancel " << run_
                  << "\n";
    std::cout.flush();
}

}  // namespace audienced::ctl
