// What providers and their callers tell each other. Plain data: readers and writers of a provider's wire
// format see this and nothing of Asio.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/batch.hpp"
#include "model/provider_time.hpp"

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

/// One contact as a pull saw it.
struct ContactStatus {
    enum class State { mailable, unsubscribed, cleaned, pending, archived, deleted, on_hold };
    std::string address;  // normalised
    model::ContactId contact_id;
    State state = State::mailable;
    std::optional<bool> on_list;  // is the contact on the destination's list? nullopt: this provider has no
                                  // such thing, or did not say
};
/// Nothing for a mailable contact.
std::optional<model::OptOutReason> opt_out_of(ContactStatus::State) noexcept;

struct PullRequest {
    std::string destination;
    std::optional<model::ProviderTime> since;            // none: every contact that must not be touched
    std::optional<model::ProviderTime> came_back_since;  // none: do not look for contacts that came back
};
/// When the pull began (the Date header), less an overlap: the next `since`.
struct PullMark {
    model::ProviderTime next_since;
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
        overdue,    // not the provider's word: the caller gave up waiting; it may end yet
    } kind = Kind::pending;
    std::string why;  // of failed and cancelled; no address in it
};

}  // namespace audienced::provider
