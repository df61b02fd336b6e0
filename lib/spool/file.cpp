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

Error lost(const char* what) {
    return make_error(Errc::not_ready, std::string("the spool of the run is ") + what, "it is planned anew");
}

/// A descriptor that closes itself.
struct Fd {
    explicit Fd(int number) : fd(number) {}
    Fd(const Fd&) = delete;
    ~Fd() {
        if (fd >= 0) ::close(fd);
    }
    int fd;
};

/// Errors: store_failed. False: the file ends before.
result<bool> read_exactly(int fd, char* into, std::uint64_t bytes, std::uint64_t offset) {
    std::size_t have = 0;
    while (have < bytes) {
        const ssize_t n = ::pread(fd, into + have, bytes - have, static_cast<off_t>(offset + have));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return disk_error("reading");
        if (n == 0) return false;
        have += static_cast<std::size_t>(n);
    }
    return true;
}

}  // namespace

result<Writer> Writer::create(const std::string& path, PlanId plan, std::size_t buffer_bytes) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return disk_error("creating");
    Writer writer(fd, buffer_bytes);
    auto begun = writer.append({reinterpret_cast<const char*>(&plan), sizeof plan});
    if (!begun) return begun.error();
    return writer;
}

Writer::Writer(Writer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      buffer_bytes_(other.buffer_bytes_),
      buffer_(std::move(other.buffer_)),
      size_(other.size_) {}

Writer::~Writer() {
    if (fd_ >= 0) ::close(fd_);
}

result<void> Writer::append(std::string_view bytes) {
    buffer_.append(bytes);
    size_ += bytes.size();
    return buffer_.size() >= buffer_bytes_ ? flush() : result<void>{};
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

std::string bucket_part(unsigned number) {
    return "bucket-" + std::to_string(number);
}

std::string part_path(const std::string& dir, model::RunId run, std::string_view part) {
    return dir + "/run-" + std::to_string(run) + "." + std::string(part);
}

// FNV-1a: it tells damage and another plan's bytes; it keeps no program from forging them.
std::uint32_t checksum(std::string_view bytes, std::uint32_t so_far) {
    for (const char c : bytes) so_far = (so_far ^ static_cast<unsigned char>(c)) * 16777619u;
    return so_far;
}

result<std::string> read_part(const std::string& path, PlanId plan, std::uint64_t offset,
                              std::uint64_t bytes) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.fd < 0) return errno == ENOENT ? lost("gone") : disk_error("opening");
    PlanId found = 0;
    auto read = read_exactly(file.fd, reinterpret_cast<char*>(&found), sizeof found, 0);
    if (!read) return read.error();
    if (!*read || found != plan) return lost("of an earlier plan");
    std::string out(bytes, '\0');
    read = read_exactly(file.fd, out.data(), bytes, offset);
    if (!read) return read.error();
    if (!*read) return lost("damaged");
    return out;
}

result<std::string> read_batch(const std::string& dir, const store::BatchRow& batch) {
    const auto read = [&](const std::string& part, std::uint64_t offset, std::uint64_t bytes) {
        // Nothing lies in a part that was never written.
        return bytes == 0 ? result<std::string>(std::string())
                          : read_part(part_path(dir, batch.run, part), batch.plan, offset, bytes);
    };
    const bool upsert = batch.kind == model::BatchKind::upsert;
    const std::string part = upsert            ? upsert_part()
                             : batch.group < 0 ? forget_part()
                                               : join_part(batch.group);
    auto records = read(part, batch.offset, batch.bytes);
    if (!records) return records;
    if (!upsert && batch.group >= 0) {
        auto leavers = read(leave_part(batch.group), batch.leave_offset, batch.leave_bytes);
        if (!leavers) return leavers;
        *records += *leavers;
    }
    if (checksum(*records) != batch.checksum) return lost("damaged");
    return records;
}

result<void> sync_dir(const std::string& dir) {
    const Fd opened(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.fd < 0) return disk_error("opening the folder of");
    if (::fsync(opened.fd) != 0) return disk_error("syncing the folder of");
    return {};
}

namespace {
constexpr std::size_t longest_needle = 1024;

result<bool> file_holds(const std::string& path, const std::vector<std::string>& needles) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.fd < 0) return errno == ENOENT ? result<bool>(false) : disk_error("opening");
    std::string window;
    std::vector<char> bytes(256 * 1024);
    for (;;) {
        const ssize_t got = ::read(file.fd, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return disk_error("reading");
        if (got == 0) return false;
        // What lies across two pieces is found in the second one.
        window.erase(0, window.size() - std::min(window.size(), longest_needle));
        window.append(bytes.data(), static_cast<std::size_t>(got));
        for (const std::string& needle : needles)
            if (window.find(needle) != window.npos) return true;
    }
}

model::RunId run_of_file(const std::string& name) {
    return name.rfind("run-", 0) == 0 ? std::strtoll(name.c_str() + 4, nullptr, 10) : 0;
}
}  // namespace

result<std::vector<model::RunId>> runs_with(const std::string& dir, const std::vector<std::string>& needles) {
    std::vector<model::RunId> found;
    std::error_code failed;
    for (std::filesystem::directory_iterator it(dir, failed), end; !failed && it != end;
         it.increment(failed)) {
        const model::RunId run = run_of_file(it->path().filename().string());
        if (run == 0 || std::find(found.begin(), found.end(), run) != found.end()) continue;
        auto holds = file_holds(it->path().string(), needles);
        if (!holds) return holds.error();
        if (*holds) found.push_back(run);
    }
    if (failed) return make_error(Errc::store_failed, "the spool cannot be read: " + failed.message());
    return found;
}

namespace {
template <class Which>
result<void> remove_files(const std::string& dir, Which which) {
    std::error_code failed;
    std::filesystem::directory_iterator entries(dir, failed), end;
    std::error_code first = failed;
    for (; !failed && entries != end; entries.increment(failed)) {
        const std::string name = entries->path().filename().string();
        if (name.rfind("run-", 0) != 0) continue;
        const model::RunId run = std::strtoll(name.c_str() + 4, nullptr, 10);
        std::error_code kept;
        if (which(run)) std::filesystem::remove(entries->path(), kept);
        if (kept && !first) first = kept;
    }
    if (failed && !first) first = failed;
    if (!first) return {};
    return make_error(Errc::store_failed, "removing a spool failed: " + first.message(),
                      "it is tried again when the next run ends; the file may hold addresses");
}
}  // namespace

result<void> remove_run(const std::string& dir, model::RunId run) {
    return remove_files(dir, [run](model::RunId found) { return found == run; });
}

result<void> remove_strays(const std::string& dir, const std::vector<model::RunId>& keep) {
    return remove_files(
        dir, [&](model::RunId found) { return std::find(keep.begin(), keep.end(), found) == keep.end(); });
}

}  // namespace audienced::spool
