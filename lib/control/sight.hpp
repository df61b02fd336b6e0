// Which caller sees what of an answer: one table of fields, and the texts. Pure. Which things a caller sees
// at all: authorise.hpp, and handlers/visible.hpp for those that belong to a connection.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "control/authorise.hpp"
#include "model/run.hpp"

namespace audienced::control {

enum class Thing { segment, connection, reject, reject_kind };

/// A field that others than administrators see, from the role `least` on. A field without a row is for
/// administrators.
struct FieldRule {
    Thing thing;
    const char* field;
    Role least;
};
std::span<const FieldRule> field_rules() noexcept;

/// `whole` without what the caller may not see.
nlohmann::json seen(const Caller&, Thing, nlohmann::json whole);

/// May the caller read the words of a source, which may quote a query, a path or a value?
bool reads_everything(const Caller&) noexcept;
/// Others than administrators get no words of a source, no path, no host with a port, and no complete
/// address. This goes by what a text looks like; hidden.hpp takes out what the definitions name.
Error as_seen(const Caller&, Error);
model::Run as_seen(const Caller&, model::Run);  // its reason and error; of a viewer's no value either
std::string as_seen(const Caller&, std::string text);

}  // namespace audienced::control
