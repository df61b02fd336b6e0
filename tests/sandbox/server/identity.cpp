#include "server/identity.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <fstream>
#include <memory>
#include <sstream>

namespace audienced::sandbox {
namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* p) const {
        Free(p);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

std::string drain(const Memory& bio) {
    char* data = nullptr;
    const long n = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(n)};
}

std::string pem(X509* cert) {
    Memory bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), cert);
    return drain(bio);
}

std::string pem(EVP_PKEY* key) {
    Memory bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return drain(bio);
}

void extend(X509* cert, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    if (extension) X509_add_ext(cert, extension.get(), -1);
}

struct Wanted {
    std::string name;
    long from_seconds, to_seconds;
};

Cert blank(EVP_PKEY* key, const Wanted& wanted) {
    Cert cert(X509_new());
    X509_set_version(cert.get(), 2);
    std::uint64_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), wanted.from_seconds);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), wanted.to_seconds);
    X509_set_pubkey(cert.get(), key);
    X509_NAME* name = X509_get_subject_name(cert.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1, 0);
    return cert;
}

std::string slurp(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

struct Authority {
    Cert cert;
    Key key;
};

Authority read_authority(const std::string& dir) {
    const std::string cert = slurp(dir + "/ca.pem"), key = slurp(dir + "/ca-key.pem");
    Memory cert_bio(BIO_new_mem_buf(cert.data(), static_cast<int>(cert.size())));
    Memory key_bio(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
    Authority authority;
    authority.cert.reset(PEM_read_bio_X509(cert_bio.get(), nullptr, nullptr, nullptr));
    authority.key.reset(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
    return authority;
}

Authority make_authority() {
    Authority authority;
    authority.key.reset(EVP_EC_gen("P-256"));
    const Wanted wanted{"audience-sandbox CA", -86400, 3650L * 86400};
    authority.cert = blank(authority.key.get(), wanted);
    X509* cert = authority.cert.get();
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    extend(cert, cert, NID_basic_constraints, "critical,CA:TRUE");
    extend(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(cert, cert, NID_subject_key_identifier, "hash");
    X509_sign(cert, authority.key.get(), EVP_sha256());
    return authority;
}

}  // namespace

result<Identity> make_identity(const std::string& dir, const IdentityWish& wish) {
    Authority authority = read_authority(dir);
    if (!authority.cert || !authority.key) {
        authority = make_authority();
        std::ofstream key_file(dir + "/ca-key.pem");
        chmod((dir + "/ca-key.pem").c_str(), 0600);
        key_file << pem(authority.key.get());
        std::ofstream cert_file(dir + "/ca.pem");
        cert_file << pem(authority.cert.get());
        if (!key_file.flush() || !cert_file.flush())
            return make_error(Errc::bad_config, "cannot write ca.pem in " + dir, "check --dir");
    }
    Key key(EVP_EC_gen("P-256"));
    const Wanted wanted{wish.host, wish.expired ? -20 * 86400 : -86400, wish.expired ? -86400 : 365L * 86400};
    Cert cert = blank(key.get(), wanted);
    X509_set_issuer_name(cert.get(), X509_get_subject_name(authority.cert.get()));
    std::string names = "DNS:" + wish.host;
    if (wish.host == "localhost") names += ",IP:127.0.0.1,IP:::1";
    extend(cert.get(), authority.cert.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(cert.get(), authority.cert.get(), NID_key_usage, "critical,digitalSignature");
    extend(cert.get(), authority.cert.get(), NID_ext_key_usage, "serverAuth");
    extend(cert.get(), authority.cert.get(), NID_subject_alt_name, names);
    extend(cert.get(), authority.cert.get(), NID_authority_key_identifier, "keyid");
    X509_sign(cert.get(), authority.key.get(), EVP_sha256());
    Identity identity;
    identity.ca_pem = pem(authority.cert.get());
    identity.certificate_pem = pem(cert.get());
    identity.key_pem = pem(key.get());
    return identity;
}

}  // namespace audienced::sandbox
