// Definitions as a file has them: keys and values, without what the daemon learns by itself (states,
// instants, accounts) and without secrets. Two definitions are the same when their shapes are.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/apply/file_keys.hpp"
#include "model/connection.hpp"
#include "model/export.hpp"
#include "model/source.hpp"
#include "store/schedules.hpp"

namespace audienced::control {

/// Key -> JSON of its value. Keys with a default are always there.
using Shape = std::map<std::string, std::string>;
/// Noun -> name -> shape; the refresh schedule is the one of "schedule" and is called "refresh".
using Shapes = std::map<std::string, std::map<std::string, Shape>>;

Shape shape_of(const model::Source&);
Shape shape_of(const model::Segment&);
/// `base_follows`: its API base follows from its key or its sign-in, so that a file need not name it.
Shape shape_of(const model::Connection&, bool base_follows);
Shape shape_of(const model::Export&);
Shape shape_of(const store::RefreshSchedule&);

/// Without what a reader of the file would take anyway.
Shape without_defaults(const std::string& noun, const std::string& name, Shape shape);

}  // namespace audienced::control
