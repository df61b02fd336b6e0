// What a browser is shown at the end of a sign-in. Pure.
#pragma once

#include <string>
#include <string_view>

namespace audienced::provider::oauth {

/// A whole HTTP answer with a small page; `heading` and `text` are escaped.
std::string page(unsigned status, std::string_view heading, std::string_view text);

}  // namespace audienced::provider::oauth
