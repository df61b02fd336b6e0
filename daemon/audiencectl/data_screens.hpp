// audiencectl source, segment and schedule: what they print. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "view.hpp"

namespace audienced::ctl {

std::string sources_screen(const nlohmann::json& sources, const View& view);
std::string source_screen(const nlohmann::json& source, const View& view);
std::string segments_screen(const nlohmann::json& segments, const View& view);
std::string segment_screen(const nlohmann::json& segment, const View& view);
/// What the source told of a segment: count, columns, and a mapping to start from.
std::string contents_screen(const nlohmann::json& segment, const View& view);
std::string sample_screen(const nlohmann::json& sample, const View& view);
std::string schedule_screen(const nlohmann::json& schedule, const View& view);

}  // namespace audienced::ctl
