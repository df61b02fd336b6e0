#include "base/program_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace audienced {
namespace {

constexpr std::size_t most_of_first_line = 255;  // the system reads no more of it

std::string first_line_advice() {
    return "begin it with a line such as #!/bin/sh";
}

}  // namespace

ProgramHead read_program_head(std::string_view head) {
    if (head.empty()) return {"the file is empty", ""};
    if (head.starts_with("\x7f"
                         "ELF"))
        return {};
    if (!head.starts_with("#!"))
        return {"it is neither a compiled program nor a script with a #! line; " + first_line_advice(), ""};
    std::string_view line = head.substr(2, head.find('\n') - 2);
    if (line.size() > most_of_first_line) return {"its #! line is too long; " + first_line_advice(), ""};
    const bool dos = !line.empty() && line.back() == '\r';
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const std::string_view interpreter = line.substr(0, line.find_first_of(" \t\r"));
    if (interpreter.empty()) return {"its #! line names no interpreter; " + first_line_advice(), ""};
    if (dos)
        return {
            "its lines end with CR LF, as on Windows, so that no interpreter has the name; remove them with "
            "sed -i 's/\\r$//' FILE",
            ""};
    if (interpreter.front() != '/')
        return {"its interpreter " + std::string(interpreter) + " is not named by a whole path", ""};
    return {"", std::string(interpreter)};
}

std::string fault_of_program(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return {};  // a compiled program needs no right to read
    std::array<char, most_of_first_line + 1> bytes{};
    const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), 0);
    ::close(fd);
    if (got < 0) return {};
    const ProgramHead head = read_program_head({bytes.data(), static_cast<std::size_t>(got)});
    if (!head.fault.empty() || head.interpreter.empty()) return head.fault;
    if (::access(head.interpreter.c_str(), X_OK) == 0) return {};
    return "its interpreter " + head.interpreter + " cannot be run: " + std::strerror(errno) +
           "; install it, or name another one in the #! line";
}

}  // namespace audienced
