// A configuration that is valid by itself, compared with the machine: what it names has to be there.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace audienced::config {

/// What is asked of the machine.
class Machine {
public:
    enum class Is { missing, file, folder, socket, other };
    struct Path {
        Is is = Is::missing;
        bool runs = false;  // this process may execute it
        std::string why;    // it cannot be looked at, and what to do; else empty
        std::string fault;  // it may be executed, and cannot be started as a program; else empty
    };
    virtual ~Machine() = default;
    virtual Path look_at(const std::string& path) const = 0;
    virtual bool has_group(const std::string& name) const = 0;
    /// Why the file is not fit for a secret; empty: it is. One sentence, with what to do.
    virtual std::string fault_of_secret(const std::string& path) const = 0;
};

struct Finding {
    std::string setting;   // "hook.command"
    std::string text;      // what is wrong and what to do
    bool is_fault = true;  // false: worth knowing, and nothing that the file must be changed for
};

/// All of them, in the order of the settings.
std::vector<Finding> findings(const Config&, const Machine&);

}  // namespace audienced::config
