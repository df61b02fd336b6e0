// Signing in, as the control socket sees it.
#include "live.hpp"
#include "run/sign_in/sign_ins.hpp"

namespace audienced::daemon {
namespace {

control::AccountView view(const provider::Account& account) {
    control::AccountView out;
    out.id = account.id;
    out.name = account.name;
    out.role = account.role;
    return out;
}

run::SignInBy by(const control::SignInRequest& wish) {
    run::SignInBy out;
    out.uid = wish.uid;
    out.user = wish.user;
    return out;
}

}  // namespace

void Live::connection_changed(std::string name) {
    if (env_.sign_ins) env_.sign_ins->forget(name);
}

awaitable<result<control::SignInView>> Live::start_sign_in(control::SignInRequest wish) {
    run::SignInFlows::Request wanted;
    wanted.connection = wish.connection;
    wanted.device = wish.device;
    wanted.listen = wish.listen;
    wanted.by = by(wish);
    auto started = co_await desk_.start(std::move(wanted));
    if (!started) co_return started.error();
    control::SignInView out;
    out.id = started->id;
    out.url = started->url;
    out.redirect_uri = started->redirect_uri;
    out.user_code = started->user_code;
    out.verification_uri = started->verification_uri;
    out.verification_uri_complete = started->verification_uri_complete;
    out.expires_at = started->expires_at;
    co_return out;
}

awaitable<result<std::optional<control::AccountView>>> Live::await_sign_in(std::string connection,
                                                                           std::string id,
                                                                           Deadline deadline) {
    auto account = co_await desk_.wait(std::move(connection), std::move(id), deadline);
    if (!account) co_return account.error();
    std::optional<control::AccountView> out;
    if (*account) out = view(**account);
    co_return out;
}

awaitable<result<control::AccountView>> Live::import_token(control::SignInRequest wish,
                                                           model::Credentials tokens) {
    auto who = by(wish);
    auto account = co_await desk_.import_token(wish.connection, std::move(tokens), std::move(who));
    if (!account) co_return account.error();
    co_return view(*account);
}

}  // namespace audienced::daemon
