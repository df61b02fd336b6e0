// `fields` and `exclude_fields`: dot-paths that choose what an answer holds.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "wire/request.hpp"

namespace audienced::sandbox {

class FieldFilter {
public:
    FieldFilter() = default;
    explicit FieldFilter(const Request&);
    bool everything() const { return fields_.empty() && excluded_.empty(); }
    /// May `path` ("members.email_address") be in the answer?
    bool wants(std::string_view path) const;
    /// Removes what is not wanted; arrays do not count as a level.
    void apply(nlohmann::json& value) const;

private:
    void prune(nlohmann::json& value, const std::string& prefix) const;
    std::vector<std::string> fields_, excluded_;
};

}  // namespace audienced::sandbox
