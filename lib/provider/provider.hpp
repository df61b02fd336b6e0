// The seam of providers: what a kind of destination must be able to do. It knows nothing of SQLite, schedules
// or the control socket. Shared parts (limits, retries, sign-in) are in api.hpp, limiter.hpp and oauth/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aio/awaitable.hpp"
#include "base/clock.hpp"
#include "model/batch.hpp"
#include "model/export.hpp"

namespace audienced::provider {

struct Limits {
    std::size_t members_per_upsert = 500;
    std::size_t bytes_per_upsert = 0;  // encoded body of one upsert; 0: no limit. See Provider::encoded_bytes
    std::size_t members_per_membership = 500;  // of members and of leavers, each
    unsigned batches_at_once = 8;              // submitted and unanswered
    bool clears_empty = true;                  // can an attribute be set to empty?
    std::size_t title_bytes = 50;              // of a group's title
};

struct Account {
    std::string id;    // who shares its limits, tags and lists
    std::string name;  // for people
    std::string role;
};

struct Field {
    std::string name;  // what goes over the wire: FNAME, first_name, cf:tier
    std::string label;
    std::string type;  // the provider's word
    bool required = false;
    std::vector<std::string> choices;
};

struct Destination {
    std::string id, name;
    std::uint64_t members = 0;  // as the provider counts, possibly minutes old
    std::vector<Field> fields;
};

/// How segments become groups at this provider. Bit i of a mask speaks of groups[i]; at most 64 groups.
struct GroupLayout {
    std::vector<model::Group> groups;  // id empty: not there yet, make_group() makes it
    std::vector<std::uint64_t>
        of_segment;                      // parallel to the segments: which groups a profile of it belongs to
    std::uint64_t joined_by_upsert = 0;  // groups that the upsert itself puts a member into (a list)
};

/// One contact as a pull saw her.
struct Seen {
    enum class State { mailable, unsubscribed, cleaned, pending, archived, deleted, on_hold };
    std::string address;      // normalised
    std::string provider_id;  // may be empty
    State state = State::mailable;
    std::optional<bool> on_list;  // is she on the destination's list? nullopt: this provider has no such
                                  // thing, or did not say
};
const char* to_string(Seen::State) noexcept;

class SeenSink {
public:
    virtual ~SeenSink() = default;
    virtual awaitable<result<void>> seen(std::vector<Seen> page) = 0;
};

struct PullRequest {
    std::string destination;
    std::optional<SysTime> since;            // none: everybody who must not be touched
    std::optional<SysTime> came_back_since;  // none: do not look for people who came back
};
/// The provider's own clock when the pull began (its Date header), less an overlap: the next `since`.
struct PullMark {
    SysTime next_since;
};

struct Submitted {
    std::string ticket;                    // empty: done, outcomes are known
    std::vector<model::Outcome> outcomes;  // one per member, then one per leaver
};

struct JobState {
    enum class Kind {
        pending,
        finished,   // collect() tells the outcomes
        failed,     // as a whole; a smaller batch may pass
        cancelled,  // by a person at the provider, who had a reason
        vanished,   // the provider knows nothing of it
        overdue,    // not the provider's word: whoever asked gave up waiting; it may end yet
    } kind = Kind::pending;
    std::string why;  // of failed and cancelled; no address in it
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
    /// Errors: not_found (no such audience or list, with what to do).
    virtual awaitable<result<Destination>> check_destination(std::string id) = 0;
    /// The provider's name of a mapped field: first_name -> FNAME, tier -> cf:tier. Pure.
    virtual std::string field_name(std::string_view mapped) const = 0;
    /// Makes what `fields` (mapped names) lack. Writes.
    virtual awaitable<result<void>> create_fields(std::string destination,
                                                  std::vector<std::string> fields) = 0;
    /// Finds the groups; makes nothing.
    virtual awaitable<result<GroupLayout>> find_groups(const model::Export& definition,
                                                       std::vector<std::string> segment_titles) = 0;
    /// Makes one group, or finds the one that somebody else just made. Writes.
    virtual awaitable<result<model::Group>> make_group(std::string destination, std::string title) = 0;
    /// Who is in this group now: to tell members that are not ours, and to verify.
    virtual awaitable<result<void>> list_members(std::string destination, model::Group group,
                                                 SeenSink& sink) = 0;
    virtual awaitable<result<PullMark>> pull(PullRequest request, SeenSink& sink) = 0;

    /// Sends one batch. Either every outcome, or a ticket that must be stored before anything else happens.
    virtual awaitable<result<Submitted>> submit(const model::Batch& batch) = 0;
    /// One state per ticket, in one call where the provider can.
    virtual awaitable<result<std::vector<JobState>>> poll(std::vector<std::string> tickets);
    /// The outcomes of a finished ticket; `batch` is what was submitted under it.
    virtual awaitable<result<std::vector<model::Outcome>>> collect(std::string ticket,
                                                                   const model::Batch& batch);
};

using ProviderPtr = std::unique_ptr<Provider>;

}  // namespace audienced::provider
