// A source whose words are known as such, and whose advice names it.
#pragma once

#include <memory>
#include <string>

#include "source/source.hpp"

namespace audienced::run {

/// Every error of the source passes here, so that it is known whose words they are (Error::of_source). An
/// adapter knows no names: the NAME of "audiencectl source edit NAME" in its errors, its doubts and its
/// reasons for a row becomes `name`, and that of "segment show NAME" the segment's.
std::unique_ptr<source::Source> mark_source(std::unique_ptr<source::Source>, std::string name);

/// An error of the source `name`, marked so.
Error mark_error(Error, const std::string& name);

}  // namespace audienced::run
