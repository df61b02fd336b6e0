#include "watch_output.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "control/problem.hpp"
#include "local_time.hpp"
#include "status_screen.hpp"
#include "text_cells.hpp"
#include "watch_frame.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

std::string clock_text(SysTime at) {
    const LocalTime local = local_time(at, "", true);
    return local.text + " " + local.zone;
}

void say(const WatchStreams& streams, const Error& why) {
    *streams.err << "audiencectl: " << visible(why.text()) << "; asked again each second" << std::endl;
}

class InPlace final : public WatchOutput {
public:
    explicit InPlace(WatchStreams streams) : streams_(std::move(streams)) {}

    void show(const json& status, const std::string&) override {
        status_ = status;
        answered_ = streams_.now();
        silent_since_.reset();
        draw({}, "status of " + clock_text(answered_) + "; Ctrl-C ends it");
    }

    void tell(const Error& why) override {
        if (!silent_since_) silent_since_ = streams_.now();
        const View view = streams_.view();
        std::vector<std::string> trouble{
            paint(view, Tone::bad, "no status since " + clock_text(*silent_since_) + ":")};
        for (const std::string& line : wrap(visible(why.text()), view.columns)) trouble.push_back(line);
        trouble.push_back("it is asked again each second; Ctrl-C ends it");
        draw(std::move(trouble), status_.is_null() ? "" : "the status of " + clock_text(answered_) + " was:");
    }

private:
    void draw(std::vector<std::string> lines, const std::string& headline) {
        const View view = streams_.view();
        if (!lines.empty()) lines.emplace_back();
        if (!headline.empty()) lines.push_back(cut(headline, view.columns));
        lines.emplace_back();
        if (!status_.is_null())
            for (std::string& line : lines_of(status_screen(status_, view))) lines.push_back(std::move(line));
        *streams_.out << frame(lines, view.columns, streams_.rows()) << std::flush;
    }

    WatchStreams streams_;
    json status_;
    SysTime answered_;
    std::optional<SysTime> silent_since_;
};

/// How far runs are changes with every answer.
json without_figures(json status) {
    status.erase("limits");
    for (json& run : status.at("runs"))
        if (run.at("progress").is_object())
            for (const char* figure : {"done", "rate", "seconds_left"}) run["progress"].erase(figure);
    return status;
}

class InSequence final : public WatchOutput {
public:
    explicit InSequence(WatchStreams streams) : streams_(std::move(streams)) {}

    void show(const json& status, const std::string&) override {
        ++answers_;
        if (!is_due(status)) return;
        answers_ = 0;
        shown_ = status;
        said_.clear();
        *streams_.out << (begun_ ? "\n" : "") << "=== " << clock_text(streams_.now()) << " ===\n"
                      << status_screen(status, streams_.view()) << std::flush;
        begun_ = true;
    }

    void tell(const Error& why) override {
        if (why.text() == said_) return;
        said_ = why.text();
        say(streams_, why);
    }

private:
    /// After the daemon was away too: what is shown then may be what was shown before.
    bool is_due(const json& status) const {
        constexpr int each = 5;
        if (shown_.is_null() || !said_.empty()) return true;
        if (status == shown_) return false;
        return answers_ >= each || without_figures(status) != without_figures(shown_);
    }

    WatchStreams streams_;
    json shown_;
    int answers_ = 0;  // since then
    bool begun_ = false;
    std::string said_;
};

class AsJson final : public WatchOutput {
public:
    AsJson(WatchStreams streams, bool terminal) : streams_(std::move(streams)), terminal_(terminal) {}

    void show(const json&, const std::string& body) override { put(body.substr(0, body.find('\n'))); }
    void tell(const Error& why) override {
        if (put(control::print_problem(why))) say(streams_, why);
    }

private:
    bool put(std::string line) {
        if (line == last_) return false;
        *streams_.out << (terminal_ ? visible_json(line) : line) << std::endl;
        last_ = std::move(line);
        return true;
    }

    WatchStreams streams_;
    bool terminal_;
    std::string last_;
};

}  // namespace

std::unique_ptr<WatchOutput> watch_in_place(WatchStreams streams) {
    return std::make_unique<InPlace>(std::move(streams));
}

std::unique_ptr<WatchOutput> watch_in_sequence(WatchStreams streams) {
    return std::make_unique<InSequence>(std::move(streams));
}

std::unique_ptr<WatchOutput> watch_as_json(WatchStreams streams, bool terminal) {
    return std::make_unique<AsJson>(std::move(streams), terminal);
}

}  // namespace audienced::ctl
