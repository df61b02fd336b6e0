// What providers and their callers tell each other. Plain data: readers and writers of a provider's wire
// format see this and nothing of Asio.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "model/batch.hpp"
#include "model/provider_time.hpp"

namespace audienced::provider {

struct Limits {
    std::size_t members_per_upsert = 500;
    std::size_t bytes_per_upsert = 0;  // encoded body of one upsert; 0: no limit. See Provider::encoded_bytes
    std::size_t members_per_membership = 500;  // of members and of leavers, each
    unsigned batches_at_once = 8;              // submitted and unanswered
    bool by_jobs = false;                      // submit() gives tickets: a batch takes effect later
    bool clears_empty = true;                  // can an attribute be set to empty?
    std::size_t title_bytes = 50;              // of a group's title
};

struct Account {
    std::string id;    // who shares its limits, tags and lists
    std::string name;  // for people
    std::string role;
};

struct Field {
    std::string id;    // of this field and no later one of the same name; empty: it cannot be deleted
    std::string name;  // what goes over the wire: FNAME, first_name, cf:tier
    std::string label;
    std::string type;  // the provider's word
    bool required = false;
    std::vector<std::string> choices;
    /// The provider's word for how it is written: of a Mailchimp phone "US", of a birthday "DD/MM", of a
    /// Constant Contact currency "USD"; may be empty.
    std::string format;
    std::optional<unsigned> decimals;  // digits that a number may have behind its point
    std::optional<bool> below_zero;    // may a number be negative?
};

struct Destination {
    std::string id, name;
    /// What a person should know before an export to it: "double opt-in is on ...". Sentences.
    std::vector<std::string> remarks;
    std::uint64_t members = 0;  // as the provider counts, possibly minutes old
    /// False: it has no members and was made so lately that no contact can have left it.
    bool had_members = true;
    std::vector<Field> fields;
};

/// By its name on the wire; null: there is none.
const Field* find_field(const Destination&, std::string_view name) noexcept;

/// What a mapping asks of a destination that does not go, or that a person should know of.
struct MappingProblem {
    Error error;          // its text names the attribute or field, and what to do
    bool refuses = true;  // false: a warning, runs are possible
    std::size_t at = 0;   // index in the mapping
};

/// How segments become groups at this provider. Bit i of a mask speaks of groups[i]; at most 64 groups.
struct GroupLayout {
    std::vector<model::Group> groups;  // id empty: not there yet, make_group() makes it
    std::vector<std::uint64_t>
        of_segment;                      // parallel to the segments: which groups a profile of it belongs to
    std::uint64_t joined_by_upsert = 0;  // groups that the upsert itself puts a member into (a list)
    std::vector<model::GroupId> gone;    // of the known groups those that the provider has no more
};

/// One contact as a pull saw it.
struct ContactStatus {
    enum class State { mailable, unsubscribed, cleaned, pending, archived, deleted, on_hold };
    std::string address;  // normalised
    model::ContactId contact_id;
    State state = State::mailable;
    std::optional<bool> on_list;  // is the contact on the destination's list? nullopt: this provider has no
                                  // such thing, or did not say
    std::optional<std::vector<model::GroupId>> tags;  // all that the contact has; nullopt: not told
};
/// Nothing for a mailable contact.
std::optional<model::OptOutReason> opt_out_of(ContactStatus::State) noexcept;

/// Which contact is asked for: by its id where that is given, which finds it under another address too, and
/// where there is none with that id by its address.
struct ContactQuestion {
    std::string destination;
    std::string address;
    model::ContactId contact_id;
    std::vector<Field> fields;  // whose values are wanted
};
/// One contact at this moment.
struct ContactNow {
    ContactStatus status;
    std::string state_word;  // the provider's own
    /// Parallel to the fields of the question. Empty text: the contact has none. nullopt: not told.
    std::vector<std::optional<std::string>> values;
};

struct PullRequest {
    std::string destination;
    std::optional<model::ProviderTime> since;  // none: every contact that must not be touched
    /// Mailable contacts that changed since: they came back, have another address, or other tags. none: not
    /// asked, where the provider can leave them out.
    std::optional<model::ProviderTime> came_back_since;
    /// Without `since`: mailable contacts too, with their lists, where that matters (see had_members).
    bool all_contacts = false;
};
/// How far a pull came, by the provider's clock.
struct PullMark {
    model::ProviderTime began;  // of the first answer: what was sent before it is known by now
    /// The next `since`: `began` less an overlap, but not before the last change that this provider object
    /// made itself, so that its own changes are not listed twice.
    model::ProviderTime next_since;
    /// False: a listing was shorter than it claimed. What it did not show says nothing then.
    bool complete = true;
};
/// A job whose ticket was lost with its answer.
struct LostJob {
    std::string destination;
    std::uint64_t rows = 0;                  // contacts of the call
    model::ProviderTime not_before;          // the call was made after this
    std::vector<std::string> other_tickets;  // of jobs that are known
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
