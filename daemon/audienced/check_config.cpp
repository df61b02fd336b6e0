#include "check_config.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/access.hpp"
#include "base/ownership.hpp"
#include "base/program_file.hpp"
#include "base/secret_file.hpp"
#include "control/peer.hpp"

namespace audienced::daemon {
namespace {

struct ThisMachine final : config::Machine {
    Path look_at(const std::string& path) const override {
        struct stat s {};
        if (::stat(path.c_str(), &s) != 0) {
            const int error = errno;
            Path out{Is::missing};
            // Folders that are closed, or hidden by the unit of the service.
            if (error != ENOENT) out.why = why_unreadable("it", path, error, Errc::bad_config).text();
            return out;
        }
        if (S_ISDIR(s.st_mode)) return {Is::folder};
        if (S_ISSOCK(s.st_mode)) return {Is::socket};
        if (!S_ISREG(s.st_mode)) return {Is::other};
        const bool runs = may_access(path, X_OK);
        return {Is::file, runs, {}, runs ? fault_of_program(path) : std::string()};
    }
    bool has_group(const std::string& name) const override {
        return control::unknown_names({}, {name}).empty();
    }
    std::string fault_of_secret(const std::string& path) const override {
        auto secret = read_secret_file(path, SecretShape::password);
        return secret ? std::string() : secret.error().text();
    }
};

int fault(const std::string& file, const std::string& text) {
    std::fprintf(stderr, "audienced: %s: %s\n", file.c_str(), text.c_str());
    return 78;
}

}  // namespace

const config::Machine& this_machine() {
    static const ThisMachine machine;
    return machine;
}

int check_config(const std::string& file, const result<config::Config>& config,
                 const std::vector<Error>& mistakes) {
    int status = 0;
    for (const Error& mistake : mistakes) status = fault(file, mistake.text());
    if (!config) return mistakes.empty() ? fault(file, config.error().text()) : status;
    for (const config::Finding& one : config::findings(*config, this_machine())) {
        if (one.is_fault)
            status = fault(file, one.setting + ": " + one.text);
        else
            std::printf("note: %s: %s\n", one.setting.c_str(), one.text.c_str());
    }
    if (status == 0) std::printf("%s is fine\n", file.c_str());
    return status;
}

std::vector<std::string> faults_of(const config::Config& config) {
    std::vector<std::string> out;
    for (const config::Finding& one : config::findings(config, this_machine()))
        if (one.is_fault) out.push_back(one.setting + ": " + one.text);
    return out;
}

}  // namespace audienced::daemon
