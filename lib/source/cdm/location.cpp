#include "source/cdm/location.hpp"

#include "source/folder/file.hpp"

namespace audienced::source::cdm {
namespace {

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// A % that no two digits follow is itself: some writers do not encode at all.
std::string percent_decoded(std::string_view s) {
    std::string out;
    for (std::size_t i = 0; i < s.size(); ++i) {
        if (s[i] == '%' && i + 2 < s.size() && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
            out += static_cast<char>(hex(s[i + 1]) << 4 | hex(s[i + 2]));
            i += 2;
        } else {
            out += s[i];
        }
    }
    return out;
}

/// abfss://container@account.dfs.core.windows.net/path, as Spark writes it.
bool names_container_first(std::string_view authority) {
    return authority.find('@') != authority.npos;
}

}  // namespace

bool has_scheme(std::string_view location) {
    return location.substr(0, location.find('?')).find("://") != location.npos;
}

result<std::string> local_path(std::string_view location, std::string_view prefix) {
    std::string_view path = location.substr(0, location.find('?'));
    if (const auto scheme = path.find("://"); scheme != path.npos) {
        const auto slash = path.find('/', scheme + 3);
        const std::string_view authority = path.substr(scheme + 3, slash - scheme - 3);
        path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
        const auto container = path.find('/');
        if (container != path.npos && !names_container_first(authority)) path.remove_prefix(container + 1);
    }
    std::string decoded = percent_decoded(path);
    for (const char c : decoded)
        if (c == '\\')
            return make_error(Errc::usage, "a partition's location holds a backslash",
                              "separate the parts of a location with slashes");
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (!prefix.empty() && decoded.size() > prefix.size() && decoded.starts_with(prefix) &&
        decoded[prefix.size()] == '/')
        decoded.erase(0, prefix.size() + 1);
    if (auto fine = folder::check_relative(decoded); !fine) return fine.error();
    return decoded;
}

}  // namespace audienced::source::cdm
