// audience-sandbox as a child of the test, on a port of its own, and its control API.
#pragma once

#include <sys/types.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "aio/time.hpp"
#include "http/client.hpp"
#include "support/temp_dir.hpp"

namespace audienced::conformance {

class SandboxProcess {
public:
    SandboxProcess();  // returns when it is ready
    ~SandboxProcess();
    SandboxProcess(const SandboxProcess&) = delete;

    const std::string& address() const noexcept { return address_; }  // https://127.0.0.1:PORT
    std::string ca_file() const { return dir_ / "ca.pem"; }

    /// A call of the control API; throws unless it is answered with success. Empty body: GET.
    awaitable<std::string> ask(http::Client& client, std::string path, std::string body = {}) const;

private:
    test::TempDir dir_;
    std::string address_;
    pid_t child_ = -1;
};

}  // namespace audienced::conformance
