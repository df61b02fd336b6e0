#include "store/audit_head.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/own_file.hpp"
#include "base/text.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

/// Signed, since the hash of every row stands in the database: a line that names an older row must not pass.
std::string head_line(const vault::Vault& vault, const AuditHead& head) {
    const std::string what = std::to_string(head.seq) + " " + to_hex(head.hash);
    const auto hash = vault.audit()("head " + what);
    return what + " " + to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()}) + "\n";
}

std::string bytes_of_head_hash(const std::string& hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return out;
}

}  // namespace

std::string audit_head_path(const std::string& state_dir) {
    return state_dir + "/audit-head";
}

result<std::optional<AuditHead>> read_audit_head(const std::string& path, const vault::Vault& vault) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        if (errno == ENOENT) return std::nullopt;
        return own_file_error("read", path, errno);
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    std::istringstream words(text);
    std::string seq, hash;
    words >> seq >> hash;
    const bool is_number =
        !seq.empty() && seq.size() <= 18 && seq.find_first_not_of("0123456789") == seq.npos;
    const bool is_hash = hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == hash.npos;
    if (is_number && is_hash) {
        const AuditHead head{std::stoll(seq), bytes_of_head_hash(hash)};
        if (head_line(vault, head) == text) return head;
    }
    return make_error(Errc::store_corrupt, path + " is not what this program wrote",
                      "it is written anew with the next change; look at who may write to its folder");
}

result<void> write_audit_head(const std::string& path, const vault::Vault& vault, const AuditHead& head) {
    const std::string line = head_line(vault, head), fresh = path + ".new";
    const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return own_file_error("write", fresh, errno);
    const ssize_t written = ::write(fd, line.data(), line.size());
    int error = written == static_cast<ssize_t>(line.size()) ? 0 : written < 0 ? errno : ENOSPC;
    // Without this a loss of power may leave an empty file under the name.
    if (error == 0 && ::fdatasync(fd) != 0) error = errno;
    ::close(fd);
    if (error == 0 && ::rename(fresh.c_str(), path.c_str()) != 0) error = errno;
    if (error == 0) return {};
    ::unlink(fresh.c_str());
    return own_file_error("write", fresh, error);
}

result<AuditHead> audit_head_of(Database& db) {
    AuditHead head;
    auto& query = db.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    auto read = first_row(query, [&](const Statement& s) { head = {s.integer(0), s.blob(1)}; });
    if (!read) return read.error();
    return head;
}

}  // namespace audienced::store
