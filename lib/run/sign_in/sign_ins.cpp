#include "run/sign_in/sign_ins.hpp"

#include "log/events.hpp"
#include "run/sign_in/connection_tokens.hpp"

namespace audienced::run {

SignIns::SignIns(boost::asio::any_io_executor io, aio::Time& time, Random& random, store::Store& store,
                 http::Client& http, provider::Limiters& limiters, log::Log& log)
    : io_(io),
      time_(time),
      store_(store),
      log_(log),
      endpoint_(http, time, random, limiters),
      refreshes_(io, [&log](const std::string& where, const std::string& what) {
          log.write(log::internal_error(where, what));
      }) {}

result<std::shared_ptr<provider::Authorizer>> SignIns::authorizer(const model::Connection& connection) {
    auto application = provider::oauth::application_of(connection, Secret());
    if (!application) return application.error();
    auto& found = by_name_[connection.name];
    if (!found) {
        provider::oauth::OAuthAuthorizer::Parts parts;
        parts.endpoint = &endpoint_;
        parts.time = &time_;
        parts.tasks = &refreshes_;
        parts.io = io_;
        parts.tokens = std::make_shared<ConnectionTokens>(store_, log_, time_, connection.name);
        found = std::make_shared<provider::oauth::OAuthAuthorizer>(std::move(parts), connection.name);
    }
    found->use(std::move(*application));
    return std::shared_ptr<provider::Authorizer>(found);
}

void SignIns::forget(const std::string& connection) {
    if (const auto it = by_name_.find(connection); it != by_name_.end()) it->second->forget();
}

awaitable<void> SignIns::close() {
    endpoint_.stop();
    co_await refreshes_.wait();
}

}  // namespace audienced::run
