#include "run/delivery/split_batch.hpp"

#include "spool/file.hpp"
#include "spool/record.hpp"

namespace audienced::run {
namespace {

/// Cuts after half of the records; counts what each half holds.
result<std::vector<store::BatchRow>> cut(const store::BatchRow& row, std::string_view bytes) {
    const std::uint64_t half = (row.members + row.leavers + 1) / 2;
    std::vector<store::BatchRow> halves(2, row);
    for (store::BatchRow& h : halves) {
        h.bytes = h.members = h.leave_bytes = h.leavers = 0;
        h.state = store::BatchRow::State::planned;
        h.checksum = spool::checksum({});
    }
    std::uint64_t n = 0;
    while (!bytes.empty()) {
        const std::string_view from = bytes;
        const std::size_t before = bytes.size();
        const auto record = spool::decode(bytes);
        if (!record)
            return make_error(Errc::not_ready, "the spool of the run is damaged", "it is planned anew");
        store::BatchRow& into = halves[n++ < half ? 0 : 1];
        const bool leaving = record->kind == spool::Record::Kind::leave;
        // Members come before leavers in either half, as they are read.
        into.checksum = spool::checksum(from.substr(0, before - bytes.size()), into.checksum);
        (leaving ? into.leave_bytes : into.bytes) += before - bytes.size();
        ++(leaving ? into.leavers : into.members);
    }
    halves[1].offset += halves[0].bytes;
    halves[1].leave_offset += halves[0].leave_bytes;
    return halves;
}

}  // namespace

awaitable<result<std::vector<store::BatchRow>>> split_batch(Environment& env, store::BatchRow row) {
    const auto replace = [&](store::Database& db,
                             const vault::Vault&) -> result<std::vector<store::BatchRow>> {
        auto bytes = spool::read_batch(env.spool_dir, row);
        if (!bytes) return bytes.error();
        auto halves = cut(row, *bytes);
        if (!halves) return halves;
        auto transaction = store::Transaction::begin(db);
        if (!transaction) return transaction.error();
        auto batches = store::count_batches(db, row.run);  // numbered without gaps
        if (!batches) return batches.error();
        for (std::size_t i = 0; i < halves->size(); ++i)
            (*halves)[i].seq = static_cast<std::int64_t>(*batches + i + 1);
        if (auto inserted = store::insert_batches(db, *halves); !inserted) return inserted.error();
        if (auto settled = store::mark_settled(db, row.run, row.seq); !settled) return settled.error();
        if (auto committed = transaction->commit(); !committed) return committed.error();
        return halves;
    };
    co_return co_await env.store->run(replace);
}

}  // namespace audienced::run
