// Reads a request's JSON object field by field; whatever is missing, mistyped or unknown becomes one usage
// error.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/secret_text.hpp"

namespace audienced::control {

class Fields {
public:
    /// An empty body counts as {}. Names are checked for UTF-8 by the parser.
    explicit Fields(const std::string& body);
    ~Fields();

    bool has(const char* key) const;
    std::string text(const char* key);  // must be there, not empty
    std::string text_or(const char* key, std::string otherwise);
    /// Cleaned by secret_text(); "" where there is none.
    std::string secret_or_none(const char* key, SecretShape shape);
    std::string name(const char* key);                // a NAME; must be there
    std::vector<std::string> names(const char* key);  // NAMEs; must be there, at least one, none twice
    std::vector<std::string> texts_or(const char* key, std::vector<std::string> otherwise);
    bool flag_or(const char* key, bool otherwise);
    std::uint64_t number_or(const char* key, std::uint64_t otherwise, std::uint64_t least,
                            std::uint64_t most);
    /// {"a": "b", ...}, or null.
    std::vector<std::pair<std::string, std::string>> pairs(const char* key);
    /// [{"attribute": A, "field": F}, ...]
    std::vector<std::pair<std::string, std::string>> mapping_or(
        const char* key, std::vector<std::pair<std::string, std::string>> otherwise);

    /// Notes a mistake that the caller found; the first one counts.
    void refuse(std::string message, std::string hint = {});
    /// Errors: usage, with the first mistake, unknown fields included.
    result<void> finish();

private:
    const nlohmann::json* find(const char* key);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace audienced::control
