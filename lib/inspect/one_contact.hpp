// One contact as the provider shows it now, with the fields of an export.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aio/awaitable.hpp"
#include "model/export.hpp"
#include "provider/types.hpp"

namespace audienced::run {
struct Environment;
}

namespace audienced::inspect {

struct OneContact {
    std::string provider;
    std::vector<std::string> fields;              // names on the wire, of the mapping
    std::optional<provider::ContactNow> contact;  // none: there is no such contact
};

/// Writes nothing. Errors: auth, network, timeout, not_found (the destination) ...
awaitable<result<OneContact>> read_one_contact(run::Environment& env, model::Export definition,
                                               std::string address);

}  // namespace audienced::inspect
