#include "http/beast/inflate.hpp"

#include <zlib.h>

#include <array>
#include <new>

namespace audienced::http {
namespace {
// Text of JSON compresses 10 to 60 times; deflate itself reaches about 1029.
constexpr std::uint64_t max_ratio = 200;
constexpr std::uint64_t harmless_output = 4u << 20;
constexpr int gzip_window = 15 + 16;  // zlib's way to say "gzip only, largest window"
}  // namespace

struct GzipInflater::State {
    explicit State(std::size_t max) : max_output(max) {
        if (inflateInit2(&z, gzip_window) != Z_OK) throw std::bad_alloc();
    }
    State(const State&) = delete;
    ~State() { inflateEnd(&z); }

    z_stream z{};
    std::uint64_t max_output, total_in = 0, total_out = 0;
    bool begun = false, member_complete = false;
};

GzipInflater::GzipInflater(std::size_t max_output) : state_(std::make_unique<State>(max_output)) {}
GzipInflater::GzipInflater(GzipInflater&&) noexcept = default;
GzipInflater::~GzipInflater() = default;

result<void> GzipInflater::feed(std::string_view in, std::string& out) {
    State& s = *state_;
    std::array<char, 16384> piece;
    s.total_in += in.size();
    s.z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    s.z.avail_in = static_cast<uInt>(in.size());
    bool output_waits = false;
    while (s.z.avail_in > 0 || output_waits) {
        if (s.member_complete) {
            inflateReset(&s.z);
            s.member_complete = false;
        }
        s.begun = true;
        s.z.next_out = reinterpret_cast<Bytef*>(piece.data());
        s.z.avail_out = static_cast<uInt>(piece.size());
        const int status = inflate(&s.z, Z_NO_FLUSH);
        const std::size_t got = piece.size() - s.z.avail_out;
        s.total_out += got;
        if (s.total_out > s.max_output)
            return make_error(Errc::too_large, "the unpacked answer is larger than the limit of " +
                                                   std::to_string(s.max_output) + " bytes");
        if (s.total_out > harmless_output && s.total_out > s.total_in * max_ratio)
            return make_error(Errc::too_large, "the answer unpacks to more than " +
                                                   std::to_string(max_ratio) + " times its size");
        out.append(piece.data(), got);
        if (status == Z_STREAM_END)
            s.member_complete = true;
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return make_error(Errc::bad_answer, "the answer is declared as gzip, but is not valid gzip data");
        // A full piece may mean that more is ready inside without further input.
        output_waits = status == Z_OK && s.z.avail_out == 0;
    }
    return {};
}

result<void> GzipInflater::finish() const {
    if (state_->begun && !state_->member_complete)
        return retryable(Errc::bad_answer, "the gzip data of the answer is incomplete");
    return {};
}

}  // namespace audienced::http
