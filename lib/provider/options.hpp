// The options of every provider: plain data, apart from the adapters, so that audiencectl reads the same
// table as the daemon's checks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/option.hpp"

namespace audienced::provider {

struct OptionTable {
    std::string_view name;      // of --provider: "some-provider"
    std::string_view title;     // for people
    model::Options connection;  // how a connection signs in: of those below; any other is refused
    model::Options exports;     // of an export, that only some providers know; any other is refused
};

/// How a connection signs in. What a provider says about its key may be put in place of `help`.
inline constexpr model::Option api_key_option{"api-key-file", "F",
                                              "a file with the account's API key; - is standard input",
                                              model::Option::As::secret, "api_key"};
inline constexpr model::Option client_id_option{"client-id", "ID",
                                                "the application that signs in with OAuth"};
inline constexpr model::Option client_secret_option{
    "client-secret-file", "F",   "a file with its secret", model::Option::As::secret,
    "client_secret",      false, SecretShape::phrase};

/// Of an export: each segment becomes a tag beside the destination's own groups.
inline constexpr model::Option tag_segments_option{
    "tag-segments", "", "a tag for each segment besides the list", model::Option::As::flag};

/// Of an export: what becomes of contacts that may have left the list before this program came.
inline constexpr model::Option existing_option{
    "existing", "ask|add|leave",
    "contacts that are not on the list and may have left it: hold the first run, add them, leave them alone"};

// Each provider's folder defines its table in options.cpp.
#define AUDIENCED_PROVIDER(folder) \
    namespace folder {             \
    OptionTable option_table();    \
    }
#include "provider/providers.def"
#undef AUDIENCED_PROVIDER

/// In the order of providers.def.
const std::vector<OptionTable>& option_tables();
/// The names of all providers.
std::string provider_names(std::string_view separator = ", ");

}  // namespace audienced::provider
