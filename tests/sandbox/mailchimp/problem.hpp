// Mailchimp's error answers (RFC 7807, with its own titles).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "wire/reply.hpp"

namespace audienced::sandbox::mailchimp {

using FieldErrors = std::vector<std::pair<std::string, std::string>>;  // field, message

/// application/problem+json. The three titles about a member's state come without `type`, as they do in the
/// wild.
Reply problem(int status, const std::string& title, const std::string& detail,
              const FieldErrors& errors = {});
Reply not_found();
Reply deep_error();  // 500, as it was answered for single addresses
Reply invalid(const std::string& detail, const FieldErrors& errors = {});  // 400 Invalid Resource
Reply schema_refusal(const FieldErrors& errors);
FieldErrors field_error(const std::string& field, const std::string& message);  // a list of one

extern const char* const not_validated_detail;  // the detail of every schema refusal
extern const char* const in_compliance;         // the end of the sentence about who cannot be subscribed
extern const char* const deleted_for_good;

}  // namespace audienced::sandbox::mailchimp
