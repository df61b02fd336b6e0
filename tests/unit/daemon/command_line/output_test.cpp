// What cannot be printed is noticed: each error was ignored, and a cut file had exit code 0.
#include "command_line/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <ostream>
#include <string>

namespace audienced::command_line {

TEST_CASE("everything that is printed arrives, in order, whatever its size", "[output]") {
    for (const bool at_once : {false, true}) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        OutputBuffer buffer(ends[1], at_once);
        std::ostream out(&buffer);
        const std::string large(20'000, 'a');
        out << "one " << 2 << ' ' << large << "\n" << std::flush;
        ::close(ends[1]);
        std::string got(large.size() + 100, '\0');
        std::size_t size = 0;
        for (ssize_t n = 0; (n = ::read(ends[0], got.data() + size, got.size() - size)) > 0;)
            size += static_cast<std::size_t>(n);
        ::close(ends[0]);
        CHECK(got.substr(0, size) == "one 2 " + large + "\n");
        CHECK(out.good());
        CHECK(buffer.error() == 0);
    }
}

TEST_CASE("the first write that fails is kept, at the first flush or the last", "[output]") {
    const int full = ::open("/dev/full", O_WRONLY);
    REQUIRE(full >= 0);
    for (const std::size_t size : {1U, 100'000U})
        for (const bool at_once : {false, true}) {
            OutputBuffer buffer(full, at_once);
            std::ostream out(&buffer);
            out << std::string(size, 'a') << "more";
            out.flush();
            CHECK(buffer.error() == ENOSPC);
            CHECK_FALSE(out.good());
        }
    ::close(full);
}

TEST_CASE("a reader that closed its end is no fault of the command", "[output]") {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::close(ends[0]);
    OutputBuffer buffer(ends[1], false);
    std::ostream out(&buffer);
    out << "words" << std::flush;
    CHECK(buffer.error() == EPIPE);
    CHECK(after_output("test", buffer.error(), 0) == 0);
    CHECK(after_output("test", ENOSPC, 0) == 1);
    CHECK(after_output("test", ENOSPC, 7) == 7);
    CHECK(after_output("test", 0, 0) == 0);
    ::close(ends[1]);
}

}  // namespace audienced::command_line
