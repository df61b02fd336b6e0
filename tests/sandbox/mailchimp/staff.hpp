// What staff does to an audience in Mailchimp's own pages: its name, its tags, its fields.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "mailchimp/model.hpp"
#include "wire/reply.hpp"
#include "world/world.hpp"

namespace audienced::sandbox::mailchimp {

/// POST /sandbox/mailchimp/lists/ID/change
Reply change_list(World&, const Request&);
/// A field from a test's words: its tag, or an object.
MergeField field_from(const nlohmann::json&, int id);

}  // namespace audienced::sandbox::mailchimp
