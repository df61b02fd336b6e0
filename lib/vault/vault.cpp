#include "vault/vault.hpp"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/random.hpp"
#include "base/text.hpp"

namespace audienced::vault {
namespace {

constexpr char version = 1;
constexpr std::size_t key_id_size = 4, nonce_size = 12, tag_size = 16, key_size = 32;
constexpr std::size_t head_size = 1 + key_id_size + nonce_size;

void must(int outcome) {
    if (outcome != 1) throw std::runtime_error("OpenSSL refused a step of AES-256-GCM or HKDF");
}

Secret derive(const Secret& root, std::string_view purpose) {
    std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> ctx(
        EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr), EVP_PKEY_CTX_free);
    const auto bytes = [](std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); };
    std::string out(key_size, '\0');
    std::size_t size = out.size();
    must(EVP_PKEY_derive_init(ctx.get()));
    must(EVP_PKEY_CTX_set_hkdf_md(ctx.get(), EVP_sha256()));
    must(EVP_PKEY_CTX_set1_hkdf_salt(ctx.get(), bytes("audienced"), 9));
    must(EVP_PKEY_CTX_set1_hkdf_key(ctx.get(), bytes(root.reveal()), static_cast<int>(root.reveal().size())));
    must(EVP_PKEY_CTX_add1_hkdf_info(ctx.get(), bytes(purpose), static_cast<int>(purpose.size())));
    must(EVP_PKEY_derive(ctx.get(), reinterpret_cast<unsigned char*>(out.data()), &size));
    return Secret(std::move(out));
}

const Secret& of_key_size(const Secret& key) {
    if (key.reveal().size() != key_size) throw std::logic_error("a vault key has 32 bytes");
    return key;
}

struct CipherFree {
    void operator()(EVP_CIPHER_CTX* ctx) const { EVP_CIPHER_CTX_free(ctx); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;

/// Keyed once: a million rows are sealed with one schedule of the key.
Cipher make_cipher(const Secret& key, bool sealing) {
    Cipher ctx(EVP_CIPHER_CTX_new());
    must(EVP_CipherInit_ex(ctx.get(), EVP_aes_256_gcm(), nullptr,
                           reinterpret_cast<const unsigned char*>(key.reveal().data()), nullptr,
                           sealing ? 1 : 0));
    return ctx;
}

/// Each part with its length before it, so that no two places are written alike.
void add_place(EVP_CIPHER_CTX* ctx, std::string_view head, std::string_view table, std::string_view row,
               std::string_view column) {
    std::array<char, 256> small;
    std::string large;
    const std::size_t size = head.size() + table.size() + row.size() + column.size() + 3 * 4;
    char* at = small.data();
    if (size > small.size()) {
        large.resize(size);
        at = large.data();
    }
    const char* begin = at;
    at = std::copy(head.begin(), head.end(), at);
    for (std::string_view part : {table, row, column}) {
        for (int shift : {0, 8, 16, 24}) *at++ = static_cast<char>(part.size() >> shift & 0xFF);
        at = std::copy(part.begin(), part.end(), at);
    }
    int ignored = 0;
    must(EVP_CipherUpdate(ctx, nullptr, &ignored, reinterpret_cast<const unsigned char*>(begin),
                          static_cast<int>(size)));
}

}  // namespace

struct Vault::State {
    State(const Secret& master_key, const Secret& hash_root)
        : master(of_key_size(master_key)),
          root(of_key_size(hash_root)),
          sealer(make_cipher(derive(master, "seal"), true)),
          opener(make_cipher(derive(master, "seal"), false)),
          id_bytes(derive(master, "key-id").reveal().substr(0, key_id_size)),
          id(to_hex(id_bytes)),
          members(derive(root, "members").reveal()),
          values(derive(root, "values").reveal()),
          people(derive(root, "people").reveal()),
          log_names(derive(root, "log-names").reveal()),
          audit(derive(root, "audit").reveal()) {}

    /// The master key of before, while a change of keys is under way.
    struct Former {
        explicit Former(const Secret& key)
            : master(of_key_size(key)),
              opener(make_cipher(derive(master, "seal"), false)),
              id_bytes(derive(master, "key-id").reveal().substr(0, key_id_size)) {}
        Secret master;
        Cipher opener;
        std::string id_bytes;
    };

    Secret master, root;
    Cipher sealer, opener;
    std::string id_bytes, id;
    std::unique_ptr<Former> former;
    KeyedHash members, values, people, log_names, audit;
    // Nonces are drawn by the kilobyte: one call of the generator costs more than the seal itself.
    std::array<std::uint8_t, nonce_size * 85> nonces{};
    std::size_t next_nonce = sizeof nonces;

