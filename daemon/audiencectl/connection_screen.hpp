// audiencectl connection list, connection show: what they print. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

/// "ready", "needs a sign-in", "needs a working key", "needs an administrator", "stopped", "no consent"; the
/// last where the answer says so.
std::string connection_state(const nlohmann::json& connection);
Tone connection_tone(const nlohmann::json& connection);
/// The command that makes it ready; empty where it is, and for those who may not change it.
std::string connection_next(const nlohmann::json& connection);

std::string connections_screen(const nlohmann::json& connections, const View& view);
/// The text that is accepted; of a connection also who accepted it.
std::string consent_screen(const nlohmann::json& answer, const View& view);
std::string connection_screen(const nlohmann::json& connection, const View& view);

}  // namespace audienced::ctl
