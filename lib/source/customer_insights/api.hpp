// Calls to the API as the service wants them: signed in, with a subscription key, paced, tried again.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "source/customer_insights/customer_insights.hpp"
#include "source/customer_insights/pace.hpp"

namespace audienced::source::customer_insights {

class Api {
public:
    Api(const Options& options, const Environment& environment);

    /// GET of what stands behind /v1/instances/<id>. Errors: not_ready, auth, not_found (404), cancelled.
    result<std::string> get(const std::string& path_and_query, const std::stop_token& stop);
    /// A partition from where the API said it lies, with none of our credentials. Errors: not_ready,
    /// cancelled.
    result<std::string> fetch(http::Request request, const std::stop_token& stop);

private:
    result<void> sign_in(const std::stop_token& stop);
    /// Any status but those worth another try; waits between tries.
    result<http::Response> send(const http::Request& request, std::chrono::seconds patience,
                                const std::stop_token& stop);
    http::Request authorised(const std::string& path_and_query) const;
    Error refused(const http::Response& response) const;

    const Options& options_;
    Environment environment_;
    Pace pace_;
    Secret client_secret_;
    std::vector<Secret> keys_;  // the first one that works is used until it does not
    std::size_t key_ = 0;
    Secret token_;
    SteadyTime token_ends_{};
};

}  // namespace audienced::source::customer_insights
