// Why a program cannot be started: the system says "No such file or directory" of a file that is there.
#include "base/program_file.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "support/temp_dir.hpp"

namespace audienced::unit::base_program_file_test {

TEST_CASE("the first bytes of a program say whether it can be started", "[unit][base]") {
    const struct {
        const char *head, *fault, *interpreter;
    } rows[] = {
        {"\x7f"
         "ELF\x02",
         "", ""},
        {"#!/bin/sh\necho", "", "/bin/sh"},
        {"#! /usr/bin/env python3\n", "", "/usr/bin/env"},
        {"#!/bin/sh", "", "/bin/sh"},
        {"", "empty", ""},
        {"echo hello\n", "neither a compiled program", ""},
        {"#!\necho", "names no interpreter", ""},
        {"#!/bin/sh\r\necho\r\n", "CR LF", ""},
        {"#!sh\n", "not named by a whole path", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.head);
        const ProgramHead head = read_program_head(row.head);
        CHECK(head.interpreter == row.interpreter);
        CHECK(head.fault.empty() == std::string(row.fault).empty());
        CHECK(head.fault.find(row.fault) != std::string::npos);
    }
    CHECK(read_program_head("#!/" + std::string(300, 'a')).fault.find("too long") != std::string::npos);
}

TEST_CASE("an interpreter that is not there is named", "[unit][base]") {
    const test::TempDir dir;
    CHECK(fault_of_program(dir.write("good", "#!/bin/sh\n")).empty());
    CHECK(fault_of_program("/bin/sh").empty());
    const std::string fault = fault_of_program(dir.write("bad", "#!/no/such/perl -w\n"));
    CHECK(fault.find("/no/such/perl cannot be run: No such file") != std::string::npos);
}

}  // namespace audienced::unit::base_program_file_test
