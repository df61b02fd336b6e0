// The words of the enumerations, in tables, commands, logs and docs alike.
#include <array>
#include <string_view>

#include "model/connection.hpp"
#include "model/counted_as.hpp"
#include "model/counted_in.hpp"
#include "model/export.hpp"
#include "model/opt_out_reason.hpp"
#include "model/reject_class.hpp"
#include "model/run.hpp"
#include "model/source.hpp"

namespace audienced::model {
namespace {
constexpr std::array status_words{
    "queued", "planning", "held",     "delivering", "settling", "succeeded", "completed_with_rejects",
    "failed", "skipped",  "cancelled"};
constexpr std::array trigger_words{"schedule", "on_demand", "undo", "retry"};
constexpr std::array try_words{"none", "delivered", "rejected", "opted_out", "not_in_segments", "undecided"};
constexpr std::array existing_words{"ask", "add", "leave"};
constexpr std::array counted_as_words{"none", "added", "updated", "removed"};
constexpr std::array counted_in_words{"rejected", "invalid", "suppressed", "values_dropped", "removals"};
constexpr std::array reject_class_words{"none", "fix_data", "retry_later", "never"};
constexpr std::array opt_out_words{
    "unsubscribed",     "cleaned",           "pending",          "archived",
    "deleted",          "on_hold",           "left_list",        "forgotten",
    "deleted_for_good", "address_changed",   "opted_out_before", "not_on_list",
    "compliance",       "removed_by_person", "not_mailable",     "unspecified"};
static_assert(counted_as_words.size() == static_cast<std::size_t>(CountedAs::removed) + 1);
static_assert(counted_in_words.size() == static_cast<std::size_t>(CountedIn::removals) + 1);
static_assert(reject_class_words.size() == static_cast<std::size_t>(RejectClass::never) + 1);
static_assert(opt_out_words.size() == static_cast<std::size_t>(OptOutReason::unspecified) + 1);

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<const char*, N>& words, std::string_view word) {
    for (std::size_t i = 0; i < N; ++i)
        if (word == words[i]) return static_cast<Enum>(i);
    return std::nullopt;
}
}  // namespace

const char* to_string(RunStatus s) noexcept {
    return status_words[static_cast<std::size_t>(s)];
}
const char* to_string(Trigger t) noexcept {
    return trigger_words[static_cast<std::size_t>(t)];
}
const char* to_string(TryOutcome o) noexcept {
    return try_words[static_cast<std::size_t>(o)];
}
std::optional<TryOutcome> try_outcome(std::string_view w) noexcept {
    return find<TryOutcome>(try_words, w);
}
std::optional<RunStatus> run_status(std::string_view w) noexcept {
    return find<RunStatus>(status_words, w);
}
std::optional<Trigger> trigger(std::string_view w) noexcept {
    return find<Trigger>(trigger_words, w);
}
bool is_final(RunStatus s) noexcept {
    return s >= RunStatus::succeeded;
}

const char* to_string(CountedAs c) noexcept {
    return counted_as_words[static_cast<std::size_t>(c)];
}
std::optional<CountedAs> parse_counted_as(std::string_view w) noexcept {
    return find<CountedAs>(counted_as_words, w);
}

const char* to_string(CountedIn c) noexcept {
    return counted_in_words[static_cast<std::size_t>(c)];
}
std::optional<CountedIn> parse_counted_in(std::string_view w) noexcept {
    return find<CountedIn>(counted_in_words, w);
}

const char* to_string(RejectClass c) noexcept {
    return reject_class_words[static_cast<std::size_t>(c)];
}
std::optional<RejectClass> parse_reject_class(std::string_view w) noexcept {
    return find<RejectClass>(reject_class_words, w);
}

const char* to_string(OptOutReason r) noexcept {
    return opt_out_words[static_cast<std::size_t>(r)];
}
std::optional<OptOutReason> parse_opt_out_reason(std::string_view w) noexcept {
    return find<OptOutReason>(opt_out_words, w);
}

const char* to_string(ConnectionState s) noexcept {
    constexpr std::array words{"ready", "needs_sign_in", "stopped"};
    return words[static_cast<std::size_t>(s)];
}
const char* to_string(AuthKind k) noexcept {
    return k == AuthKind::api_key ? "api_key" : "oauth";
}
const char* to_string(Mode m) noexcept {
    return m == Mode::mirror ? "mirror" : "upsert";
}
const char* to_string(Existing e) noexcept {
    return existing_words[static_cast<std::size_t>(e)];
}
std::optional<Existing> parse_existing(std::string_view word) noexcept {
    return find<Existing>(existing_words, word);
}
const char* to_string(Segment::Kind k) noexcept {
    constexpr std::array words{"query", "table", "file", "entity"};
    return words[static_cast<std::size_t>(k)];
}

}  // namespace audienced::model
