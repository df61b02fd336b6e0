// What went wrong, and what to do about it. Errors are values; exceptions mean a bug.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <string>

namespace audienced {

/// Short list of codes about *our* world; a vendor's code goes into the message.
enum class Errc {
    usage,           // the request itself is malformed: an argument, a name, a calendar (exit 2)
    not_found,       // no such connection, audience, column ... (exit 5)
    not_permitted,   // the caller's role does not allow it (exit 4)
    wrong_state,     // exists already, in use, no consent, run not held ... (exit 6)
    stale,           // what it was decided on is too old by now: look again
    plan_expired,    // what was planned is not what is stored now: plan anew (exit 6)
    network,         // refused, reset, unreachable, name not resolved
    timeout,         // a deadline passed; the outcome of a write is unknown
    tls,             // certificate, host name, protocol version
    auth,            // the provider or a source refused our credentials; a person must act
    rate_limited,    // told to slow down; Error::retry_at may say until when
    quota,           // the day's budget is spent; Error::retry_at says until when
    refused,         // the provider understood and refused; sending it again changes nothing
    too_large,       // more than a limit allows
    bad_answer,      // an answer that is not what its documentation promises
    bad_config,      // configuration or stored definition does not fit reality
    not_ready,       // something we depend on is not there yet: the run is skipped
    source_changed,  // the source changed while it was read: read again
    store_busy,
    store_full,
    store_corrupt,
    store_failed,  // our own database
    cancelled,     // asked to stop; never retried, never alarmed
    bug,           // cannot happen
};

const char* to_string(Errc) noexcept;

/// Whose words a text quotes. Those of a source may hold a query, a path or a value; those about a connection
/// say why it cannot be used. Both are for administrators: control/sight.hpp.
enum class Quotes { nothing, source, connection };

struct Error {
    Errc code = Errc::bug;
    std::string message;  // what happened and why, one sentence; never a secret, an address or a body
    std::string hint;     // what to do next; may be empty
    std::optional<std::chrono::system_clock::time_point> retry_at;
    bool safe_to_retry = false;  // the same call may succeed later without action by a person
    Quotes quotes = Quotes::nothing;

    /// "message; hint", as a person reads it.
    std::string text() const;
};

template <class T>
using result = boost::system::result<T, Error>;

Error make_error(Errc code, std::string message, std::string hint = {});
Error retryable(Errc code, std::string message, std::string hint = {});

[[noreturn]] void throw_exception_from_error(const Error&, const boost::source_location&);

}  // namespace audienced
