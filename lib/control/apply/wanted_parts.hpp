// One object of a file each: see wanted.hpp.
#pragma once

#include "control/apply/wanted.hpp"

namespace audienced::control {

// Errors of all: usage (a key that is missing, unknown, of another type or out of range), and what each says.

/// wrong_state (another kind of source than the stored one of that name).
result<WantedSource> wanted_source(const std::string& name, const nlohmann::json& object,
                                   const Stored& stored, store::Database& db, const vault::Vault& vault,
                                   const ReadBy& by);
result<model::Segment> wanted_segment(const std::string& name, const nlohmann::json& object,
                                      const Stored& stored, const ReadBy& by);
/// wrong_state (a new one without consent; consent that was withdrawn; another provider or way to sign in).
result<Draft> wanted_connection(const std::string& name, const nlohmann::json& object, const Stored& stored,
                                const vault::Vault& vault, const ReadBy& by);
/// `zone`: of a calendar for which none is named, where none is stored. wrong_state (without a connection).
result<WantedExport> wanted_export(const std::string& name, const nlohmann::json& object,
                                   const Stored& stored, const ReadBy& by, const std::string& zone);
result<store::RefreshSchedule> wanted_schedule(const nlohmann::json& object);

}  // namespace audienced::control
