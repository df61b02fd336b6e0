#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "aio/event.hpp"
#include "model/connection.hpp"
#include "provider/constant_contact/wire/id_table.hpp"
#include "provider/constant_contact/wire/requests.hpp"
#include "provider/constant_contact/wire/responses.hpp"
#include "provider/registry.hpp"

namespace audienced::provider::constant_contact {

/// What the operations of this folder share: calls of one connection, and what was learned while calling. Io
/// thread only.
class Session {
public:
    Session(const ProviderArgs& args, http::Url base);

    /// An answer of any status but those that the judge acts on; waits for a full queue of jobs to drain.
    /// Errors: as Api::call; auth names this connection.
    awaitable<result<Answer>> ask(Call call);
    /// The same; a 403 is an error (auth) that says what the signed-in user lacks.
    awaitable<result<Answer>> call(Call call);
    /// The same for calls that have to succeed: any other status becomes an error that begins with `what`.
    awaitable<result<Answer>> need(Call call, std::string what);
    Error not_allowed(const http::Response& response) const;

    /// The custom fields of the account, as check_destination read them, and the columns of an import.
    std::vector<Field> custom_fields;
    std::vector<std::string> columns(const std::vector<std::string>& fields) const;

    /// Who is on a list (or has a tag): read once for many batches. Waits if another batch is reading it.
    awaitable<result<const IdTable*>> ids_of(ContactsQuery query);
    void forget_ids() { id_tables_.clear(); }

    std::map<std::string, Activity> ended;  // jobs seen completed and not collected yet
    /// When the last of our jobs ended, by the service's clock: no change of ours that was seen is later.
    std::optional<model::ProviderTime> last_change;
    void job_ended(const Activity& job) {
        if (job.completed_at)
            last_change = std::max(last_change.value_or(*job.completed_at), *job.completed_at);
    }
    std::optional<model::ProviderTime> pulled_until;  // contacts that left before this are known
    unsigned list_walks = 0;

    model::ProviderTime provider_now() const { return api_.provider_now(); }
    aio::Time& time() const noexcept { return *time_; }
    const std::string& client_id() const noexcept { return client_id_; }

private:
    Error explain(Error e) const;

    std::string connection_, client_id_;
    aio::Time* time_;
    model::Traffic* traffic_;
    CallObserver* observer_;
    Api api_;
    std::map<std::string, IdTable> id_tables_;
    std::optional<aio::Event> table_read_;
    bool reading_table_ = false;
};

/// What an answer that is not a success means: 404 not_found, 4xx refused with Constant Contact's words, else
/// bad_answer.
Error refusal(const http::Response& response, const std::string& what);

}  // namespace audienced::provider::constant_contact
