// Why a path cannot be read, in words: which part of it is missing, closed to this process or hidden by its
// service unit, and how to let it in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace audienced {

/// `what` as in "the database", `error` an errno that opening or looking at `path` gave. not_ready may pass
/// by itself; a file that only a person can mend is bad_config.
Error cannot_be_read(const std::string& what, const std::string& path, int error,
                     Errc code = Errc::not_ready);
/// The same of a `subject` that is named already, as "it" in a sentence that begins with the path.
Error why_unreadable(const std::string& subject, const std::string& path, int error, Errc code);

/// What a line of /proc/self/mountinfo says of a folder that a service unit hides or replaces.
enum class Hidden {
    home,         // ProtectHome=
    temporary,    // PrivateTmp=
    inaccessible  // InaccessiblePaths=
};
/// Is the mount at exactly this folder there to hide it?
std::optional<Hidden> hidden_by_unit(std::string_view mountinfo, std::string_view folder);

}  // namespace audienced
