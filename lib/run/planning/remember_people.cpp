#include "run/planning/remember_people.hpp"

#include <algorithm>

namespace audienced::run {
namespace {

constexpr std::size_t write_slice = 2'000;  // rows of one transaction

using Put = result<void> (*)(store::Database&, model::DestinationId, const store::Person&);

awaitable<result<void>> write_all(store::Store& store, model::DestinationId destination,
                                  const std::deque<store::Person>& people, Put put) {
    for (std::size_t start = 0; start < people.size(); start += write_slice) {
        const std::size_t end = std::min(start + write_slice, people.size());
        const auto write = [&](store::Database& db, const vault::Vault&) -> result<void> {
            auto transaction = store::Transaction::begin(db);
            if (!transaction) return transaction.error();
            for (std::size_t i = start; i < end; ++i)
                if (auto done = put(db, destination, people[i]); !done) return done;
            return transaction->commit();
        };
        auto written = co_await store.run(write);
        if (!written) co_return written;
    }
    co_return result<void>{};
}

}  // namespace

awaitable<result<void>> remember_people(store::Store& store, model::DestinationId destination,
                                        const PeopleMet& people) {
    auto seen = co_await write_all(store, destination, people.seen, store::put_person_seen);
    if (!seen) co_return seen;
    co_return co_await write_all(store, destination, people.moved, store::put_person_moved);
}

}  // namespace audienced::run
