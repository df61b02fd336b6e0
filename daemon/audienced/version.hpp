#pragma once

namespace audienced::daemon {
inline constexpr const char* version_text = AUDIENCED_VERSION;
}
