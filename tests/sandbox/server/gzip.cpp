#include "server/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace audienced::sandbox {
namespace {

constexpr int gzip_window = 15 + 16;

struct Deflater {
    z_stream stream{};
    Deflater() {
        if (deflateInit2(&stream, 1, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error("zlib could not start");
    }
    ~Deflater() { deflateEnd(&stream); }
    void feed(std::string_view in, int flush, std::string& out) {
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
        stream.avail_in = static_cast<uInt>(in.size());
        do {
            const auto before = out.size();
            out.resize(before + 65536);
            stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
            stream.avail_out = 65536;
            deflate(&stream, flush);
            out.resize(out.size() - stream.avail_out);
        } while (stream.avail_out == 0);
    }
};

}  // namespace

std::string gzip(std::string_view in) {
    Deflater deflater;
    std::string out;
    out.reserve(in.size() / 8 + 1024);
    deflater.feed(in, Z_FINISH, out);
    return out;
}

std::string gzip_of_blanks(std::size_t bytes) {
    Deflater deflater;
    std::string out;
    const std::string blanks(1 << 20, ' ');
    for (; bytes > blanks.size(); bytes -= blanks.size()) deflater.feed(blanks, Z_NO_FLUSH, out);
    deflater.feed(std::string_view(blanks).substr(0, bytes), Z_FINISH, out);
    return out;
}

std::string gunzip(std::string_view in, std::size_t limit) {
    z_stream stream{};
    if (inflateInit2(&stream, gzip_window) != Z_OK) return {};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream.avail_in = static_cast<uInt>(in.size());
    std::string out;
    int rc = Z_OK;
    while (rc == Z_OK && out.size() < limit) {
        const auto before = out.size();
        out.resize(before + 65536);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        stream.avail_out = 65536;
        rc = inflate(&stream, Z_NO_FLUSH);
        out.resize(out.size() - stream.avail_out);
        if (rc == Z_BUF_ERROR) break;
    }
    inflateEnd(&stream);
    return rc == Z_STREAM_END ? out : std::string{};
}

}  // namespace audienced::sandbox
