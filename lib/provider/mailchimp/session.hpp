#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "model/connection.hpp"
#include "provider/mailchimp/wire/chunk_size.hpp"
#include "provider/mailchimp/wire/requests.hpp"
#include "provider/registry.hpp"

namespace audienced::provider::mailchimp {

/// What the operations of this folder share: calls of one connection, and what was learned while calling. Io
/// thread only.
class Session {
public:
    Session(const ProviderArgs& args, http::Url base);

    /// An answer of any status but those that the judge acts on. Errors: as Api::call; auth names this
    /// connection.
    awaitable<result<Answer>> call(Call call);
    /// The same for calls that have to succeed: any other status becomes an error that begins with `what`.
    awaitable<result<Answer>> need(Call call, std::string what);
    /// Merge tag -> type; asked once per audience, again after forget_field_types.
    awaitable<result<FieldTypes>> field_types(std::string audience);
    void learn_field_types(const std::string& audience, const std::vector<Field>& fields);
    /// As learned with the types.
    bool is_required(const std::string& audience, std::string_view tag) const;
    /// A wait between our own attempts, reported like those of Api.
    awaitable<result<void>> wait(std::string why, std::chrono::milliseconds how_long);
    awaitable<result<void>> back_off(std::string why, unsigned failures);
    std::chrono::milliseconds pause_after(unsigned failures);

    model::ProviderTime provider_now() const { return api_.provider_now(); }
    /// The provider's time of the answer to the last call that changed something; no change of ours that was
    /// answered is later.
    std::optional<model::ProviderTime> last_change;
    /// How many calls that write have succeeded so far.
    std::int64_t writes_taken() const noexcept { return writes_taken_; }
    SteadyTime steady() const { return time_->steady(); }
    /// Was all the patience spent with failures since then? Those that a call has waited out count.
    bool is_patience_over(SteadyTime since) const { return time_->steady() - since >= patience_; }
    ChunkSize& chunk() noexcept { return chunk_; }

private:
    Error explain(Error e) const;

    std::string connection_;
    model::AuthKind auth_;
    const bool is_stored_;  // one that is being added has not proved its account yet
    aio::Time* time_;
    Random* random_;
    model::Traffic* traffic_;
    CallObserver* observer_;
    std::chrono::seconds patience_;
    Api api_;
    ChunkSize chunk_;
    std::map<std::string, FieldTypes> types_;
    std::map<std::string, std::set<std::string, std::less<>>> required_;  // audience -> merge tags
    std::int64_t writes_taken_ = 0;
};

/// What an answer that is not a success means: 404 not_found, 4xx refused with Mailchimp's words, else
/// bad_answer.
Error refusal(const http::Response& response, const std::string& what);

}  // namespace audienced::provider::mailchimp