    std::string_view nonce() {
        if (next_nonce == nonces.size()) {
            system_random().fill(nonces);
            next_nonce = 0;
        }
        const std::string_view n(reinterpret_cast<const char*>(nonces.data()) + next_nonce, nonce_size);
        next_nonce += nonce_size;
        return n;
    }
};

Vault::Vault(const Secret& master, const Secret& hash_root)
    : state_(std::make_unique<State>(master, hash_root)) {}
Vault::Vault(const Secret& master) : Vault(master, derive(of_key_size(master), "hash-root")) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;
Vault Vault::clone() const {
    return Vault(state_->master, state_->root);
}
Vault Vault::under(const Secret& master) const {
    Vault fresh(master, state_->root);
    fresh.state_->former = std::make_unique<State::Former>(state_->master);
    return fresh;
}
bool Vault::has_former() const {
    return state_->former != nullptr;
}
std::string Vault::seal_former(std::string_view table, std::string_view row, std::string_view column) const {
    return seal(state_->former->master.reveal(), table, row, column);
}
result<void> Vault::know_former(std::string_view sealed, std::string_view table, std::string_view row,
                                std::string_view column) {
    auto master = open(sealed, table, row, column);
    if (!master) return master.error();
    state_->former = std::make_unique<State::Former>(*master);
    return {};
}
void Vault::drop_former() {
    state_->former.reset();
}
bool Vault::is_current(std::string_view sealed) const {
    return sealed.size() > key_id_size && sealed.substr(1, key_id_size) == state_->id_bytes;
}

std::string Vault::seal(std::string_view plain, std::string_view table, std::string_view row,
                        std::string_view column) const {
    std::string out;
    out.reserve(head_size + plain.size() + tag_size);
    out += version;
    out += state_->id_bytes;
    out += state_->nonce();
    out.resize(head_size + plain.size() + tag_size);
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    EVP_CIPHER_CTX* ctx = state_->sealer.get();
    must(EVP_CipherInit_ex(ctx, nullptr, nullptr, nullptr, bytes + 1 + key_id_size, -1));
    add_place(ctx, std::string_view(out).substr(0, 1 + key_id_size), table, row, column);
    int written = 0, rest = 0;
    if (!plain.empty())
        must(EVP_CipherUpdate(ctx, bytes + head_size, &written,
                              reinterpret_cast<const unsigned char*>(plain.data()),
                              static_cast<int>(plain.size())));
    must(EVP_CipherFinal_ex(ctx, bytes + head_size + written, &rest));
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, tag_size, bytes + head_size + plain.size()));
    return out;
}

result<Secret> Vault::open(std::string_view sealed, std::string_view table, std::string_view row,
                           std::string_view column) const {
    const auto broken = [&](const char* why) {
        return make_error(
            Errc::store_corrupt,
            "a sealed value in " + std::string(table) + "." + std::string(column) + " does not open: " + why,
            "restore the database and its master key from the same backup, or enter the secret again");
    };
    if (sealed.size() < head_size + tag_size) return broken("it is cut short");
    if (sealed[0] != version) return broken("its version is not known");
    EVP_CIPHER_CTX* ctx = state_->opener.get();
    if (!is_current(sealed)) {
        const State::Former* former = state_->former.get();
        if (!former || sealed.substr(1, key_id_size) != former->id_bytes)
            return broken("it was sealed under another master key");
        ctx = former->opener.get();
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(sealed.data());
    const std::size_t size = sealed.size() - head_size - tag_size;
    must(EVP_CipherInit_ex(ctx, nullptr, nullptr, nullptr, bytes + 1 + key_id_size, -1));
    add_place(ctx, sealed.substr(0, 1 + key_id_size), table, row, column);
    std::string plain(size, '\0');
    int written = 0, rest = 0;
    auto* out = reinterpret_cast<unsigned char*>(plain.data());
    if (size != 0) must(EVP_CipherUpdate(ctx, out, &written, bytes + head_size, static_cast<int>(size)));
    std::array<unsigned char, tag_size> tag;  // the interface takes it as not const
    std::copy_n(bytes + head_size + size, tag_size, tag.begin());
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()));
    Secret opened(std::move(plain));                       // wiped whichever way this ends
    std::array<unsigned char, EVP_MAX_BLOCK_LENGTH> left;  // GCM leaves nothing to write
    if (EVP_CipherFinal_ex(ctx, left.data(), &rest) != 1) return broken("it was altered or moved");
    return opened;
}

std::string key_id_of(const Secret& master) {
    return to_hex(derive(of_key_size(master), "key-id").reveal().substr(0, key_id_size));
}

const std::string& Vault::key_id() const {
    return state_->id;
}
const KeyedHash& Vault::members() const {
    return state_->members;
}
const KeyedHash& Vault::values() const {
    return state_->values;
}
const KeyedHash& Vault::people() const {
    return state_->people;
}
const KeyedHash& Vault::log_names() const {
    return state_->log_names;
}
const KeyedHash& Vault::audit() const {
    return state_->audit;
}

}  // namespace audienced::vault
