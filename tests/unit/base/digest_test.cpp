#include "base/digest.hpp"

#include <catch2/catch.hpp>

#include "base/text.hpp"

namespace audienced::unit::base_digest_test {

using namespace audienced;

namespace {
std::string hmac_hex(const std::string& key, std::string_view message) {
    const auto digest = KeyedHash(key)(message);
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}
}  // namespace

TEST_CASE("the keyed hash is HMAC-SHA256 (RFC 4231)", "[unit][base]") {
    CHECK(hmac_hex(std::string(20, '\x0b'), "Hi There") ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hmac_hex("Jefe", "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hmac_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("a keyed hash gives the same for the same, call after call, and differs by key", "[unit][base]") {
    const KeyedHash hash("key"), other("another");
    const auto first = hash.member("member");
    CHECK(hash.member("another member") != first);
    CHECK(hash.member("member") == first);
    CHECK(other.member("member") != first);
    CHECK(MemberHash::from(first.view()) == first);
    CHECK(hash.short_value("x") == hash.short_value("x"));
    CHECK(hash.short_value("x") != hash.short_value("y"));
    CHECK_THROWS(MemberHash::from("too short"));
}

TEST_CASE("digests and encodings match their published examples", "[unit][base]") {
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(md5_hex("abc") == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(md5_hex("") == "d41d8cd98f00b204e9800998ecf8427e");
    auto [plain, encoded] = GENERATE(table<std::string, std::string>({{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foobar", "Zm9vYmFy"},
                                                                      {"\xFB\xFF", "+/8="}}));
    CHECK(base64(plain) == encoded);
    CHECK(base64url("\xFB\xFF") == "-_8");
}

}  // namespace audienced::unit::base_digest_test
