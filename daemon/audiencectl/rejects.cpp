#include "rejects.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "control/problem.hpp"
#include "rejects_screen.hpp"

namespace audienced::ctl {
using nlohmann::json;

namespace {

constexpr std::uint64_t rows_a_page = 2'000;
constexpr std::array csv_columns{"segment", "row",   "line",   "member",   "field",   "code",
                                 "class",   "count", "detail", "attempts", "next_try"};

/// RFC 4180. A field that a spreadsheet would take for a formula is defused with a quote mark in front.
std::string csv_field(const json& value) {
    std::string text = value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_string() && !text.empty() && std::string("=+-@\t").find(text[0]) != std::string::npos)
        text = "'" + text;
    if (text.find_first_of(",\"\r\n") == text.npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

template <class Cell>
void print_line(Cell cell) {
    const char* comma = "";
    for (const char* column : csv_columns) {
        std::cout << comma << cell(column);
        comma = ",";
    }
    std::cout << "\r\n";
}

std::string path_of_run(std::int64_t run) {
    return "/v1/runs/" + std::to_string(run);
}

/// Calls `each` for every reject of every page; gives the exit code.
int for_each(const Shell& shell, std::int64_t run, std::uint64_t limit,
             const std::function<void(const json&)>& each) {
    std::string after = "0";
    for (std::uint64_t left = limit; left > 0;) {
        const std::uint64_t wanted = std::min(left, rows_a_page);
        std::uint64_t rows = 0;
        const std::string target =
            path_of_run(run) + "/rejects?limit=" + std::to_string(wanted) + "&after=" + after;
        const auto got = shell.client().send("GET", target, {});
        if (!got) return shell.unreachable(got.error());
        if (!got->good()) return shell.fail(control::parse_problem(got->body, got->status));
        const auto rejects = json::parse(got->body, nullptr, false);
        if (!rejects.is_array())
            return shell.fail(make_error(Errc::bad_answer, "the daemon's answer is not JSON",
                                         "is it of the same version?"));
        for (const auto& one : rejects) {
            each(one);
            if (one.at("id").is_null()) continue;  // stands for several
            after = one.at("id").dump();
            ++rows;
        }
        if (rows < wanted || !std::cout.good()) break;
        left -= rows;
    }
    return control::exit_done;
}

int print_json(const Shell& shell, std::int64_t run, std::uint64_t limit) {
    const char* separator = "[";
    const int code = for_each(shell, run, limit, [&](const json& one) {
        std::cout << separator << one.dump(-1, ' ', false, json::error_handler_t::replace);
        separator = ",\n";
    });
    if (code == control::exit_done) std::cout << (*separator == '[' ? "[]" : "]") << std::endl;
    return code;
}

int print_csv(const Shell& shell, std::int64_t run, std::uint64_t limit) {
    bool begun = false;
    const auto begin = [&] {
        if (!begun) print_line([](const char* column) { return column; });
        begun = true;
    };
    const int code = for_each(shell, run, limit, [&](const json& one) {
        begin();
        print_line([&](const char* column) { return csv_field(one.at(column)); });
    });
    if (code == control::exit_done) begin();
    return code;
}

/// A person mends the kinds first, not the rows.
int read_kinds(const Shell& shell, std::int64_t run, json& kinds) {
    Shell asking = shell;
    asking.json = false;
    const auto keep = [&](const json& shown) { kinds = shown; };
    return asking.get(path_of_run(run), keep);
}

int print_all(const Shell& shell, std::int64_t run, std::uint64_t limit) {
    json shown;
    if (const int code = read_kinds(shell, run, shown); code != control::exit_done) return code;
    json rejects = json::array();
    const int code = for_each(shell, run, limit, [&](const json& one) { rejects.push_back(one); });
    if (code == control::exit_done) std::cout << rejects_screen(shown, rejects, view_of_output());
    return code;
}

}  // namespace

int show_rejects(const Shell& asked, std::int64_t run, const RejectOptions& options) {
    if (asked.json && options.csv)
        return asked.fail(make_error(Errc::usage, "--csv and --json exclude each other", "name one of them"));
    const Shell shell = asked.asking_at_once();
    const int code = shell.json    ? print_json(shell, run, options.limit)
                     : options.csv ? print_csv(shell, run, options.limit)
                                   : print_all(shell, run, options.limit);
    std::cout.flush();
    return code;
}

}  // namespace audienced::ctl
