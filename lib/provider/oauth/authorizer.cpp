#include "provider/oauth/authorizer.hpp"

#include <algorithm>

#include "provider/oauth/freshness.hpp"
#include "provider/oauth/requests.hpp"

namespace audienced::provider::oauth {
namespace {

constexpr unsigned attempts = 4;

}  // namespace

OAuthAuthorizer::OAuthAuthorizer(Parts parts, std::string connection)
    : parts_(std::move(parts)), connection_(std::move(connection)), changed_(parts_.io) {}

void OAuthAuthorizer::use(Application app) {
    app_ = std::move(app);
    forget();
}

bool OAuthAuthorizer::usable() const {
    return known_ && !credentials_.access_token.empty() && is_fresh(credentials_, parts_.time->now());
}

Secret OAuthAuthorizer::bearer() const {
    return app_.rules.scheme.value(credentials_.access_token);
}

bool OAuthAuthorizer::is_current(const Secret& header) const {
    return known_ && bearer().reveal() == header.reveal();
}

awaitable<result<Secret>> OAuthAuthorizer::header() {
    if (!usable()) {
        auto renewed = co_await renew(Secret());
        if (!renewed) co_return renewed.error();
    }
    co_return bearer();
}

awaitable<result<bool>> OAuthAuthorizer::refused(Secret header) {
    // Twice: a refresh that was under way already may have been for another reason.
    for (int i = 0; i < 2; ++i) {
        if (usable() && !is_current(header)) co_return true;
        auto renewed = co_await renew(header);
        if (!renewed) co_return renewed.error();
    }
    co_return !is_current(header);
}

awaitable<result<void>> OAuthAuthorizer::renew(Secret refused) {
    if (!renewing_) {
        renewing_ = true;
        parts_.tasks->spawn("refresh of " + connection_, renew_for_all(std::move(refused)));
    }
    while (renewing_) {
        auto waited = co_await changed_.wait();
        if (!waited) co_return waited.error();
    }
    co_return outcome_;
}

awaitable<void> OAuthAuthorizer::renew_for_all(Secret refused) {
    const auto self = shared_from_this();
    struct Done {
        OAuthAuthorizer& a;
        ~Done() {
            a.renewing_ = false;
            a.changed_.notify_all();
        }
    } done{*this};
    outcome_ = make_error(Errc::bug, "the refresh ended without a result");
    auto renewed = co_await renew_now(std::move(refused));
    outcome_ = std::move(renewed);
}

awaitable<result<void>> OAuthAuthorizer::renew_now(Secret refused) {
    if (unsaved_) {
        auto fresh = *unsaved_;
        auto used = unsaved_used_;
        co_return co_await keep(std::move(fresh), std::move(used));
    }
    auto stored = co_await parts_.tokens->load();
    if (!stored) co_return stored.error();
    credentials_ = stored->credentials;
    app_.client_secret = credentials_.client_secret;
    known_ = true;
    const bool was_refused = !refused.empty() && is_current(refused);
    if (usable() && !was_refused) co_return result<void>{};
    if (credentials_.access_token.empty() && credentials_.refresh_token.empty())
        co_return co_await give_up("no user has signed in yet");
    if (!app_.rules.refreshes) co_return co_await give_up("the provider no longer accepts its token");
    if (credentials_.refresh_token.empty())
        co_return co_await give_up("its token has expired, and it has no refresh token");
    co_return co_await refresh(std::move(*stored));
}

awaitable<result<void>> OAuthAuthorizer::refresh(StoredTokens stored) {
    auto begun = co_await parts_.tokens->begin_refresh();
    if (!begun) co_return begun.error();
    const Secret used = stored.credentials.refresh_token;
    auto request = refresh_request(app_, used);
    auto asked = co_await parts_.endpoint->ask(app_, std::move(request), attempts);
    if (!asked) co_return asked.error();
    const bool lost = stored.unanswered || asked->answer_lost;
    if (asked->answer.kind == TokenAnswer::Kind::granted) {
        auto fresh = after_grant(std::move(stored.credentials), asked->answer, parts_.time->now());
        co_return co_await keep(std::move(fresh), used);
    }
    const bool gone = asked->answer.error == "invalid_grant";
    // Whether an answer is missing matters until the grant is known to be good or gone.
    if (gone || !lost) {
        auto ended = co_await parts_.tokens->end_refresh();
        if (!ended) co_return ended.error();
    }
    if (gone && lost)
        co_return co_await give_up(
            "the answer to a refresh was lost, and the one-time refresh token with it (invalid_grant)");
    if (gone) co_return co_await give_up("the provider has revoked the grant (invalid_grant)");
    if (asked->answer.kind == TokenAnswer::Kind::refused)
        co_return make_error(
            Errc::auth, "connection " + connection_ + " cannot refresh its token: " + asked->answer.why,
            "compare client id and secret with what is registered at the provider; audiencectl "
            "connection edit " +
                connection_ + " --client-secret-file FILE");
    Error failed = asked->error;
    failed.message = "connection " + connection_ + " could not refresh its token: " + failed.message;
    co_return failed;
}

awaitable<result<void>> OAuthAuthorizer::keep(model::Credentials fresh, Secret used) {
    unsaved_ = fresh;
    unsaved_used_ = used;
    auto kept = co_await parts_.tokens->save(fresh, used);
    if (!kept) co_return kept.error();
    unsaved_.reset();
    unsaved_used_ = Secret();
    if (!*kept) {  // a user signed in meanwhile: use those tokens
        auto stored = co_await parts_.tokens->load();
        if (!stored) co_return stored.error();
        fresh = stored->credentials;
    }
    credentials_ = std::move(fresh);
    known_ = true;
    co_return result<void>{};
}

awaitable<result<void>> OAuthAuthorizer::give_up(std::string why) {
    known_ = false;
    auto told = co_await parts_.tokens->sign_in_needed(why);
    if (!told) co_return told.error();
    co_return make_error(Errc::auth, "connection " + connection_ + " needs a new sign-in: " + why,
                         "audiencectl connection authenticate " + connection_);
}

}  // namespace audienced::provider::oauth
