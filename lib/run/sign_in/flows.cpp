#include "run/sign_in/flows.hpp"

#include "aio/task_group.hpp"
#include "aio/with_deadline.hpp"
#include "log/events.hpp"
#include "provider/oauth/device.hpp"
#include "provider/oauth/loopback.hpp"
#include "provider/oauth/pkce.hpp"
#include "provider/oauth/requests.hpp"
#include "run/sign_in/sign_ins.hpp"
#include "store/definitions.hpp"

namespace audienced::run {
namespace {

namespace oauth = provider::oauth;

constexpr std::chrono::minutes browser_patience{10};
constexpr unsigned redeem_attempts = 3;

struct Found {
    model::Connection connection;
    Secret client_secret;
};

awaitable<result<Found>> find(Environment& env, std::string name) {
    auto read = [name](store::Database& db, const vault::Vault& vault) -> result<Found> {
        auto connection = store::get_connection(db, name);
        if (!connection) return connection.error();
        auto credentials = store::get_credentials(db, vault, name);
        if (!credentials) return credentials.error();
        Found out;
        out.connection = std::move(*connection);
        out.client_secret = std::move(credentials->client_secret);
        return out;
    };
    auto found = co_await env.store->run(std::move(read));
    if (found && found->connection.auth != model::AuthKind::oauth)
        co_return make_error(Errc::wrong_state,
                             "connection " + name + " has an API key; there is nothing to sign in",
                             "add a connection with --client-id for OAuth");
    co_return found;
}

Error refused_code(const oauth::TokenAnswer& answer) {
    if (answer.error == "invalid_grant")
        return make_error(
            Errc::auth,
            "the login service does not take the code (invalid_grant): it is too old, or was used before",
            "start the sign-in again");
    return make_error(Errc::auth, "the login service refused: " + answer.why,
                      "compare client id and secret with what is registered at the provider");
}

/// Of one that another took the place of.
Error replaced(const std::string& connection) {
    return make_error(
        Errc::cancelled, "this sign-in was ended: a newer one of the connection " + connection + " began",
        "go on with that one, or start again: audiencectl connection authenticate " + connection);
}

model::Credentials granted(const oauth::TokenAnswer& answer, SysTime now) {
    return oauth::after_grant(model::Credentials(), answer, now);
}

}  // namespace

struct SignInFlows::Session {
    Session(boost::asio::any_io_executor io, aio::TaskGroup::OnBug on_bug)
        : tasks(io, std::move(on_bug)), changed(io) {}

    std::string id, connection;
    SignInBy by;
    oauth::Application app;
    std::string state, redirect_uri;
    oauth::Pkce pkce;
    oauth::DeviceOffer offer;
    std::unique_ptr<oauth::Loopback> loopback;
    Deadline deadline;
    std::optional<result<provider::Account>> outcome;
    aio::TaskGroup tasks;
    aio::Event changed;

    /// Set before its tasks are cancelled: what it says then.
    std::optional<Error> why_ended;

