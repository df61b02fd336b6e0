// Reasons of opt-outs in a statement.
#pragma once

#include <string>

#include "model/opt_out_reason.hpp"

namespace audienced::store {

/// "'unsubscribed', 'cleaned' ...": those for which `which` holds.
inline std::string reason_list(bool (*which)(model::OptOutReason) noexcept) {
    std::string out;
    for (int i = 0; i <= static_cast<int>(model::OptOutReason::unspecified); ++i) {
        const auto reason = static_cast<model::OptOutReason>(i);
        if (which(reason)) out += (out.empty() ? "'" : ", '") + std::string(model::to_string(reason)) + "'";
    }
    return out;
}

}  // namespace audienced::store
