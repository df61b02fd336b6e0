// A value that must never be printed: API keys, tokens, passwords.
#pragma once

#include <string>
#include <string_view>

namespace audienced {

/// Wiped when destroyed or overwritten. Has no stream operator and no JSON conversion on purpose.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret() { wipe(); }

    /// The one way to read it; grep for this word to find every place that does.
    std::string_view reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }

private:
    void wipe() noexcept;
    std::string value_;
};

}  // namespace audienced
