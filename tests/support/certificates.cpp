#include "support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>

namespace audienced::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Cert = std::unique_ptr<X509, decltype(&X509_free)>;

Key make_key() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    if (!key) throw std::runtime_error("cannot make a key");
    return {key, &EVP_PKEY_free};
}

void extend(X509* cert, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
    if (!extension) throw std::runtime_error("cannot write certificate extension " + value);
    X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
}

// issuer null: signed by itself. host empty: a CA.
Cert make_cert(const std::string& name, const std::string& host, EVP_PKEY* key, X509* issuer,
               EVP_PKEY* issuer_key, Validity validity) {
    Cert cert(X509_new(), &X509_free);
    X509* c = cert.get();
    X509_set_version(c, 2);
    std::uint32_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(c), serial + 1ull);
    X509_gmtime_adj(X509_getm_notBefore(c), validity.from_day * 86400L);
    X509_gmtime_adj(X509_getm_notAfter(c), validity.to_day * 86400L);
    X509_set_pubkey(c, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c));
    if (host.empty()) {
        extend(c, issuer ? issuer : c, NID_basic_constraints, "critical,CA:TRUE");
        extend(c, issuer ? issuer : c, NID_key_usage, "critical,keyCertSign,cRLSign");
    } else {
        const bool ip = host.find_first_not_of("0123456789.") == host.npos || host.find(':') != host.npos;
        extend(c, issuer ? issuer : c, NID_subject_alt_name, (ip ? "IP:" : "DNS:") + host);
    }
    if (X509_sign(c, issuer ? issuer_key : key, EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
    return cert;
}

template <class Write>
std::string pem(Write write) {
    std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
    write(bio.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string cert_pem(X509* c) {
    return pem([c](BIO* bio) { PEM_write_bio_X509(bio, c); });
}
std::string key_pem(EVP_PKEY* k) {
    return pem([k](BIO* bio) { PEM_write_bio_PrivateKey(bio, k, nullptr, nullptr, 0, nullptr, nullptr); });
}

}  // namespace

namespace {
// Two CAs of one name would be taken for one whose signature is wrong.
std::string ca_name() {
    static std::atomic<int> made{0};
    return "audienced test CA " + std::to_string(++made);
}
}  // namespace

struct TestCa::Keys {
    Key key = make_key();
    Cert cert = make_cert(ca_name(), "", key.get(), nullptr, nullptr, {-2, 2});
};

TestCa::TestCa() : keys_(std::make_unique<Keys>()), pem_(cert_pem(keys_->cert.get())) {}
TestCa::~TestCa() = default;

Certificate TestCa::issue(const std::string& host, Validity validity) const {
    const Key key = make_key();
    const Cert cert = make_cert("leaf", host, key.get(), keys_->cert.get(), keys_->key.get(), validity);
    return Certificate{cert_pem(cert.get()), key_pem(key.get())};
}

Certificate TestCa::issue_by_intermediate(const std::string& host, bool send_intermediate) const {
    const Key middle_key = make_key(), key = make_key();
    const Cert middle = make_cert("middle", "", middle_key.get(), keys_->cert.get(), keys_->key.get(), {});
    const Cert cert = make_cert("leaf", host, key.get(), middle.get(), middle_key.get(), {});
    std::string chain = cert_pem(cert.get());
    if (send_intermediate) chain += cert_pem(middle.get());
    return Certificate{chain, key_pem(key.get())};
}

Certificate self_signed(const std::string& host) {
    const Key key = make_key();
    const Cert cert = make_cert("alone", host, key.get(), nullptr, nullptr, {});
    return Certificate{cert_pem(cert.get()), key_pem(key.get())};
}

}  // namespace audienced::test
