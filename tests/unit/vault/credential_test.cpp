#include "vault/credential.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "support/print_result.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::vault_credential_test {

using namespace audienced;

TEST_CASE("a credential is one file of the service's folder, and never the master key", "[unit][vault]") {
    for (const char* good : {"mailchimp", "shop.key", "a@b", "A_1-2"}) CHECK(vault::is_credential_name(good));
    for (const std::string bad :
         {"", ".", "..", ".hidden", "../state/audienced.db", "a/b", "master-key", "master-key.new", "a b"})
        CHECK_FALSE(vault::is_credential_name(bad));
    CHECK_FALSE(vault::is_credential_name(std::string(256, 'a')));
    CHECK_FALSE(vault::is_credential_name(std::string("a\0b", 3)));
}

TEST_CASE("a credential is read as it stands, or the refusal says how to give it", "[unit][vault]") {
    test::TempDir dir;
    dir.write("shop", "secret\n");
    dir.write("large", std::string(65'537, 'x'));
    ::unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(vault::read_credential("shop").error().text().find("LoadCredential=shop:") != std::string::npos);
    ::setenv("CREDENTIALS_DIRECTORY", dir.path().c_str(), 1);
    CHECK(vault::read_credential("shop").value() == "secret\n");
    CHECK(vault::read_credential("other").error().code == Errc::not_found);
    CHECK(vault::read_credential("large").error().code == Errc::usage);
    CHECK(vault::read_credential("../x").error().code == Errc::usage);
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace audienced::unit::vault_credential_test
