#include "provider/api_parts.hpp"

namespace audienced::provider {

Api::Parts api_parts(const ProviderArgs& args, http::Url base, const std::string& share_key,
                     const RateRules& rules, ClassifyResponse classify_response) {
    Api::Parts p;
    p.http = args.http;
    p.time = args.time;
    p.random = args.random;
    p.limiter = args.limiters->get(share_key, rules);
    p.authorizer = args.authorizer;
    p.classify_response = classify_response;
    p.base = std::move(base);
    if (const Kind* kind = find_kind(args.connection->provider)) p.headers = kind->headers;
    p.ca_file = args.connection->ca_file;
    p.traffic = args.traffic;
    p.observer = args.observer;
    p.may_write = args.may_write;
    p.patience = args.patience;
    return p;
}

}  // namespace audienced::provider
