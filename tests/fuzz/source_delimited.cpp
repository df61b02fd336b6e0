// Hostile CSV: no crash, and however the bytes are cut, the same records come out.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "source/delimited/signs.hpp"
#include "source/file_kind.hpp"

using namespace audienced;
using namespace audienced::source::delimited;

namespace {

struct Pieces final : Bytes {
    Pieces(std::string_view t, std::size_t s) : text(t), size(s) {}
    result<std::size_t> read(std::span<char> into) override {
        const std::size_t n = std::min({into.size(), size, text.size()});
        std::memcpy(into.data(), text.data(), n);
        text.remove_prefix(n);
        return n;
    }
    std::string_view text;
    std::size_t size;
};

std::string all(std::string_view text, std::size_t piece, Encoding encoding, Dialect dialect) {
    const auto bytes = decoded(std::make_unique<Pieces>(text, piece), encoding);
    Records records(*bytes, dialect);
    std::string out;
    for (;;) {
        const auto got = records.next({});
        if (!got) return out + "!";
        if (*got == Records::Got::end) return out;
        out += std::to_string(records.line()) + (*got == Records::Got::broken ? records.why() : "");
        for (const auto field : records.fields()) out.append(field).append(1, '\x1F');
        out += '\x1E';
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto encoding = static_cast<Encoding>(data[0] % 4);
    const Dialect dialect{",;\t|"[data[0] / 4 % 4], (data[0] & 64) == 0, (data[0] & 128) == 0 ? '\n' : '\r'};
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    if (const auto line = instruction_in(text); line && line->size > text.size()) std::abort();
    (void)source::file_kind(text);
    (void)utf16_without_mark(text);
    (void)has_cr_lines(text);
    (void)separation_of(text, dialect);
    if (all(text, 1u + data[1], encoding, dialect) != all(text, 1u << 20, encoding, dialect)) std::abort();
    return 0;
}
