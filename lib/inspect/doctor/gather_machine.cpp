#include <dirent.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/access.hpp"
#include "base/own_file.hpp"
#include "base/ownership.hpp"
#include "inspect/doctor/gather.hpp"
#include "schedule/zone.hpp"
#include "store/open.hpp"
#include "vault/master_key.hpp"

namespace audienced::inspect::doctor {
namespace {
namespace fs = std::filesystem;

constexpr const char* zone_data = "/usr/share/zoneinfo/tzdata.zi";

std::optional<FileFacts> look_at_own(const std::string& path) {
    struct stat s {};
    if (::lstat(path.c_str(), &s) != 0) return std::nullopt;
    // systemd makes the state directory a link under DynamicUser=.
    if (S_ISLNK(s.st_mode) && ::stat(path.c_str(), &s) != 0) return std::nullopt;
    return FileFacts{path, s.st_mode & 0777, user_name(s.st_uid), s.st_uid == ::geteuid(),
                     S_ISDIR(s.st_mode)};
}

/// The next start reads it again.
std::optional<Error> fault_of_key(const std::string& state_dir, const std::string& key_id) {
    auto key = vault::find_master_key(state_dir);
    if (!key) return key.error();
    if (!*key || vault::key_id_of(**key) == key_id) return std::nullopt;
    const std::string where = vault::master_key_is_credential() ? "the credential master-key"
                                                                : "the file " + state_dir + "/master.key";
    return make_error(Errc::bad_config,
                      where + " holds another key than the one with which audienced works (" + key_id +
                          "): the next start would open no secret",
                      "put the key back from a copy before audienced is restarted");
}

bool is_certificate_store(const char* variable, const std::string& otherwise) {
    const char* named = std::getenv(variable);
    const std::string path = named && *named ? named : otherwise;
    std::error_code none;
    if (fs::is_directory(path, none)) return !fs::is_empty(path, none) && !none;
    return fs::file_size(path, none) > 0 && !none;
}

void add_ca_file(CertificateFacts& facts, const std::string& path, const std::string& named_by) {
    if (path.empty()) return;
    CertificateFacts::File file{path, named_by, std::nullopt, 0};
    struct stat s {};
    if (::stat(path.c_str(), &s) != 0 || !may_access(path, R_OK)) {
        file.closed = cannot_be_read("the CA file", path, errno);
    } else if (S_ISREG(s.st_mode)) {  // a pipe would hold its reader
        std::ifstream in(path, std::ios::binary);
        std::string line;
        while (std::getline(in, line))
            if (line.rfind("-----BEGIN CERTIFICATE-----", 0) == 0 ||
                line.rfind("-----BEGIN TRUSTED CERTIFICATE-----", 0) == 0)
                ++file.certificates;
    }
    facts.files.push_back(std::move(file));
}

void use_zone(ZoneFacts& facts, const std::string& name, const std::string& user) {
    for (auto& zone : facts.zones) {
        if (zone.name != name) continue;
        zone.used_by.push_back(user);
        return;
    }
    ZoneFacts::Zone zone{name, {user}, std::nullopt};
    if (auto found = schedule::find_zone(name); !found) zone.unknown = found.error();
    facts.zones.push_back(std::move(zone));
}

}  // namespace

StateFacts gather_state(const std::string& state_dir, const std::string& key_id) {
    StateFacts out;
    out.folder = state_dir;
    out.user = user_name(::geteuid());
    out.give_back = chown_command(state_dir);
    if (!may_access(state_dir, R_OK | W_OK | X_OK)) {
        const int error = errno;
        out.closed = error == EROFS ? own_file_error("write to", state_dir, error)
                                    : cannot_be_read("the state directory", state_dir, error);
    }
    if (auto file = look_at_own(state_dir)) out.files.push_back(std::move(*file));
    std::error_code ec;
    for (fs::directory_iterator it(state_dir, ec), end; !ec && it != end; it.increment(ec)) {
        if (!store::is_of_state(it->path().filename().string())) continue;
        if (auto file = look_at_own(it->path().native())) out.files.push_back(std::move(*file));
    }
    const auto has = [&](const char* name) { return look_at_own(state_dir + name).has_value(); };
    out.has_database = has("/audienced.db");
    out.has_master_key = vault::master_key_is_credential() || has("/master.key");
    out.key_fault = fault_of_key(state_dir, key_id);
    return out;
}

DiskFacts gather_disk(const std::string& state_dir) {
    DiskFacts out;
    out.folder = state_dir;
    struct statvfs disk {};
    if (::statvfs(state_dir.c_str(), &disk) != 0) {
        out.unknown = make_error(Errc::store_failed,
                                 "the disk of " + state_dir + " cannot be asked: " + std::strerror(errno));
        return out;
    }
    out.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    out.free_files = disk.f_favail;
    out.all_files = disk.f_files;
    struct stat s {};
    if (::stat((state_dir + "/audienced.db").c_str(), &s) == 0)
        out.database_bytes = static_cast<std::uint64_t>(s.st_size);
    return out;
}

CertificateFacts gather_certificates(const Setup& setup, const Definitions& definitions) {
    CertificateFacts out;
    // OpenSSL of Debian looks here, unless the environment names other places.
    out.has_store = is_certificate_store("SSL_CERT_FILE", "/usr/lib/ssl/cert.pem") ||
                    is_certificate_store("SSL_CERT_DIR", "/usr/lib/ssl/certs");
    for (const auto& [setting, path] : setup.ca_files) add_ca_file(out, path, "the setting " + setting);
    for (const auto& c : definitions.connections) add_ca_file(out, c.ca_file, "the connection " + c.name);
    for (const auto& s : definitions.sources)
        if (const auto it = s.settings.find("ca-file"); it != s.settings.end())
            add_ca_file(out, it->second, "the source " + s.name);
    return out;
}

ZoneFacts gather_zones(const Definitions& definitions) {
    ZoneFacts out;
    std::ifstream in(zone_data);
    std::string mark, word;
    if (in >> mark >> word && mark == "#" && word == "version") in >> out.version;
    struct stat s {};
    if (::stat(zone_data, &s) == 0) out.since = from_unix(s.st_ctim.tv_sec);
    if (definitions.refresh_zone) use_zone(out, *definitions.refresh_zone, "the refresh schedule");
    for (const auto& e : definitions.exports)
        if (!e.timezone.empty()) use_zone(out, e.timezone, "the export " + e.name);
    return out;
}

std::string proxy_in_environment() {
    for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
        if (const char* value = std::getenv(name); value && *value) return name;
    return {};
}

}  // namespace audienced::inspect::doctor
