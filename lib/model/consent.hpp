// What a person accepts who lets customers' addresses leave this machine through a connection.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace audienced::model {

/// Raised whenever consent_text changes what a person accepts. A consent that was given to an earlier text
/// does not count: the exports of its connection wait until it is given again.
inline constexpr int consent_text_version = 1;

inline constexpr char consent_text[] =
    "Profiles of your customers, with their e-mail addresses and the attributes that exports map, are sent "
    "from "
    "this machine to the account of this connection at the provider, by every run of its exports. From then "
    "on "
    "the provider stores and uses them under your contract with it. You confirm that you have the right to "
    "pass "
    "them on, that you answer for the privacy of these customers there, and that you remove from the "
    "provider "
    "what has to be removed there. You can withdraw this consent at any time; then nothing more is sent, and "
    "what was sent stays at the provider.";

struct Consent {
    std::string by;  // user name, or uid:1000
    SysTime at;
    int text_version = consent_text_version;  // that was accepted
    bool is_current() const noexcept { return text_version == consent_text_version; }
};

}  // namespace audienced::model
