#include "model/ids.hpp"

#include <catch2/catch.hpp>
#include <concepts>
#include <string_view>

#include "model/destination_key.hpp"

namespace audienced::unit::model_ids_test {

using namespace audienced::model;

namespace {

template <class A, class B>
concept comparable = requires(const A& a, const B& b) {
    a == b;
}
|| requires(const A& a, const B& b) {
    a < b;
};

template <class A, class B>
concept mixable = std::convertible_to<A, B> || std::constructible_from<B, A> || std::assignable_from<B&, A> ||
    comparable<A, B>;

// The ids of a signature cannot change places.
static_assert(!mixable<DestinationKey, GroupId> && !mixable<GroupId, DestinationKey>);
static_assert(!mixable<DestinationKey, ContactId> && !mixable<ContactId, DestinationKey>);
static_assert(!mixable<GroupId, ContactId> && !mixable<ContactId, GroupId>);
static_assert(!mixable<ExportId, GroupId> && !mixable<GroupId, ExportId>);

// Nor does a text or a number become one unasked, or the other way round.
template <class Id, class Raw>
concept only_explicit =
    std::constructible_from<Id, Raw> && !std::convertible_to<Raw, Id> && !std::assignable_from<Id&, Raw> &&
    !std::convertible_to<Id, Raw> && !comparable<Id, Raw>;
static_assert(only_explicit<DestinationKey, std::string>);
static_assert(only_explicit<GroupId, const char*>);
static_assert(only_explicit<ContactId, std::string>);
static_assert(only_explicit<ExportId, std::int64_t> && !std::convertible_to<int, ExportId>);
static_assert(!std::convertible_to<ContactId, std::string_view>);

// The same kind compares and is ordered.
static_assert(std::totally_ordered<DestinationKey> && std::totally_ordered<ExportId>);

}  // namespace

TEST_CASE("an id gives back the text or number that it was made from", "[unit][model]") {
    CHECK(GroupId("t1").text() == "t1");
    CHECK(GroupId("t1") == GroupId(std::string("t1")));
    CHECK(GroupId("t1") < GroupId("t2"));
    CHECK(ContactId().empty());
    CHECK_FALSE(ContactId("c").empty());
    CHECK(ExportId(7).value() == 7);
    CHECK(ExportId() == ExportId(0));
}

TEST_CASE("the destination key is the account and the destination", "[unit][model]") {
    Connection connection;
    connection.account_id = "acc1";
    Export definition;
    definition.destination = "aud1";
    CHECK(destination_key(connection, definition) == DestinationKey("acc1/aud1"));
}

}  // namespace audienced::unit::model_ids_test
