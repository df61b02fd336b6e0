#include "vault/vault.hpp"

#include <set>
#include <sstream>
#include <type_traits>

#include "support/print_result.hpp"

namespace audienced::unit::vault_vault_test {

using namespace audienced;

namespace {

Secret key(char fill) {
    return Secret(std::string(32, fill));
}

template <class T, class = void>
struct can_print : std::false_type {};
template <class T>
struct can_print<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>>
    : std::true_type {};

}  // namespace

// No stream takes it and no string comes of it by itself; reveal() is the one way.
static_assert(!can_print<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST_CASE("what was sealed opens in its place, whatever its length", "[unit][vault]") {
    const vault::Vault vault(key('m'), key('r'));
    for (std::size_t size : {0, 1, 15, 16, 17, 255, 300, 70000}) {
        const std::string plain(size, 'p');
        const std::string sealed = vault.seal(plain, "t", "r", "c");
        CHECK(sealed.size() == size + 33);
        CHECK(vault.open(sealed, "t", "r", "c").value().reveal() == plain);
    }
    const std::string long_row(1000, 'r');
    CHECK(vault.open(vault.seal("x", "t", long_row, "c"), "t", long_row, "c").value().reveal() == "x");
    CHECK(!vault.open(vault.seal("x", "t", long_row, "c"), "t", long_row + "r", "c"));
}

TEST_CASE("a sealed value that was moved to another table, row or column does not open", "[unit][vault]") {
    const vault::Vault vault(key('m'), key('r'));
    const std::string sealed = vault.seal("secret", "secrets", "row7", "sealed");
    struct Row {
        const char *table, *row, *column;
    };
    for (const Row& r :
         {Row{"secretz", "row7", "sealed"}, Row{"secrets", "row8", "sealed"}, Row{"secrets", "row7", "x"},
          Row{"secret", "srow7", "sealed"}, Row{"secrets", "row", "7sealed"}, Row{"", "", ""}}) {
        auto opened = vault.open(sealed, r.table, r.row, r.column);
        REQUIRE(!opened);
        CHECK(opened.error().code == Errc::store_corrupt);
        CHECK(opened.error().text().find("row7") == std::string::npos);
    }
    CHECK(vault.open(sealed, "secrets", "row7", "sealed"));
}

TEST_CASE("every flipped bit and every cut is refused", "[unit][vault]") {
    const vault::Vault vault(key('m'), key('r'));
    const std::string sealed = vault.seal("ann@example.com", "ledger", "1", "address");
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        std::string altered = sealed;
        altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << bit % 8));
        INFO(bit);
        CHECK(!vault.open(altered, "ledger", "1", "address"));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK(!vault.open(std::string_view(sealed).substr(0, size), "ledger", "1", "address"));
    CHECK(!vault.open(sealed + "x", "ledger", "1", "address"));
    CHECK(vault.open(sealed, "ledger", "1", "address"));  // a refusal spoils nothing
}

TEST_CASE("another master key does not open it, and is told apart from damage", "[unit][vault]") {
    const vault::Vault mine(key('m'), key('r')), other(key('o'), key('r'));
    const std::string sealed = mine.seal("secret", "t", "r", "c");
    auto opened = other.open(sealed, "t", "r", "c");
    REQUIRE(!opened);
    CHECK(opened.error().message.find("another master key") != std::string::npos);
    CHECK(mine.key_id() != other.key_id());
    CHECK(mine.key_id().size() == 8);
    CHECK(mine.clone().open(sealed, "t", "r", "c"));
}

TEST_CASE("a vault under another key opens what the former key sealed until that is dropped",
          "[unit][vault]") {
    const vault::Vault mine(key('m'), key('r'));
    const std::string sealed = mine.seal("secret", "t", "r", "c");
    vault::Vault fresh = mine.under(key('o'));
    CHECK(fresh.has_former());
    CHECK(!fresh.is_current(sealed));
    CHECK(fresh.is_current(fresh.seal("x", "t", "r", "c")));
    CHECK(!mine.open(fresh.seal("x", "t", "r", "c"), "t", "r", "c"));
    CHECK(fresh.open(sealed, "t", "r", "c").value().reveal() == "secret");
    CHECK(!fresh.open(sealed, "t", "other", "c"));
    const std::string former = fresh.seal_former("t", "former", "c");
    vault::Vault again(key('o'), key('r'));
    CHECK(!again.open(sealed, "t", "r", "c"));
    CHECK(!again.know_former(former, "t", "elsewhere", "c"));
    REQUIRE(again.know_former(former, "t", "former", "c"));
    CHECK(again.open(sealed, "t", "r", "c").value().reveal() == "secret");
    again.drop_former();
    CHECK(!again.has_former());
    CHECK(!again.open(sealed, "t", "r", "c"));
}

TEST_CASE("no nonce is used twice", "[unit][vault]") {
    const vault::Vault vault(key('m'), key('r'));
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) seen.insert(vault.seal("", "t", "r", "c").substr(5, 12));
    const vault::Vault copy = vault.clone();
    for (int i = 0; i < 2000; ++i) seen.insert(copy.seal("", "t", "r", "c").substr(5, 12));
    CHECK(seen.size() == 4000);
}

TEST_CASE("hashes depend on the root alone, and each purpose has its own", "[unit][vault]") {
    const vault::Vault vault(key('m'), key('r')), moved = vault.under(key('n')), other(key('m'), key('s'));
    CHECK(vault.members().member("a") == moved.members().member("a"));
    CHECK(vault.values().short_value("a") == moved.values().short_value("a"));
    CHECK(vault.members().member("a") != other.members().member("a"));
    CHECK(vault.members()("a") != vault.values()("a"));
    CHECK(vault.members()("a") != vault.log_names()("a"));
    CHECK(vault.members()("a") != vault.people()("a"));
    CHECK(vault.values()("a") != vault.people()("a"));
    CHECK(vault.people()("a") == moved.people()("a"));
    CHECK(vault.values()("a") != vault.log_names()("a"));
}

TEST_CASE("a key of another size is a bug", "[unit][vault]") {
    CHECK_THROWS_AS(vault::Vault(Secret("short")), std::logic_error);
    CHECK_THROWS_AS(vault::Vault(key('m'), Secret("short")), std::logic_error);
}

}  // namespace audienced::unit::vault_vault_test
