#include "control/problem.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"

namespace audienced::control {
namespace {

constexpr std::string_view type_prefix = "urn:audienced:error:";

struct Row {
    Errc code;
    unsigned status;
    const char* title;
};
// One row per Errc, in its order; 422 is "understood, and reality does not allow it", 502 to 504 speak of
// the services that the daemon calls.
constexpr Row rows[] = {
    {Errc::usage, 400, "the request is malformed"},
    {Errc::not_found, 404, "not found"},
    {Errc::not_permitted, 403, "not permitted"},
    {Errc::wrong_state, 409, "refused in this state"},
    {Errc::plan_expired, 409, "the plan has expired"},
    {Errc::stale, 503, "the knowledge to act on is too old"},
    {Errc::network, 502, "the network failed"},
    {Errc::timeout, 504, "no answer in time"},
    {Errc::tls, 502, "no verified TLS connection"},
    {Errc::auth, 422, "the credentials were refused"},
    {Errc::rate_limited, 503, "the rate of calls is limited"},
    {Errc::quota, 503, "the daily limit of calls is used up"},
    {Errc::refused, 422, "the provider refused"},
    {Errc::too_large, 413, "too large"},
    {Errc::bad_answer, 502, "the answer is malformed"},
    {Errc::bad_config, 422, "the configuration is not valid here"},
    {Errc::not_ready, 503, "a dependency is not ready"},
    {Errc::source_changed, 503, "the source changed while it was read"},
    {Errc::store_busy, 503, "the database is busy"},
    {Errc::store_full, 507, "the disk is full"},
    {Errc::store_corrupt, 500, "the database is damaged"},
    {Errc::store_failed, 500, "the database failed"},
    {Errc::cancelled, 503, "cancelled"},
    {Errc::bug, 500, "a bug"},
};

const Row& row_of(Errc code) noexcept {
    const auto it =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.code == code; });
    return it == std::end(rows) ? rows[std::size(rows) - 1] : *it;
}

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string{};
}

}  // namespace

unsigned http_status(Errc code) noexcept {
    return row_of(code).status;
}

int exit_code(Errc code) noexcept {
    switch (code) {
        case Errc::usage:
            return exit_usage;
        case Errc::not_found:
            return exit_not_found;
        case Errc::not_permitted:
            return exit_not_permitted;
        case Errc::wrong_state:
        case Errc::plan_expired:
            return exit_refused;
        default:
            return exit_failed;
    }
}

std::string print_problem(const Error& error) {
    const Row& row = row_of(error.code);
    nlohmann::json problem;
    problem["type"] = std::string(type_prefix) + to_string(error.code);
    problem["title"] = row.title;
    problem["status"] = row.status;
    problem["detail"] = error.message;
    if (!error.hint.empty()) problem["hint"] = error.hint;
    if (error.retry_at) problem["retry_at"] = to_iso8601(*error.retry_at);
    return problem.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Error parse_problem(std::string_view body, unsigned status) {
    const auto problem = nlohmann::json::parse(body, nullptr, false);
    if (problem.is_object()) {
        const std::string type = text_of(problem, "type");
        for (const Row& row : rows)
            if (type == std::string(type_prefix) + to_string(row.code))
                return make_error(row.code, text_of(problem, "detail"), text_of(problem, "hint"));
    }
    return make_error(Errc::bad_answer, "the daemon answered with HTTP status " + std::to_string(status),
                      "is this the socket of audienced, and of the same version?");
}

}  // namespace audienced::control
