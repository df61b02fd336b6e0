// Dates and numbers as a culture writes them, turned into ISO 8601 and a decimal point.
#pragma once

#include <string>
#include <string_view>

#include "source/cdm/model.hpp"
#include "source/delimited/rows.hpp"

namespace audienced::source::cdm {

/// For an attribute of type date, dateTime, dateTimeOffset, decimal or double; empty for the others, whose
/// text is handed on as it is. What a rewrite does not understand it leaves as it is too: ISO 8601 already,
/// or an undeclared form. Times without an offset are UTC.
delimited::Rewrite rewrite_for(const Attribute& attribute, const Entity& entity, const std::string& culture);

}  // namespace audienced::source::cdm
