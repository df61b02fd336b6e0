#include "base/error.hpp"

#include <stdexcept>

namespace audienced {

const char* to_string(Errc code) noexcept {
    switch (code) {
        case Errc::usage:
            return "usage";
        case Errc::not_found:
            return "not_found";
        case Errc::not_permitted:
            return "not_permitted";
        case Errc::wrong_state:
            return "wrong_state";
        case Errc::stale:
            return "stale";
        case Errc::plan_expired:
            return "plan_expired";
        case Errc::network:
            return "network";
        case Errc::timeout:
            return "timeout";
        case Errc::tls:
            return "tls";
        case Errc::auth:
            return "auth";
        case Errc::rate_limited:
            return "rate_limited";
        case Errc::quota:
            return "quota";
        case Errc::refused:
            return "refused";
        case Errc::too_large:
            return "too_large";
        case Errc::bad_answer:
            return "bad_answer";
        case Errc::bad_config:
            return "bad_config";
        case Errc::not_ready:
            return "not_ready";
        case Errc::source_changed:
            return "source_changed";
        case Errc::store_busy:
            return "store_busy";
        case Errc::store_full:
            return "store_full";
        case Errc::store_corrupt:
            return "store_corrupt";
        case Errc::store_failed:
            return "store_failed";
        case Errc::cancelled:
            return "cancelled";
        case Errc::bug:
            return "bug";
    }
    return "bug";
}

std::string Error::text() const {
    return hint.empty() ? message : message + "; " + hint;
}

Error make_error(Errc code, std::string message, std::string hint) {
    Error e;
    e.code = code;
    e.message = std::move(message);
    e.hint = std::move(hint);
    return e;
}

Error retryable(Errc code, std::string message, std::string hint) {
    Error e = make_error(code, std::move(message), std::move(hint));
    e.safe_to_retry = true;
    return e;
}

void throw_exception_from_error(const Error& e, const boost::source_location&) {
    throw std::logic_error("unchecked error: " + e.text());
}

}  // namespace audienced