    void finish(result<provider::Account> what) {
        if (!what && what.error().code == Errc::cancelled && why_ended) what = *why_ended;
        outcome = std::move(what);
        changed.notify_all();
    }
};

SignInFlows::~SignInFlows() = default;

awaitable<result<SignInStarted>> SignInFlows::start(SignInRequest request) {
    auto found = co_await find(env_, request.connection);
    if (!found) co_return found.error();
    auto application = oauth::application_of(found->connection, found->client_secret);
    if (!application) co_return application.error();
    if (request.device && application->rules.device_path.empty())
        co_return make_error(Errc::usage, "this provider has no device codes",
                             "sign in with a browser, without --device");
    if (!application->rules.pkce && application->client_secret.empty())
        co_return make_error(
            Errc::wrong_state,
            "connection " + request.connection + " has no client secret, and this provider asks for one",
            "audiencectl connection edit " + request.connection + " --client-secret-file FILE");
    oauth::ListenAddress at;
    if (!request.listen.empty()) {
        auto parsed = oauth::parse_listen(request.listen);
        if (!parsed) co_return parsed.error();
        at = *parsed;
    }
    auto on_bug = [log = env_.log](const std::string& where, const std::string& what) {
        log->write(log::internal_error(where, what));
    };
    auto session = std::make_shared<Session>(env_.io, std::move(on_bug));
    session->id = oauth::random_token(*env_.random);
    session->state = oauth::random_token(*env_.random);
    session->connection = request.connection;
    session->by = request.by;
    session->app = std::move(*application);
    // One under way is ended by what takes its place alone, not by what cannot begin.
    result<SignInStarted> started = make_error(Errc::bug, "nothing was begun");
    if (request.device)
        started = co_await begin_device(session);
    else
        started = begin_browser(*session, at);
    if (!started && !request.device && holds_port(request.connection, at)) {
        co_await replace(request.connection, nullptr);
        started = begin_browser(*session, at);
    }
    if (!started) co_return started.error();
    co_await replace(request.connection, session);
    if (request.device)
        session->tasks.spawn("sign-in of " + request.connection, carry_device(session));
    else
        session->tasks.spawn("sign-in of " + request.connection, carry_browser(session));
    started->id = session->id;
    co_return started;
}

bool SignInFlows::holds_port(const std::string& connection, const oauth::ListenAddress& at) const {
    const auto it = by_connection_.find(connection);
    return it != by_connection_.end() && it->second->loopback && !it->second->outcome &&
           it->second->loopback->port() == at.port;
}

awaitable<void> SignInFlows::replace(std::string connection, std::shared_ptr<Session> session) {
    const auto before = std::exchange(by_connection_[connection], std::move(session));
    if (!by_connection_[connection]) by_connection_.erase(connection);
    if (!before) co_return;
    if (!before->outcome) replaced_[connection] = before->id;
    co_await end(before, replaced(connection));
}

result<SignInStarted> SignInFlows::begin_browser(Session& session, const oauth::ListenAddress& at) {
    auto opened = oauth::Loopback::open(env_.io, at);
    if (!opened) return opened.error();
    session.loopback = std::move(*opened);
    if (session.app.rules.pkce) session.pkce = oauth::make_pkce(*env_.random);
    session.redirect_uri = oauth::redirect_uri(session.app.rules, session.loopback->port());
    session.deadline = env_.time->steady() + browser_patience;
    SignInStarted out;
    out.url = oauth::authorize_url(session.app, session.redirect_uri, session.state, session.pkce.challenge);
    out.redirect_uri = session.redirect_uri;
    out.expires_at = env_.time->now() + browser_patience;
    return out;
}

awaitable<result<SignInStarted>> SignInFlows::begin_device(std::shared_ptr<Session> session) {
    auto request = oauth::device_request(session->app, session->state);
    auto answered = co_await env_.sign_ins->endpoint().once(session->app, std::move(request));
    if (!answered) co_return answered.error();
    auto offer = oauth::read_device_offer(*answered);
    if (!offer) co_return offer.error();
    session->offer = std::move(*offer);
    session->deadline = env_.time->steady() + session->offer.expires_in;
    SignInStarted out;
    out.user_code = session->offer.user_code;
    out.verification_uri = session->offer.verification_uri;
    out.verification_uri_complete = session->offer.verification_uri_complete;
    out.expires_at = env_.time->now() + session->offer.expires_in;
    co_return out;
}

awaitable<void> SignInFlows::carry_browser(std::shared_ptr<Session> session) {
    auto coming = session->loopback->wait_for_code(session->state);
    auto code = co_await aio::with_deadline(*env_.time, session->deadline, std::move(coming));
    if (!code && (code.error().code == Errc::timeout || code.error().code == Errc::cancelled)) {
        auto why = make_error(Errc::timeout, "the browser did not come back within ten minutes",
                              "start the sign-in again");
        co_await session->loopback->close();
        session->finish(code.error().code == Errc::timeout ? std::move(why) : code.error());
        co_return;
    }
    result<provider::Account> account = make_error(Errc::bug, "no code");
    if (code)
        account = co_await redeem(session, *code);
    else
        account = code.error();
    std::string trouble = account ? std::string() : account.error().text();
    co_await session->loopback->answer(std::move(trouble));
    session->finish(std::move(account));
}

awaitable<result<provider::Account>> SignInFlows::redeem(std::shared_ptr<Session> session, Secret code) {
    auto request = oauth::redeem_request(session->app, code, session->redirect_uri, session->pkce.verifier);
    auto asked = co_await env_.sign_ins->endpoint().ask(session->app, std::move(request), redeem_attempts);
    if (!asked) co_return asked.error();
    if (asked->answer.kind == oauth::TokenAnswer::Kind::refused) co_return refused_code(asked->answer);
    if (asked->answer.kind != oauth::TokenAnswer::Kind::granted) co_return asked->error;
    auto tokens = granted(asked->answer, env_.time->now());
    co_return co_await prove_and_store(env_, session->connection, std::move(tokens), session->by);
}

awaitable<void> SignInFlows::carry_device(std::shared_ptr<Session> session) {
    auto interval = session->offer.interval;
    for (;;) {
        auto slept = co_await env_.time->sleep_for(interval);
        if (!slept) {
            session->finish(slept.error());
            co_return;
        }
        if (env_.time->steady() >= session->deadline) {
            session->finish(oauth::device_code_expired());
            co_return;
        }
        auto request = oauth::device_poll_request(session->app, session->offer.device_code);
        auto answered = co_await env_.sign_ins->endpoint().once(session->app, std::move(request));
        oauth::TokenAnswer answer;  // transient: silence is no word of the provider
        if (answered) answer = oauth::read_token_answer(*answered);
        auto step = oauth::after_poll(answer, interval);
        interval = step.interval;
        if (step.kind == oauth::DeviceStep::Kind::wait) continue;
        result<provider::Account> account = step.error;
        if (step.kind == oauth::DeviceStep::Kind::granted) {
            auto tokens = granted(answer, env_.time->now());
            account = co_await prove_and_store(env_, session->connection, std::move(tokens), session->by);
        }
        session->finish(std::move(account));
        co_return;
    }
}

awaitable<result<std::optional<provider::Account>>> SignInFlows::wait(std::string connection, std::string id,
                                                                      Deadline deadline) {
    const auto it = by_connection_.find(connection);
    const auto ended = replaced_.find(connection);
    if (ended != replaced_.end() && ended->second == id) co_return replaced(connection);
    if (it == by_connection_.end() || it->second->id != id)
        co_return make_error(Errc::not_found, "there is no such sign-in of " + connection + " any more",
                             "start it again: audiencectl connection authenticate " + connection);
    const auto session = it->second;
    while (!session->outcome) {
        auto changed = session->changed.wait();
        auto waited = co_await aio::with_deadline(*env_.time, deadline, std::move(changed));
        if (waited) continue;
        if (waited.error().code != Errc::timeout) co_return waited.error();
        co_return std::optional<provider::Account>();
    }
    if (!*session->outcome) co_return session->outcome->error();
    co_return std::optional<provider::Account>(**session->outcome);
}

awaitable<result<provider::Account>> SignInFlows::import_token(std::string connection,
                                                               model::Credentials tokens, SignInBy by) {
    auto found = co_await find(env_, connection);
    if (!found) co_return found.error();
    co_return co_await prove_and_store(env_, std::move(connection), std::move(tokens), std::move(by));
}

awaitable<void> SignInFlows::end(std::shared_ptr<Session> session, Error why) {
    session->why_ended = why;
    session->tasks.cancel();
    co_await session->tasks.wait();
    if (session->loopback) co_await session->loopback->close();
    if (!session->outcome) session->finish(std::move(why));
}

awaitable<void> SignInFlows::close() {
    while (!by_connection_.empty()) {
        const auto session = by_connection_.begin()->second;
        by_connection_.erase(by_connection_.begin());
        Error why = make_error(Errc::cancelled, "this sign-in was ended: the daemon stopped",
                               "start it again: audiencectl connection authenticate " + session->connection);
        co_await end(session, std::move(why));
    }
}

}  // namespace audienced::run
