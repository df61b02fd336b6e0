#include "run/planning/spool_plan.hpp"

#include <algorithm>

#include "store/deferred.hpp"

namespace audienced::run {
namespace {

constexpr std::size_t rejects_at_once = 500;
constexpr std::size_t words_known = 1000;
constexpr std::size_t forgets_per_batch = 5000;  // no call, just rows of a transaction

result<void> recall(store::Database& db, std::uint32_t words, store::Reject& r) {
    auto found = store::find_deferred(db, *r.member, words);
    if (!found) return found.error();
    // Another run settled what was open of this export meanwhile.
    if (!*found)
        return make_error(Errc::plan_expired, "a member that was refused was delivered while the run planned",
                          "it plans anew");
    r.field = (**found).field;
    r.code = (**found).code;
    r.detail = (**found).detail;
    r.reject_class = (**found).reject_class;
    r.attempts = (**found).attempts;
    r.next_try = (**found).next_try;
    return {};
}

}  // namespace

SpoolPlan::SpoolPlan(std::string dir, model::RunId run, spool::PlanId plan, provider::Limits limits,
                     const provider::Provider& provider, std::vector<std::string> fields, store::Store& store)
    : dir_(std::move(dir)),
      run_(run),
      plan_(plan),
      limits_(limits),
      provider_(provider),
      fields_(std::move(fields)),
      store_(store),
      buckets_(dir_, run, plan) {
    upserts_.name = spool::upsert_part();
    forgets_.name = spool::forget_part();
}

SpoolPlan::~SpoolPlan() = default;

result<void> SpoolPlan::append(Part& part, const spool::Record& record, std::size_t most,
                               std::size_t encoded) {
    if (!part.file) {
        auto file = spool::Writer::create(path(part.name), plan_);
        if (!file) return file.error();
        part.file = std::make_unique<spool::Writer>(std::move(*file));
    }
    const bool full = !part.chunks.empty() &&
                      (part.chunks.back().members >= most ||
                       (limits_.bytes_per_upsert != 0 && part.encoded + encoded > limits_.bytes_per_upsert));
    if (part.chunks.empty() || full) {
        part.chunks.emplace_back().offset = part.file->size();
        part.encoded = 0;
    }
    buffer_.clear();
    spool::encode(record, buffer_);
    part.chunks.back().bytes += buffer_.size();
    part.chunks.back().known = part.chunks.back().known || record.sent.known;
    part.chunks.back().checksum = spool::checksum(buffer_, part.chunks.back().checksum);
    part.chunks.back().members += 1;
    part.encoded += encoded;
    return part.file->append(buffer_);
}

result<void> SpoolPlan::upsert(const spool::Record& record) {
    return buckets_.add(record);
}

result<void> SpoolPlan::sort_upserts() {
    return buckets_.drain([&](const spool::Record& record) {
        const std::size_t encoded =
            limits_.bytes_per_upsert == 0 ? 0 : provider_.encoded_bytes(record.sent, fields_);
        return append(upserts_, record, limits_.members_per_upsert, encoded);
    });
}

result<void> SpoolPlan::regroup(int bit, const spool::Record& record) {
    if (bit < 0) return append(forgets_, record, forgets_per_batch, 0);
    auto& [joins, leaves] = groups_[bit];
    const bool joining = record.kind == spool::Record::Kind::join;
    Part& part = joining ? joins : leaves;
    if (part.name.empty()) part.name = joining ? spool::join_part(bit) : spool::leave_part(bit);
    return append(part, record, limits_.members_per_membership, 0);
}

SpoolPlan::Kind& SpoolPlan::kind_of(const store::Reject& r) {
    Kind& kind = kinds_[{r.counted_in, r.reject_class, r.code, r.field}];
    if (kind.like.run == 0) kind.like = r;
    return kind;
}

result<void> SpoolPlan::reject(const store::Reject& r) {
    return note(r, 0, &kind_of(r));
}

result<void> SpoolPlan::reject_again(const store::Reject& where, std::uint32_t words) {
    const auto known = kind_of_words_.find(words);
    return note(where, words, known == kind_of_words_.end() ? nullptr : known->second);
}

/// Of a kind that has enough rows, the number is all that is stored.
result<void> SpoolPlan::note(const store::Reject& r, std::uint32_t words, Kind* kind) {
    if (kind && kind->stored >= store::rejects_kept) {
        ++kind->surplus;
        return {};
    }
    if (kind) ++kind->stored;
    rejects_.push_back({r, words});
    return rejects_.size() < rejects_at_once ? result<void>{} : flush_rejects();
}

result<void> SpoolPlan::store_rejects(store::Database& db) {
    auto transaction = store::Transaction::begin(db);
    if (!transaction) return transaction.error();
    for (Noted& n : rejects_) {
        if (n.words != 0) {
            if (auto recalled = recall(db, n.words, n.reject); !recalled) return recalled;
            if (kind_of_words_.size() < words_known) kind_of_words_.emplace(n.words, &kind_of(n.reject));
        }
        auto added = store::add_reject(db, n.reject, store::RejectState::draft);
        if (!added) return added;
    }
    for (auto& [key, kind] : kinds_) {
        if (kind.surplus == 0) continue;
        auto counted = store::count_rejects(db, kind.like, kind.surplus, store::RejectState::draft);
        if (!counted) return counted;
        kind.surplus = 0;
    }
    return transaction->commit();
}

result<void> SpoolPlan::flush_rejects() {
    const bool any = !rejects_.empty() || std::any_of(kinds_.begin(), kinds_.end(), [](const auto& kind) {
        return kind.second.surplus > 0;
    });
    if (!any) return {};
    auto written =
        store_.run_blocking([&](store::Database& db, const vault::Vault&) { return store_rejects(db); });
    rejects_.clear();
    return written;
}

result<void> SpoolPlan::again(const std::function<result<void>(const spool::Record&)>& each) {
    if (auto sorted = sort_upserts(); !sorted) return sorted;
    if (!upserts_.file) return {};
    if (auto written = upserts_.file->flush(); !written) return written;
    for (const Part::Chunk& chunk : upserts_.chunks) {
        auto bytes = spool::read_part(path(upserts_.name), plan_, chunk.offset, chunk.bytes);
        if (!bytes) return bytes.error();
        std::string_view in = *bytes;
        while (!in.empty()) {
            const auto record = spool::decode(in);
            if (!record) return make_error(Errc::not_ready, "the spool of the run is damaged");
            if (auto done = each(*record); !done) return done;
        }
    }
    return {};
}

result<void> SpoolPlan::finish_part(Part& part) {
    return part.file ? part.file->finish() : result<void>{};
}

result<void> SpoolPlan::add_batch(store::BatchRow batch, const Part::Chunk* members,
                                  const Part::Chunk* leavers) {
    batch.run = run_;
    batch.plan = plan_;
    batch.checksum = members ? members->checksum : leavers->checksum;
    batch.seq = static_cast<std::int64_t>(batches_.size()) + 1;
    if (members) {
        batch.offset = members->offset;
        batch.bytes = members->bytes;
        batch.members = members->members;
        batch.known = members->known;
    }
    if (leavers) {
        batch.leave_offset = leavers->offset;
        batch.leave_bytes = leavers->bytes;
        batch.leavers = leavers->members;
    }
    if (members && leavers) {
        auto bytes =
            spool::read_part(path(spool::leave_part(batch.group)), plan_, leavers->offset, leavers->bytes);
        if (!bytes) return bytes.error();
        batch.checksum = spool::checksum(*bytes, members->checksum);
    }
    batches_.push_back(std::move(batch));
    return {};
}

result<void> SpoolPlan::finish() {
    if (auto written = flush_rejects(); !written) return written;
    if (auto sorted = sort_upserts(); !sorted) return sorted;
    store::BatchRow batch;
    if (auto done = finish_part(upserts_); !done) return done;
    for (const Part::Chunk& chunk : upserts_.chunks)
        if (auto added = add_batch(batch, &chunk, nullptr); !added) return added;
    batch.kind = model::BatchKind::membership;
    for (auto& [bit, parts] : groups_) {
        auto& [joins, leaves] = parts;
        batch.group = bit;
        if (auto done = finish_part(joins); !done) return done;
        if (auto done = finish_part(leaves); !done) return done;
        // A call both adds and removes, so the n-th chunk of joins and the n-th chunk of leaves are one
        // batch.
        const std::size_t count = std::max(joins.chunks.size(), leaves.chunks.size());
        for (std::size_t i = 0; i < count; ++i) {
            auto added = add_batch(batch, i < joins.chunks.size() ? &joins.chunks[i] : nullptr,
                                   i < leaves.chunks.size() ? &leaves.chunks[i] : nullptr);
            if (!added) return added;
        }
    }
    batch.group = -1;
    if (auto done = finish_part(forgets_); !done) return done;
    for (const Part::Chunk& chunk : forgets_.chunks)
        if (auto added = add_batch(batch, &chunk, nullptr); !added) return added;
    return spool::sync_dir(dir_);
}

}  // namespace audienced::run
