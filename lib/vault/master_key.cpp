#include "vault/master_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/own_file.hpp"
#include "base/ownership.hpp"
#include "base/random.hpp"
#include "vault/vault.hpp"

namespace audienced::vault {
namespace {

constexpr std::size_t master_key_size = 32;

class File {
public:
    explicit File(int fd) : fd_(fd) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }

private:
    int fd_;
};

Error file_error(const std::string& path, const char* doing) {
    return own_file_error(doing, path, errno);
}

/// nullopt: no such file. A credential is mounted by systemd with modes of its own; a file of ours must be
/// private.
result<std::optional<Secret>> read_key(const std::string& path, bool must_be_private) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | (must_be_private ? O_NOFOLLOW : 0)));
    if (file.fd() < 0) {
        if (errno == ENOENT) return std::nullopt;
        Error error = own_file_error("read the master key", path, errno);
        error.code = Errc::bad_config;  // whatever it is, no other start gets further
        return error;
    }
    struct stat st {};
    if (::fstat(file.fd(), &st) != 0) return file_error(path, "look at");
    if (!S_ISREG(st.st_mode)) return make_error(Errc::bad_config, path + " is not a regular file");
    if (must_be_private && st.st_uid != ::geteuid())
        return make_error(Errc::bad_config,
                          "the master key " + path + " belongs to the user " + user_name(st.st_uid) +
                              ", and audienced runs as " + user_name(::geteuid()),
                          give_back_advice(path, st.st_uid));
    if (must_be_private && (st.st_mode & 077) != 0)
        return make_error(Errc::bad_config, path + " can be read by others", "chmod 600 " + path);
    std::array<char, master_key_size + 1> buffer{};
    const ssize_t got = ::read(file.fd(), buffer.data(), buffer.size());
    if (got < 0) return file_error(path, "read");
    if (got != static_cast<ssize_t>(master_key_size))
        return make_error(
            Errc::bad_config, path + " does not hold exactly 32 bytes",
            "restore it from the backup; for a new installation: head -c 32 /dev/urandom > FILE");
    return std::optional<Secret>(Secret(std::string(buffer.data(), master_key_size)));
}

result<void> sync_directory(const std::string& dir) {
    const File file(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (file.fd() < 0 || ::fsync(file.fd()) != 0) return file_error(dir, "sync");
    return {};
}

/// Whole and durable under its name, or not there.
result<Secret> make_key(const std::string& dir, const std::string& path) {
    const std::string temporary = path + ".tmp";
    ::unlink(temporary.c_str());
    std::array<std::uint8_t, master_key_size> bytes;
    system_random().fill(bytes);
    Secret key(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    {
        const File file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (file.fd() < 0) return file_error(temporary, "make");
        if (::write(file.fd(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
            return file_error(temporary, "write");
        if (::fsync(file.fd()) != 0) return file_error(temporary, "sync");
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return file_error(path, "make");
    if (auto done = sync_directory(dir); !done) return done.error();
    return key;
}

std::string credential(const char* name) {
    const char* dir = std::getenv("CREDENTIALS_DIRECTORY");
    return dir == nullptr ? std::string() : std::string(dir) + "/" + name;
}

std::string key_path(const std::string& state_dir) {
    return state_dir + "/master.key";
}
std::string staged_path(const std::string& state_dir) {
    return state_dir + "/master.key.new";
}

}  // namespace

bool master_key_is_credential() {
    const std::string path = credential("master-key");
    return !path.empty() && ::access(path.c_str(), F_OK) == 0;
}

result<std::optional<Secret>> load_old_credential() {
    const std::string path = credential("master-key-old");
    if (path.empty()) return std::nullopt;
    return read_key(path, false);
}

result<std::optional<Secret>> find_master_key(const std::string& state_dir) {
    if (master_key_is_credential()) {
        auto key = read_key(credential("master-key"), false);
        if (!key || *key) return key;
    }
    return read_key(key_path(state_dir), true);
}

result<Secret> load_master_key(const std::string& state_dir) {
    auto key = find_master_key(state_dir);
    if (!key) return key.error();
    if (*key) return std::move(**key);
    return make_key(state_dir, key_path(state_dir));
}

result<Secret> stage_master_key(const std::string& state_dir) {
    return make_key(state_dir, staged_path(state_dir));
}
result<std::optional<Secret>> load_staged_key(const std::string& state_dir) {
    return read_key(staged_path(state_dir), true);
}

result<void> promote_staged_key(const std::string& state_dir) {
    if (::rename(staged_path(state_dir).c_str(), key_path(state_dir).c_str()) != 0)
        return file_error(staged_path(state_dir), "move");
    return sync_directory(state_dir);
}

result<void> drop_staged_key(const std::string& state_dir) {
    if (::unlink(staged_path(state_dir).c_str()) != 0 && errno != ENOENT)
        return file_error(staged_path(state_dir), "remove");
    return {};
}

}  // namespace audienced::vault
