// A file of definitions is a value or a list of mistakes, whatever is in it; and what is a value is written
// so that it is read again.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "definition_file.hpp"
#include "definition_text.hpp"

using namespace audienced;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    nlohmann::json objects, again;
    ctl::DefinitionLines lines, others;
    if (!ctl::read_definition_file(text, objects, lines).empty() || !lines.secrets.empty()) return 0;
    const std::string written = ctl::definition_text(objects);
    if (!ctl::read_definition_file(written, again, others).empty()) std::abort();
    if (ctl::definition_text(again) != written) std::abort();
    return 0;
}
