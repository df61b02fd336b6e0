#include "typed_address.hpp"

#include "base/text.hpp"
#include "shell.hpp"

namespace audienced::ctl {

result<std::string> typed_address(const std::string& typed) {
    if (typed != "-") return typed;
    auto text = read_input("-");
    if (!text) return text;
    std::string line(trim(*text));
    if (line.empty())
        return make_error(Errc::usage, "standard input has no address",
                          "give one line with the address, or the address in place of -");
    if (line.find('\n') != line.npos)
        return make_error(Errc::usage, "standard input has more than one line", "give one address");
    return line;
}

}  // namespace audienced::ctl
