#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstring>
#include <stdexcept>

#include "base/text.hpp"

namespace audienced {

MemberHash MemberHash::from(std::string_view s) {
    MemberHash h;
    if (s.size() != h.bytes.size()) throw std::logic_error("a member hash has 16 bytes");
    std::memcpy(h.bytes.data(), s.data(), s.size());
    return h;
}

// EVP_MAC costs about 1.5 us a call in OpenSSL 3.0, mostly its provider dispatch; a million profiles are
// hashed twice a plan, so the two padded blocks are compressed once and their states copied per message.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
struct KeyedHash::State {
    SHA256_CTX inner, outer;
};

KeyedHash::KeyedHash(std::string_view key) : state_(std::make_unique<State>()) {
    std::array<std::uint8_t, 64> block{};
    std::string folded;
    if (key.size() > block.size()) {
        folded = sha256(key);
        key = folded;
    }
    std::memcpy(block.data(), key.data(), key.size());
    for (auto& b : block) b ^= 0x36;
    SHA256_Init(&state_->inner);
    SHA256_Update(&state_->inner, block.data(), block.size());
    for (auto& b : block) b ^= 0x36 ^ 0x5C;
    SHA256_Init(&state_->outer);
    SHA256_Update(&state_->outer, block.data(), block.size());
}

KeyedHash::KeyedHash(KeyedHash&&) noexcept = default;
KeyedHash::~KeyedHash() = default;

std::array<std::uint8_t, 32> KeyedHash::operator()(std::string_view message) const {
    std::array<std::uint8_t, 32> out;
    SHA256_CTX ctx = state_->inner;
    SHA256_Update(&ctx, message.data(), message.size());
    SHA256_Final(out.data(), &ctx);
    ctx = state_->outer;
    SHA256_Update(&ctx, out.data(), out.size());
    SHA256_Final(out.data(), &ctx);
    return out;
}
#pragma GCC diagnostic pop

MemberHash KeyedHash::member(std::string_view address) const {
    const auto full = (*this)(address);
    MemberHash h;
    std::memcpy(h.bytes.data(), full.data(), h.bytes.size());
    return h;
}

std::uint64_t KeyedHash::short_value(std::string_view message) const {
    const auto full = (*this)(message);
    std::uint64_t v;
    std::memcpy(&v, full.data(), sizeof v);
    return v;
}

namespace {
std::string digest(const EVP_MD* kind, std::string_view s) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned size = 0;
    if (EVP_Digest(s.data(), s.size(), out.data(), &size, kind, nullptr) != 1)
        throw std::runtime_error("digest failed");
    return {reinterpret_cast<char*>(out.data()), size};
}
}  // namespace

std::string sha256(std::string_view s) {
    return digest(EVP_sha256(), s);
}
std::string md5_hex(std::string_view s) {
    return to_hex(digest(EVP_md5(), s));
}

std::string base64(std::string_view s) {
    std::string out((s.size() + 2) / 3 * 4, '\0');
    // EncodeBlock also writes a NUL, for which std::string has its place.
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                    reinterpret_cast<const unsigned char*>(s.data()), static_cast<int>(s.size()));
    return out;
}

std::string base64url(std::string_view s) {
    std::string out = base64(s);
    while (!out.empty() && out.back() == '=') out.pop_back();
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out;
}

}  // namespace audienced
