// /v1/doctor/hooks: a test by each way that tells people.
#include <nlohmann/json.hpp>

#include "control/fields.hpp"
#include "control/handlers/reply.hpp"
#include "control/handlers/routes.hpp"

namespace audienced::control {
using nlohmann::json;

namespace {

awaitable<result<Reply>> test_hooks(Context& context, Request request) {
    Fields fields(request.body);
    if (auto good = fields.finish(); !good) co_return good.error();
    auto tested = co_await context.live->test_hooks();
    if (!tested) co_return tested.error();
    json hooks = json::array();
    bool ok = true;
    for (const notify::WayTest& one : *tested) {
        json line;
        line["way"] = one.way;
        line["target"] = one.target;
        line["ok"] = one.ok;
        line["answer"] = one.answer;
        line["milliseconds"] = one.took.count();
        hooks.push_back(std::move(line));
        ok = ok && one.ok;
    }
    json out;
    out["ok"] = ok;
    out["hooks"] = std::move(hooks);
    co_return json_reply(out);
}

}  // namespace

std::vector<Route> doctor_routes() {
    return {{"POST", "/v1/doctor/hooks", Action::test_hooks, test_hooks}};
}

}  // namespace audienced::control
