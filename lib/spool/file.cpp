#include "spool/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace audienced::spool {
namespace {

Error disk_error(const char* doing) {
    const int e = errno;
    return make_error(e == ENOSPC || e == EDQUOT ? Errc::store_full : Errc::store_failed,
                      std::string(doing) + " the spool failed: " + std::strerror(e),
                      "make room in the state directory; the run is planned anew");
}

constexpr std::size_t buffer_bytes = 256 * 1024;

}  // namespace

result<Writer> Writer::create(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return disk_error("creating");
    return Writer(fd);
}

Writer::Writer(Writer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)), size_(other.size_) {}

Writer::~Writer() {
    if (fd_ >= 0) ::close(fd_);
}

result<void> Writer::append(std::string_view bytes) {
    buffer_.append(bytes);
    size_ += bytes.size();
    return buffer_.size() >= buffer_bytes ? flush() : result<void>{};
}

result<void> Writer::flush() {
    std::string_view left = buffer_;
    while (!left.empty()) {
        const ssize_t n = ::write(fd_, left.data(), left.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return disk_error("writing");
        left.remove_prefix(static_cast<std::size_t>(n));
    }
    buffer_.clear();
    return {};
}

result<void> Writer::finish() {
    if (auto written = flush(); !written) return written;
    if (::fdatasync(fd_) != 0) return disk_error("writing");
    return {};
}

std::string upsert_part() {
    return "upsert";
}

std::string join_part(int bit) {
    return "join-" + std::to_string(bit);
}

std::string leave_part(int bit) {
    return "leave-" + std::to_string(bit);
}

std::string forget_part() {
    return "forget";
}

std::string part_path(const std::string& dir, model::RunId run, std::string_view part) {
    return dir + "/run-" + std::to_string(run) + "." + std::string(part);
}

result<std::string> read_part(const std::string& path, std::uint64_t offset, std::uint64_t bytes) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return make_error(Errc::not_ready, "the spool of the run is gone", "it is planned anew");
    std::string out(bytes, '\0');
    std::size_t have = 0;
    while (have < bytes) {
        const ssize_t n = ::pread(fd, out.data() + have, bytes - have, static_cast<off_t>(offset + have));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        have += static_cast<std::size_t>(n);
    }
    ::close(fd);
    if (have < bytes)
        return make_error(Errc::not_ready, "the spool of the run is damaged", "it is planned anew");
    return out;
}

result<std::string> read_batch(const std::string& dir, const store::BatchRow& batch) {
    const auto read = [&](const std::string& part, std::uint64_t offset, std::uint64_t bytes) {
        // Nothing lies in a part that was never written.
        return bytes == 0 ? result<std::string>(std::string())
                          : read_part(part_path(dir, batch.run, part), offset, bytes);
    };
    if (batch.kind == model::BatchKind::upsert) return read(upsert_part(), batch.offset, batch.bytes);
    if (batch.group < 0) return read(forget_part(), batch.offset, batch.bytes);
    auto records = read(join_part(batch.group), batch.offset, batch.bytes);
    if (!records) return records;
    auto leavers = read(leave_part(batch.group), batch.leave_offset, batch.leave_bytes);
    if (!leavers) return leavers;
    *records += *leavers;
    return records;
}

namespace {
template <class Which>
void remove_files(const std::string& dir, Which which) {
    std::error_code ignored;  // a file that cannot be removed now is found again at the next start
    for (const auto& entry : std::filesystem::directory_iterator(dir, ignored)) {
        const std::string name = entry.path().filename().string();
        if (name.rfind("run-", 0) != 0) continue;
        const model::RunId run = std::strtoll(name.c_str() + 4, nullptr, 10);
        if (which(run)) std::filesystem::remove(entry.path(), ignored);
    }
}
}  // namespace

void remove_run(const std::string& dir, model::RunId run) {
    remove_files(dir, [run](model::RunId found) { return found == run; });
}

void remove_strays(const std::string& dir, const std::vector<model::RunId>& keep) {
    remove_files(
        dir, [&](model::RunId found) { return std::find(keep.begin(), keep.end(), found) == keep.end(); });
}

}  // namespace audienced::spool
