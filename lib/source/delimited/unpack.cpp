// gzip, as a stream: memory stays flat whatever the file unpacks to.
#include <zlib.h>

#include <array>

#include "source/delimited/bytes.hpp"

namespace audienced::source::delimited {
namespace {

class GzipBytes final : public Bytes {
public:
    GzipBytes(std::unique_ptr<Bytes> packed, std::string name)
        : packed_(std::move(packed)), name_(std::move(name)) {
        usable_ = ::inflateInit2(&stream_, 15 + 16) == Z_OK;  // 16: a gzip header, nothing else
    }
    GzipBytes(const GzipBytes&) = delete;
    ~GzipBytes() override { ::inflateEnd(&stream_); }

    result<std::size_t> read(std::span<char> into) override {
        if (!usable_) return make_error(Errc::not_ready, "no memory to unpack " + name_);
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = static_cast<uInt>(into.size());
        while (stream_.avail_out == into.size()) {
            if (stream_.avail_in == 0) {
                auto more = packed_->read(buffer_);
                if (!more) return more.error();
                if (*more == 0) {
                    if (between_members_) return std::size_t{0};
                    return retryable(Errc::not_ready, name_ + " ends in the middle of its gzip data",
                                     "the file is incomplete: wait until it is written, or write it again");
                }
                stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
                stream_.avail_in = static_cast<uInt>(*more);
            }
            if (between_members_) {
                if (*stream_.next_in == 0) {  // padding, as tape writers leave it
                    ++stream_.next_in, --stream_.avail_in;
                    continue;
                }
                ::inflateReset(&stream_);
                between_members_ = false;
            }
            const int state = ::inflate(&stream_, Z_NO_FLUSH);
            if (state == Z_STREAM_END)
                between_members_ = true;
            else if (state != Z_OK && state != Z_BUF_ERROR)
                return make_error(Errc::not_ready, name_ + " is damaged: its gzip data cannot be unpacked",
                                  "write the file again");
        }
        return into.size() - stream_.avail_out;
    }

private:
    std::unique_ptr<Bytes> packed_;
    std::string name_;
    z_stream stream_{};
    std::array<char, 64 * 1024> buffer_;
    bool usable_ = false;
    bool between_members_ = false;
};

}  // namespace

std::unique_ptr<Bytes> unpacked(std::unique_ptr<Bytes> packed, std::string name) {
    return std::make_unique<GzipBytes>(std::move(packed), std::move(name));
}

}  // namespace audienced::source::delimited
