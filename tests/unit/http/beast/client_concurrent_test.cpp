#include <catch2/catch.hpp>
#include <latch>

#include "aio/task_group.hpp"
#include "fixture.hpp"
#include "support/gzip.hpp"

namespace audienced::unit::http_beast_client_concurrent_test {

using namespace audienced;
using namespace audienced::test;
using namespace std::chrono_literals;

namespace {
awaitable<void> send_all(http::Client& client, http::Request request, Deadline deadline, int times,
                         std::vector<std::size_t>& sizes) {
    for (int i = 0; i < times; ++i) {
        auto response = co_await client.send(request, deadline);
        sizes.push_back(response ? response->body.size() : 0);
    }
}
}  // namespace

TEST_CASE("ten large answers at once come on ten connections, which the next ten use again", "[unit][http]") {
    std::string big;
    for (int i = 0; big.size() < 1'700'000; ++i) big += "{\"id\":" + std::to_string(i) + "},";
    const std::string packed = gzip(big);
    std::latch all_asked(10);
    HttpFixture f;
    TlsServer server(ca().issue("api.test"), [&](Peer& peer) {
        for (int n = 0; peer.read_request(); ++n) {
            if (n == 0) all_asked.arrive_and_wait();
            peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
                      std::to_string(packed.size()) + "\r\n\r\n" + packed);
        }
    });
    aio::TaskGroup tasks(f.io.get_executor());
    std::vector<std::size_t> sizes;
    for (int i = 0; i < 10; ++i)
        tasks.spawn("send", send_all(*f.client, f.request(server), f.time.steady() + 60s, 2, sizes));
    run_until(f.io, [&] { return tasks.empty(); });
    CHECK(sizes == std::vector<std::size_t>(20, big.size()));
    CHECK(server.connections() == 10);
    CHECK(server.requests() == 20);
}

}  // namespace audienced::unit::http_beast_client_concurrent_test
