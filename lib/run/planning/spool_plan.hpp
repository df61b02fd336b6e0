// Writes a plan to the run's spool and says which batches it makes.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "model/run.hpp"
#include "provider/provider.hpp"
#include "run/planning/plan_writer.hpp"
#include "run/planning/upsert_buckets.hpp"
#include "spool/file.hpp"
#include "store/runs.hpp"
#include "store/store.hpp"

namespace audienced::run {

class SpoolPlan final : public PlanWriter {
public:
    /// `provider` is asked for encoded_bytes() from the planning thread: a pure question.
    SpoolPlan(std::string dir, model::RunId run, spool::PlanId plan, provider::Limits limits,
              const provider::Provider& provider, std::vector<std::string> fields, store::Store& store);
    ~SpoolPlan() override;

    result<void> upsert(const spool::Record&) override;
    result<void> regroup(int bit, const spool::Record&) override;
    result<void> reject(const store::Reject&) override;
    result<void> reject_again(const store::Reject& where, std::uint32_t words) override;
    result<void> finish_rejects() override { return flush_rejects(); }
    result<void> again(const std::function<result<void>(const spool::Record&)>& each) override;
    result<void> finish() override;

    /// After finish(): every batch, upserts first.
    const std::vector<store::BatchRow>& batches() const noexcept { return batches_; }

private:
    /// One file of records, cut into chunks that become batches or halves of them.
    struct Part {
        std::string name;
        std::unique_ptr<spool::Writer> file;
        struct Chunk {
            std::uint64_t offset = 0, bytes = 0, members = 0;
            std::uint32_t checksum = spool::checksum({});
            bool known = false;  // one of them is a contact already
        };
        std::vector<Chunk> chunks;
        std::uint64_t encoded = 0;  // of the last chunk, as the provider counts
    };
    result<void> append(Part& part, const spool::Record& record, std::size_t most, std::size_t encoded);
    /// Of `batch`, kind and group are given; either chunk may be null. Errors: as read_part(), where both are
    /// there: their checksum is taken over both.
    result<void> add_batch(store::BatchRow batch, const Part::Chunk* members, const Part::Chunk* leavers);
    result<void> sort_upserts();
    static result<void> finish_part(Part& part);
    result<void> flush_rejects();
    std::string path(const std::string& part) const { return spool::part_path(dir_, run_, part); }

    std::string dir_;
    model::RunId run_;
    spool::PlanId plan_;
    provider::Limits limits_;
    const provider::Provider& provider_;
    std::vector<std::string> fields_;
    store::Store& store_;
    UpsertBuckets buckets_;
    Part upserts_, forgets_;
    std::map<int, std::pair<Part, Part>> groups_;  // joins, leaves
    /// A reject; of one that is remembered, the words.
    struct Noted {
        store::Reject reject;
        std::uint32_t words = 0;
    };
    struct Kind {
        store::Reject like;
        std::uint64_t stored = 0, surplus = 0;  // surplus: counted, and not stored yet
    };
    using KindKey = std::tuple<model::CountedIn, model::RejectClass, std::string, std::string>;
    result<void> note(const store::Reject&, std::uint32_t words, Kind* kind);
    result<void> store_rejects(store::Database&);
    Kind& kind_of(const store::Reject&);
    std::vector<Noted> rejects_;
    std::map<KindKey, Kind> kinds_;
    std::map<std::uint32_t, Kind*> kind_of_words_;  // of the first words that were met
    std::vector<store::BatchRow> batches_;
    std::string buffer_;
};

}  // namespace audienced::run
