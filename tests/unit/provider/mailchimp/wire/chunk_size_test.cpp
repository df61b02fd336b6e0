#include "provider/mailchimp/wire/chunk_size.hpp"

#include <catch2/catch.hpp>

namespace audienced::unit::provider_mailchimp_wire_chunk_size_test {

using namespace audienced;
using namespace audienced::provider::mailchimp;

TEST_CASE("chunks halve on failure and double after ten successes", "[unit][provider][mailchimp]") {
    ChunkSize chunk;
    CHECK(chunk.members() == 500);
    chunk.failed(500);
    CHECK(chunk.members() == 250);
    chunk.failed(500);  // was under way before the halving
    CHECK(chunk.members() == 250);
    chunk.failed(3);  // so few were not too many
    CHECK(chunk.members() == 250);
    chunk.failed(250);
    CHECK(chunk.members() == 125);
    for (int i = 0; i < 9; ++i) chunk.succeeded();
    CHECK(chunk.members() == 125);
    chunk.failed(1);  // breaks the row of successes
    for (int i = 0; i < 9; ++i) chunk.succeeded();
    CHECK(chunk.members() == 125);
    chunk.succeeded();
    CHECK(chunk.members() == 250);
    for (int i = 0; i < 100; ++i) chunk.succeeded();
    CHECK(chunk.members() == 500);
    for (int i = 0; i < 20; ++i) chunk.failed(chunk.members());
    CHECK(chunk.members() == 1);
}

}  // namespace audienced::unit::provider_mailchimp_wire_chunk_size_test
