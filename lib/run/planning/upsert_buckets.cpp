#include "run/planning/upsert_buckets.hpp"

#include <unistd.h>

#include <algorithm>
#include <vector>

namespace audienced::run {
namespace {

constexpr std::size_t buffer_bytes = 32 * 1024;  // of each of 64 files
constexpr std::uint64_t most_in_memory =
    8 * 1024 * 1024;  // of one bucket: larger ones are read by the record
constexpr std::uint64_t read_bytes = 1024 * 1024;

struct Place {
    MemberHash member;
    std::uint64_t offset;
    std::uint32_t bytes;
};

Error damaged() {
    return make_error(Errc::not_ready, "the spool of the run is damaged", "it is planned anew");
}

/// Where the wanted records of a bucket lie, by member.
result<std::vector<Place>> places_of(const std::string& path, spool::PlanId plan, std::uint64_t end,
                                     bool known) {
    std::vector<Place> out;
    std::string rest;
    std::uint64_t at = spool::header_bytes;  // of the first byte of `rest`
    for (std::uint64_t read = at; read < end;) {
        const std::uint64_t bytes = std::min(read_bytes, end - read);
        auto chunk = spool::read_part(path, plan, read, bytes);
        if (!chunk) return chunk.error();
        read += bytes;
        rest += *chunk;
        std::string_view in = rest;
        while (!in.empty()) {
            const std::size_t before = in.size();
            const auto size = spool::record_size(in);
            if (!size) return damaged();
            if (*size > before || *size == 0) break;  // the next chunk has the rest of it
            const auto record = spool::decode(in);
            if (!record) return damaged();
            if (record->sent.known == known)
                out.push_back({record->member, at, static_cast<std::uint32_t>(before - in.size())});
            at += before - in.size();
        }
        rest.erase(0, rest.size() - in.size());
    }
    if (!rest.empty()) return damaged();
    std::sort(out.begin(), out.end(), [](const Place& a, const Place& b) { return a.member < b.member; });
    return out;
}

}  // namespace

UpsertBuckets::~UpsertBuckets() {
    remove();
}

void UpsertBuckets::remove() {
    for (unsigned i = 0; i < count; ++i) {
        if (!buckets_[i].file) continue;
        buckets_[i] = Bucket();
        ::unlink(path(i).c_str());  // one that stays goes with the run's other files
    }
}

result<void> UpsertBuckets::add(const spool::Record& record) {
    const unsigned number = record.member.bytes[0] >> 2;
    Bucket& bucket = buckets_[number];
    if (!bucket.file) {
        auto file = spool::Writer::create(path(number), plan_, buffer_bytes);
        if (!file) return file.error();
        bucket.file = std::make_unique<spool::Writer>(std::move(*file));
    }
    ++(record.sent.known ? bucket.known : bucket.fresh);
    buffer_.clear();
    spool::encode(record, buffer_);
    return bucket.file->append(buffer_);
}

result<void> UpsertBuckets::drain_bucket(unsigned number, bool known,
                                         const std::function<result<void>(const spool::Record&)>& each) {
    const std::uint64_t end = buckets_[number].file->size();
    auto places = places_of(path(number), plan_, end, known);
    if (!places) return places.error();
    std::string all;
    if (end <= most_in_memory) {
        auto read = spool::read_part(path(number), plan_, spool::header_bytes, end - spool::header_bytes);
        if (!read) return read.error();
        all = std::move(*read);
    }
    for (const Place& place : *places) {
        std::string alone;
        std::string_view in(all);
        if (all.empty()) {
            auto read = spool::read_part(path(number), plan_, place.offset, place.bytes);
            if (!read) return read.error();
            alone = std::move(*read);
            in = alone;
        } else {
            in = in.substr(place.offset - spool::header_bytes, place.bytes);
        }
        const auto record = spool::decode(in);
        if (!record) return damaged();
        if (auto done = each(*record); !done) return done;
    }
    return {};
}

result<void> UpsertBuckets::drain(const std::function<result<void>(const spool::Record&)>& each) {
    for (Bucket& bucket : buckets_)
        if (bucket.file)
            if (auto written = bucket.file->flush(); !written) return written;
    for (const bool known : {true, false})
        for (unsigned i = 0; i < count; ++i) {
            if ((known ? buckets_[i].known : buckets_[i].fresh) == 0) continue;
            if (auto done = drain_bucket(i, known, each); !done) return done;
        }
    remove();
    return {};
}

}  // namespace audienced::run
