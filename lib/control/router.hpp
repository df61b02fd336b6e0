// From a request to the handler of its resource, after the check of the caller's role.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "aio/time.hpp"
#include "control/authorise.hpp"
#include "control/daemon_seam.hpp"
#include "control/request.hpp"
#include "model/run.hpp"
#include "store/store.hpp"

namespace audienced::control {

/// What handlers work with; everything pointed to outlives the server.
struct Context {
    store::Store* store = nullptr;
    Live* live = nullptr;
    aio::Time* time = nullptr;
};

struct Route {
    const char* method;
    const char* pattern;  // "/v1/runs/{}/events"; each {} is one non-empty step
    Action action;        // looked up in the table of authorise.cpp before the handler is called
    awaitable<result<Reply>> (*handle)(Context&, Request);
    bool ends_with_client = false;  // see Responder
};

/// Every route of the socket, for the router and for tests that walk them.
const std::vector<Route>& routes();

class Router final : public Responder {
public:
    using OnBug = std::function<void(const std::string& where, const std::string& what)>;
    explicit Router(Context context, OnBug on_bug = {}) : context_(context), on_bug_(std::move(on_bug)) {}
    awaitable<Reply> respond(Request request) override;
    bool ends_with_client(const Request& request) const override;

private:
    awaitable<std::vector<model::RunId>> in_wait(const Caller&);
    awaitable<void> tell_lost(const Caller&, std::vector<model::RunId> waiting, Reply&);

    Context context_;
    OnBug on_bug_;
};

}  // namespace audienced::control
