// bench_source [ROWS]: how fast each kind of source is read, and with how much memory. Every kind is read in
// a process of its own, so that its peak is its own.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>

#include "source/registry.hpp"
#include "source_data.hpp"
#include "support/temp_dir.hpp"

using namespace audienced;

namespace {

struct Counting final : source::RowSink {
    bool row(std::uint64_t, std::span<const source::Value> values) override {
        ++rows;
        for (const source::Value& v : values) bytes += v.text.size();
        return true;
    }
    bool reject(std::uint64_t, std::string_view, std::optional<std::string_view>) override {
        return ++rejects, true;
    }
    std::uint64_t rows = 0, rejects = 0, bytes = 0;
};

/// Of this process since it became this program, in megabytes.
double peak() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line))
        if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
    return 0;
}

int read_one(const bench::Kind& kind, std::uint64_t expected) {
    source::Environment environment;
    auto source = source::make(kind.source, environment);
    Counting sink;
    const double before = peak();
    const auto began = std::chrono::steady_clock::now();
    const auto cpu_began = std::clock();
    auto read = (*source)->read(kind.segment, {"email", "first_name", "last_name", "since"}, sink, {});
    const double cpu = static_cast<double>(std::clock() - cpu_began) / CLOCKS_PER_SEC;
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (!read || sink.rows != expected || sink.rejects != 0) {
        std::fprintf(stderr, "%s: %s, %llu rows, %llu rejects\n", kind.name.c_str(),
                     read ? "read" : read.error().text().c_str(), static_cast<unsigned long long>(sink.rows),
                     static_cast<unsigned long long>(sink.rejects));
        return 1;
    }
    std::printf("%-10s %10.0f rows/s %8.2f s %8.2f s CPU %8.1f MB peak (%.1f MB before)\n", kind.name.c_str(),
                static_cast<double>(sink.rows) / wall, wall, cpu, peak(), before);
    return 0;
}

std::string text_at(int argc, char** argv, int at) {
    return at < argc ? argv[at] : "";
}

int child(int argc, char** argv) {
    bench::Kind kind;
    kind.name = text_at(argc, argv, 2);
    kind.source.kind = text_at(argc, argv, 3);
    kind.source.settings[kind.source.kind] = text_at(argc, argv, 4);
    kind.segment.kind = static_cast<model::Segment::Kind>(std::stoi(text_at(argc, argv, 5)));
    kind.segment.what = text_at(argc, argv, 6);
    return read_one(kind, std::stoull(text_at(argc, argv, 7)));
}

/// Starts over as a program that only reads: what the parent used does not count.
int in_a_process_of_its_own(const bench::Kind& kind, std::uint64_t rows) {
    std::fflush(stdout);
    const std::string what = std::to_string(static_cast<int>(kind.segment.kind)),
                      number = std::to_string(rows);
    const std::string where = kind.source.settings.begin()->second;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::execl("/proc/self/exe", "bench_source", "read", kind.name.c_str(), kind.source.kind.c_str(),
                where.c_str(), what.c_str(), kind.segment.what.c_str(), number.c_str(),
                static_cast<char*>(nullptr));
        ::_exit(127);
    }
    int status = 0;
    if (pid < 0 || ::waitpid(pid, &status, 0) != pid) return 1;
    return status;
}

}  // namespace

int main(int argc, char** argv) try {
    if (text_at(argc, argv, 1) == "read") return child(argc, argv);
    const std::uint64_t rows = argc > 1 ? std::stoull(argv[1]) : 1'000'000;
    const test::TempDir folder;
    const auto server = test::PostgresServer::start();
    std::printf("%llu rows, four of six columns; each kind of source alone:\n",
                static_cast<unsigned long long>(rows));
    int failed = 0;
    for (const auto& kind : bench::make_data(folder.path().string(), rows, server.get()))
        failed |= in_a_process_of_its_own(kind, rows);
    return failed ? 1 : 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench_source: %s\n", e.what());
    return 1;
}
