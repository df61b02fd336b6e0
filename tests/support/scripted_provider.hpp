// A provider without a network: a small destination in memory, and hooks for what goes wrong at which call.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aio/event.hpp"
#include "aio/time.hpp"
#include "provider/registry.hpp"

namespace audienced::test {

enum class CallKind {
    check_account,
    check_destination,
    create_fields,
    find_groups,
    find_lost_job,
    make_group,
    list_members,
    read_contact,
    pull,
    submit,
    poll,
    collect
};

/// One call as the provider got it.
struct ProviderCall {
    CallKind kind = CallKind::check_account;
    int nth = 1;                    // of its kind, from 1
    std::string text;               // destination, title or id of a group, ticket
    std::vector<std::string> list;  // of create_fields: fields; of poll: tickets; of find_groups: titles
    provider::PullRequest pull;     // of pull
    model::Batch batch;             // of submit and collect
    std::vector<std::string> members() const;  // addresses of batch.members
    std::vector<std::string> leavers() const;
};

struct ScriptedContact {
    std::string id;  // stays the same when the address changes
    provider::ContactStatus::State state = provider::ContactStatus::State::mailable;
    SysTime changed_at;
    std::vector<std::optional<std::string>> values;
    std::set<std::string> groups;  // ids
};

/// What the provider holds. Copied where a test takes a picture of everything that is durable.
struct ScriptedAccount {
    struct Job {
        model::Batch batch;
        int polls = 0;
        bool finished = false;
        std::vector<model::Outcome> outcomes;
    };
    std::string id = "acc1", destination = "aud1";
    std::string list_id;  // not empty: an upsert also joins this list
    std::vector<std::string> fields{"FNAME"};
    std::map<std::string, std::string> field_ids;     // by name; empty where none is set
    std::map<std::string, std::string> groups;        // id by title
    std::map<std::string, ScriptedContact> contacts;  // by address
    std::map<std::string, Job> jobs;                  // by ticket
    int groups_made = 0, jobs_made = 0, fields_made = 0;
};

class ScriptedProvider;

/// The provider's side of a test: outlives the providers that it makes. Io thread only, but for
/// encoded_bytes.
class ScriptedService {
public:
    ScriptedService(boost::asio::any_io_executor io, aio::Time& time)
        : changed_(std::move(io)), time_(time) {}

    /// For run::Environment::make_provider.
    result<provider::ProviderPtr> make(const provider::ProviderArgs& args);

    ScriptedAccount account;
    provider::Limits limits;
    bool by_jobs = false;       // submit() gives tickets
    bool tells_ids = true;      // answers to upserts name the contacts
    std::size_t page_size = 2;  // of pulls and lists
    bool had_members = false;   // see provider::Destination
    bool listings_end_early = false;

    // The script. An error of `before` is the call's answer, and the call has no effect; an error of `after`
    // is the answer of a call that has had its effect.
    using Hook = std::function<result<void>(const ProviderCall&)>;
    Hook before, after;
    std::map<std::string, model::Outcome> outcomes;  // by address: instead of delivering
    /// What poll() says of a job; none: finished.
    std::function<provider::JobState(const ScriptedAccount::Job&)> job_state;
    std::function<void()> while_planning;  // at each encoded_bytes(), on the planning thread
    /// Calls of this kind wait until release().
    std::optional<CallKind> hanging;
    void release();
    std::size_t waiting() const noexcept { return waiting_; }

    // What was seen.
    std::vector<ProviderCall> calls;
    std::vector<ProviderCall> of(CallKind kind) const;
    std::size_t count(CallKind kind) const { return of(kind).size(); }
    provider::CallObserver* observer = nullptr;  // of the newest provider

    ScriptedContact& contact(const std::string& address);  // made, or changed, now
    void rename(const std::string& from, const std::string& to);
    /// The tag is deleted, and its members lose it.
    void delete_group(const std::string& title);
    bool has(const std::string& address) const { return account.contacts.contains(address); }
    /// In the group of that title, or with that id.
    std::vector<std::string> members_of(const std::string& group) const;

private:
    friend class ScriptedProvider;
    provider::GroupLayout layout(const std::vector<std::string>& titles,
                                 const std::vector<model::Group>& known) const;
    std::string lost_job(const provider::LostJob&) const;
    bool is_asked_for(const provider::PullRequest&, const ScriptedContact&) const;
    std::vector<provider::ContactStatus> list(
        const std::function<bool(const ScriptedContact&)>& wanted) const;
    std::optional<provider::ContactNow> contact_now(const provider::ContactQuestion&) const;
    provider::JobState state_of(const std::string& ticket);
    std::vector<model::Outcome> apply(const model::Batch&);
    model::Outcome upsert(const model::Member&);
    model::Outcome regroup(const model::Member&, const model::Batch&, bool join);

    aio::Event changed_;
    aio::Time& time_;
    std::size_t waiting_ = 0;
};

/// A hook that acts at the n-th call of a kind, and lets every other call pass.
ScriptedService::Hook at_call(CallKind kind, int nth, std::function<result<void>()> act);

}  // namespace audienced::test
