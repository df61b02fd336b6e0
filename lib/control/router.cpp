#include "control/router.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <string_view>

#include "control/handlers/routes.hpp"
#include "control/hidden.hpp"
#include "control/sight.hpp"

namespace audienced::control {
namespace {

std::string_view next_step(std::string_view& rest) {
    const auto slash = rest.find('/');
    const auto step = rest.substr(0, slash);
    rest = slash == rest.npos ? std::string_view{} : rest.substr(slash + 1);
    return step;
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
    std::vector<std::string> arguments;
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = next_step(pattern);
        const auto given = next_step(path);
        if (wanted == "{}" && !given.empty())
            arguments.emplace_back(given);
        else if (wanted != given)
            return std::nullopt;
    }
    if (!pattern.empty() || !path.empty()) return std::nullopt;
    return arguments;
}

struct Found {
    const Route* route = nullptr;
    bool other_method = false;
};

Found find_route(Request& request) {
    Found found;
    for (const Route& route : routes()) {
        auto arguments = match(route.pattern, request.path);
        if (!arguments) continue;
        if (request.method != route.method) {
            found.other_method = true;
            continue;
        }
        request.arguments = std::move(*arguments);
        found.route = &route;
        return found;
    }
    return found;
}

awaitable<result<std::string>> masked(Context& context, std::string text) {
    const auto facts = context.live->backup_facts();
    const auto mask = [&](store::Database& db, const vault::Vault&) -> result<std::string> {
        auto hidden = load_hidden_places(db);
        if (!hidden) return hidden.error();
        hidden->add(facts.state_dir);
        hidden->add(facts.config_file);
        return hidden->mask(std::move(text));
    };
    co_return co_await context.store->run(mask);
}

/// For others than administrators. Ends where it cannot be told what must be masked.
class MaskedStream final : public Stream {
public:
    MaskedStream(Context& context, std::unique_ptr<Stream> stream)
        : context_(context), stream_(std::move(stream)) {}
    awaitable<std::string> next() override {
        std::string piece = co_await stream_->next();
        if (piece.empty()) co_return piece;
        auto text = co_await masked(context_, std::move(piece));
        co_return text ? std::move(*text) : std::string();
    }

private:
    Context& context_;
    std::unique_ptr<Stream> stream_;
};

/// What an answer quotes of the definitions, in whatever field: here, so that no handler can forget it.
awaitable<Reply> as_seen(Context& context, const Caller& caller, Reply reply) {
    if (reads_everything(caller)) co_return reply;
    if (reply.stream) {
        reply.stream = std::make_unique<MaskedStream>(context, std::move(reply.stream));
        co_return reply;
    }
    auto text = co_await masked(context, std::move(reply.body));
    if (!text) co_return problem_reply(text.error());
    reply.body = std::move(*text);
    co_return reply;
}

}  // namespace

const std::vector<Route>& routes() {
    static const std::vector<Route> all = [] {
        std::vector<Route> out;
        for (const auto& some :
             {status_routes(),       check_routes(),       source_routes(),          segment_routes(),
              connection_routes(),   consent_routes(),     sign_in_routes(),         export_routes(),
              export_check_routes(), export_try_routes(),  export_withdraw_routes(), export_members_routes(),
              run_routes(),          run_control_routes(), run_undo_routes(),        refresh_routes(),
              schedule_routes(),     audit_routes(),       doctor_routes(),          apply_routes(),
              keys_routes(),         forget_routes(),      backup_routes()})
            out.insert(out.end(), some.begin(), some.end());
        return out;
    }();
    return all;
}

bool Router::ends_with_client(const Request& request) const {
    Request copy;
    copy.method = request.method;
    copy.path = request.path;
    const Found found = find_route(copy);
    return found.route && found.route->ends_with_client;
}

/// What cannot be read is not told: the request itself counts.
awaitable<std::vector<model::RunId>> Router::in_wait(const Caller& caller) {
    const auto read = [&](store::Database& db, const vault::Vault&) { return plans_in_wait(db, caller); };
    auto found = co_await context_.store->run(read);
    if (!found) co_return std::vector<model::RunId>();
    co_return std::move(*found);
}

awaitable<void> Router::tell_lost(const Caller& caller, std::vector<model::RunId> waiting, Reply& reply) {
    const auto read = [&](store::Database& db, const vault::Vault&) {
        return plans_lost(db, caller, waiting);
    };
    auto lost = co_await context_.store->run(read);
    if (lost) add_plans_lost(reply, *lost);
}

awaitable<Reply> Router::respond(Request request) {
    const Found found = find_route(request);
    // A caller without a role learns nothing, not even which paths there are.
    const Action action = found.route ? found.route->action : Action::see_status;
    if (!may(request.caller.role, action)) co_return problem_reply(not_permitted(request.caller, action));
    if (!found.route) {
        Reply refusal = problem_reply(
            make_error(found.other_method ? Errc::usage : Errc::not_found,
                       found.other_method ? "this path does not accept that method" : "there is no such path",
                       "docs/CONTROL.md lists them"));
        if (found.other_method) refusal.status = 405;
        co_return refusal;
    }
    const std::string where = found.route->pattern;
    const Caller caller = request.caller;
    const bool changes = request.method != "GET";
    std::optional<Error> failed;
    try {
        std::vector<model::RunId> waiting;
        if (changes) waiting = co_await in_wait(caller);
        auto reply = co_await found.route->handle(context_, std::move(request));
        if (reply && !waiting.empty()) co_await tell_lost(caller, std::move(waiting), *reply);
        if (reply) {
            Reply shown = co_await as_seen(context_, caller, std::move(*reply));
            co_return shown;
        }
        failed = reply.error();
    } catch (const boost::system::system_error& e) {
        if (e.code() == boost::asio::error::operation_aborted) throw;  // the server stops
        if (on_bug_) on_bug_(where, e.what());
    } catch (const std::exception& e) {
        if (on_bug_) on_bug_(where, e.what());
    }
    if (!failed)
        failed = make_error(Errc::bug, "the request failed because of a bug", "see the daemon's log");
    Reply problem = problem_reply(as_seen(caller, std::move(*failed)));
    Reply shown = co_await as_seen(context_, caller, std::move(problem));
    co_return shown;
}

}  // namespace audienced::control
