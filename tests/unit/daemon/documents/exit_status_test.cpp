#include "exit_status.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "support/source_tree.hpp"

namespace audienced::unit::daemon_documents_exit_status_test {

using namespace audienced::documents;

namespace {

/// The first two columns of the table of exit codes: "| 0 | done |".
std::vector<std::string> rows_of(const std::string& name) {
    std::ifstream page(test::source_file("docs/" + name));
    std::vector<std::string> out;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        if (line.empty() || line[0] != '|') {
            if (inside) break;
            continue;
        }
        if (inside && line[2] >= '0' && line[2] <= '9')
            out.push_back(line.substr(0, line.find(" |", line.find(" |") + 2)));
        inside = inside || line.starts_with("| exit code");
    }
    return out;
}

std::vector<std::string> rows_of(const std::vector<ExitStatus>& all) {
    std::vector<std::string> out;
    for (const auto& [code, meaning] : all) out.push_back("| " + std::to_string(code) + " | " + meaning);
    return out;
}

}  // namespace

TEST_CASE("the manual pages say of each exit code what the documents say", "[unit][documents]") {
    CHECK(rows_of(exit_status_of_ctl()) == rows_of("COMMANDS.md"));
    CHECK(rows_of(exit_status_of_daemon()) == rows_of("OPERATIONS.md"));
}

}  // namespace audienced::unit::daemon_documents_exit_status_test
