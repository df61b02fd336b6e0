// One word of the command line, as the kinds of source and provider describe theirs. The tables of such
// options are read by the checks, by the control socket, and by audiencectl with its help.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_text.hpp"

namespace audienced::model {

/// Everything points to literals.
struct Option {
    enum class As {
        text,
        path,    // audiencectl makes it absolute: the daemon has another working folder
        url,     // https://...
        secret,  // names a file; its content is sealed in the vault
        flag,    // has no value
    };
    std::string_view name;   // without dashes: "delimiter", "password-file"
    std::string_view value;  // what help calls the value: "CHAR"; empty for a flag
    std::string_view help;   // one line; the kinds that have the option are put in front of it
    As as = As::text;
    std::string_view secret = {};  // of As::secret: its name in the vault and on the socket
    bool required = false;
    SecretShape shape = SecretShape::word;  // of As::secret: what its file may hold
};

using Options = std::vector<Option>;

/// Of a flag: the name of the flag that takes it off again.
inline std::string negated(const Option& flag) {
    return "no-" + std::string(flag.name);
}

/// Its field in the JSON of the control socket.
inline std::string json_name(const Option& option) {
    std::string out(option.name);
    std::replace(out.begin(), out.end(), '-', '_');
    return out;
}

/// Null: there is no option of that name.
inline const Option* find_option(const Options& options, std::string_view name) {
    const auto it =
        std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.name == name; });
    return it == options.end() ? nullptr : &*it;
}

/// Null: no option gives that secret.
inline const Option* find_secret(const Options& options, std::string_view secret) {
    const auto it = std::find_if(options.begin(), options.end(), [&](const Option& o) {
        return o.as == Option::As::secret && o.secret == secret;
    });
    return it == options.end() ? nullptr : &*it;
}

}  // namespace audienced::model
