// The seam of providers: what a kind of destination must be able to do. It knows nothing of SQLite, schedules
// or the control socket. Shared parts (limits, retries, sign-in) are in api.hpp, limiter.hpp and oauth/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aio/awaitable.hpp"
#include "model/export.hpp"
#include "provider/types.hpp"
#include "provider/value_rules.hpp"

namespace audienced::provider {

class ContactSink {
public:
    virtual ~ContactSink() = default;
    virtual awaitable<result<void>> seen(std::vector<ContactStatus> page) = 0;
};

/// Every call may suspend for long (rate limits, retries); errors are what api.hpp gives after its retries:
/// auth (a person must act), quota, network, timeout, refused, bad_answer, cancelled.
class Provider {
public:
    virtual ~Provider() = default;
    virtual Limits limits() const noexcept = 0;
    /// Bytes that this member adds to an upsert body at most; used to close batches in time.
    virtual std::size_t encoded_bytes(const model::Member&, const std::vector<std::string>& fields) const;

    /// Proves access, changes nothing.
    virtual awaitable<result<Account>> check_account() = 0;
    /// Every audience or list of the account, with its fields.
    virtual awaitable<result<std::vector<Destination>>> list_destinations() = 0;
    /// Errors: not_found (no such audience or list, with what to do).
    virtual awaitable<result<Destination>> check_destination(std::string id) = 0;
    /// The provider's name of a mapped field: first_name -> FNAME, tier -> cf:tier. Pure.
    virtual std::string field_name(std::string_view mapped) const = 0;
    /// What these fields, one per mapped field in the mapping's order, make of values. A field that is yet to
    /// be made has no id and no type. Pure. Unless overridden every value is sent as it is.
    virtual std::unique_ptr<ValueRules> value_rules(std::vector<Field> fields) const;
    /// What is wrong with a mapping beside fields that are not there: a field that text cannot fill, two
    /// attributes for one field, a label in place of a tag. Pure.
    virtual std::vector<MappingProblem> check_mapping(const std::vector<model::FieldMap>& mapping,
                                                      const Destination& destination) const;
    /// Makes what `fields` (mapped names) lack. Writes.
    virtual awaitable<result<void>> create_fields(std::string destination,
                                                  std::vector<std::string> fields) = 0;
    /// Finds the groups; makes nothing. A title in `known` means the group with that id for as long as there
    /// is one, whatever it is called by now; the others are found by name.
    virtual awaitable<result<GroupLayout>> find_groups(const model::Export& definition,
                                                       std::vector<std::string> segment_titles,
                                                       std::vector<model::Group> known) = 0;
    /// Can groups with these titles, which are not there yet, be made? The first reason why not; asked by a
    /// check, where a run would fail at make_group(). Unless overridden: they can.
    virtual awaitable<result<void>> check_new_groups(std::string destination,
                                                     std::vector<std::string> titles);
    /// Makes one group, or finds the one that another program just made. Writes.
    virtual awaitable<result<model::Group>> make_group(std::string destination, std::string title) = 0;
    /// One contact as it is now, in as many calls as one contact needs; none: there is no such contact. Reads
    /// only.
    virtual awaitable<result<std::optional<ContactNow>>> read_contact(ContactQuestion question) = 0;
    /// The members of this group now: to recognise preexisting members, and to verify.
    virtual awaitable<result<void>> list_members(std::string destination, model::Group group,
                                                 ContactSink& sink) = 0;
    virtual awaitable<result<PullMark>> pull(PullRequest request, ContactSink& sink) = 0;
    /// The provider's time now, as its answers told it; none: it tells no time.
    virtual std::optional<model::ProviderTime> clock() const;

    /// How many rows the call of this batch has: a job that is looked for by find_lost_job() says it.
    virtual std::size_t rows_of_call(const model::Batch& batch) const;
    /// Sends one batch. Either every outcome, or a ticket that must be stored before anything else happens.
    virtual awaitable<result<Submitted>> submit(const model::Batch& batch) = 0;
    /// One state per ticket, in one call where the provider can.
    virtual awaitable<result<std::vector<JobState>>> poll(std::vector<std::string> tickets);
    /// The ticket of a job that the provider took although its answer was lost; empty: it took none. Only for
    /// upserts.
    virtual awaitable<result<std::string>> find_lost_job(LostJob job);
    /// The outcomes of a finished ticket; `batch` is what was submitted under it.
    virtual awaitable<result<std::vector<model::Outcome>>> collect(std::string ticket,
                                                                   const model::Batch& batch);
};

using ProviderPtr = std::unique_ptr<Provider>;

}  // namespace audienced::provider
