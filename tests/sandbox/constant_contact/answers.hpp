// Constant Contact's error answers: arrays for what a resource says, single objects for what the gateway
// says.
#pragma once

#include <string>

#include "wire/reply.hpp"

namespace audienced::sandbox::constant_contact {

Reply resource_error(int status, const std::string& key, const std::string& message);  // [{…}]
Reply invalid(const std::string& message);  // 400 contacts.api.validation.error
Reply not_found(const std::string& message = "The requested resource was not found.");
Reply conflict(const std::string& message);
Reply gateway_error(int status, const std::string& key, const std::string& message);  // {…}
/// 2026-03-01T10:00:00Z
std::string print_moment(double seconds);

}  // namespace audienced::sandbox::constant_contact
