// Digests over OpenSSL's EVP, so that no other file needs its headers.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace audienced {

/// First 16 bytes of a keyed hash: how ledger and suppressions identify a member without the address.
struct MemberHash {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(const MemberHash&) const = default;
    std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
    static MemberHash from(std::string_view sixteen_bytes);  // throws on another size
};

/// HMAC-SHA256 with one key, prepared once; about half a microsecond a short message. Not thread-safe.
class KeyedHash {
public:
    explicit KeyedHash(std::string_view key);
    KeyedHash(KeyedHash&&) noexcept;
    ~KeyedHash();
    std::array<std::uint8_t, 32> operator()(std::string_view message) const;
    MemberHash member(std::string_view normalised_address) const;
    std::uint64_t short_value(std::string_view message) const;  // first 8 bytes, for "did a value change?"

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string sha256(std::string_view);   // 32 raw bytes
std::string md5_hex(std::string_view);  // 32 lower-case hex digits: Mailchimp's subscriber hash
std::string base64(std::string_view);
std::string base64url(std::string_view);  // without padding (PKCE)

}  // namespace audienced
