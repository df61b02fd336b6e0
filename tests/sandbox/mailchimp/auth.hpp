// Who calls: Basic with any user name, Bearer, or OAuth; a key's suffix names its datacenter.
#pragma once

#include <optional>
#include <string>

#include "mailchimp/model.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::mailchimp {

struct Access {
    Account* account = nullptr;
    User* user = nullptr;
    std::string secret;
    std::optional<Reply> refusal;
};

Access check_access(World&, const Request&);

}  // namespace audienced::sandbox::mailchimp
