// /batches: many calls in one, run later, one batch at a time per account; the results are a tar.gz behind a
// short-lived address that needs no credentials.
#include "mailchimp/batches.hpp"

#include <algorithm>
#include <cstdio>

#include "mailchimp/routes.hpp"
#include "server/gzip.hpp"
#include "wire/json.hpp"

namespace audienced::sandbox::mailchimp {
namespace {

constexpr std::size_t most_operations = 1000;
constexpr const char* states[] = {"pending", "preprocessing", "started", "finalizing", "finished"};

void append_tar(std::string& out, const std::string& name, const std::string& content, char type) {
    char head[512] = {};
    std::snprintf(head, 100, "%s", name.c_str());
    std::snprintf(head + 100, 8, "%07o", type == '5' ? 0755u : 0644u);
    std::snprintf(head + 124, 12, "%011zo", content.size());
    std::snprintf(head + 136, 12, "%011o", 0u);
    std::snprintf(head + 257, 8, "ustar");
    head[263] = head[264] = '0';
    head[156] = type;
    std::fill(head + 148, head + 156, ' ');
    unsigned sum = 0;
    for (const char c : head) sum += static_cast<unsigned char>(c);
    std::snprintf(head + 148, 8, "%06o", sum);
    out.append(head, 512);
    out += content;
    out.append((512 - content.size() % 512) % 512, '\0');
}

/// "./", several files of results in any order, one of them empty.
std::string pack(World& world, std::vector<json> results, const std::string& id) {
    std::shuffle(results.begin(), results.end(), world.random);
    std::string tar;
    append_tar(tar, "./", "", '5');
    append_tar(tar, "./" + id + "_empty.json", "", '0');
    constexpr std::size_t per_file = 200;
    for (std::size_t from = 0; from < results.size(); from += per_file) {
        json part = json::array();
        for (std::size_t i = from; i < results.size() && i < from + per_file; ++i)
            part.push_back(std::move(results[i]));
        append_tar(tar, "./" + id + "_" + std::to_string(from / per_file) + ".json", print_json(part), '0');
    }
    tar.append(1024, '\0');
    return gzip(tar);
}

Reply run_operation(World& world, const Batch& batch, const Operation& operation) {
    Request request;
    request.method = operation.method;
    request.target = "/3.0" + std::string(operation.path.starts_with("/") ? "" : "/") + operation.path;
    for (const auto& [name, value] : operation.params)
        request.target +=
            (request.target.find('?') == std::string::npos ? "?" : "&") + name + "=" + percent_encode(value);
    request.headers.emplace_back("authorization", "Bearer " + batch.secret);
    request.body = operation.body;
    split_target(request);
    return answer(world, request);
}

void execute(World& world, Batch& batch) {
    std::vector<json> results;
    for (const auto& operation : batch.operations) {
        const Reply reply = run_operation(world, batch, operation);
        ++batch.finished;
        if (reply.status >= 400) ++batch.errored;
        results.push_back({{"status_code", reply.status},
                           {"operation_id", operation.id.empty() ? json(nullptr) : json(operation.id)},
                           {"response", reply.body}});
    }
    batch.results = pack(world, std::move(results), batch.id);
}

int state_of(const World& world, const Batch& batch) {
    if (batch.started < 0) return 0;
    const double steps = (world.now() - batch.started) / std::max(world.knobs.mc_batch_step_seconds, 1e-6);
    return std::clamp(static_cast<int>(steps) + 1, 1, 4);
}

/// The clock moves the batches on: the first that is not finished runs, the others are pending.
void run_batches(World& world, Account& account) {
    double free_from = 0;
    for (auto& batch : account.batches) {
        if (batch.deleted) continue;
        if (batch.started < 0) {
            const double start = std::max(batch.submitted + world.knobs.mc_batch_step_seconds, free_from);
            if (world.now() < start) return;
            batch.started = start;
        }
        if (state_of(world, batch) < 4) return;
        if (batch.completed < 0) {
            batch.completed = batch.started + 3 * world.knobs.mc_batch_step_seconds;
            execute(world, batch);
        }
        free_from = batch.completed;
    }
}

json print_batch(World& world, Batch& batch) {
    const int state = state_of(world, batch);
    const bool finished = batch.completed >= 0;
    if (finished && world.now() >= batch.url_until) {
        batch.url_token = world.token(40);
        batch.url_until = world.now() + world.knobs.mc_batch_url_seconds;
    }
    return {
        {"id", batch.id},
        {"status", states[state]},
        {"total_operations", state >= 2 ? batch.operations.size() : 0},
        {"finished_operations", batch.finished},
        {"errored_operations", batch.errored},
        {"submitted_at", print_time(static_cast<std::int64_t>(batch.submitted), "+00:00")},
        {"completed_at", finished ? print_time(static_cast<std::int64_t>(batch.completed), "+00:00") : ""},
        {"response_body_url",
         finished ? world.base_url + "/batch-results/" + batch.id + "?signature=" + batch.url_token : ""},
        {"_links", json::array()}};
}

Batch* find_batch(Call& call) {
    constexpr double kept_seconds = 7 * 86400;
    for (auto& batch : call.account.batches)
        if (batch.id == call.params.at(0) && !batch.deleted &&
            call.world.now() - batch.submitted < kept_seconds)
            return &batch;
    return nullptr;
}

}  // namespace

Reply post_batch(Call& call) {
    auto body = read_body(call);
    if (!body) return body.error();
    run_batches(call.world, call.account);
    const auto operations = body->find("operations");
    FieldErrors errors;
    errors.emplace_back("operations", "Required fields were not provided: operations");
    if (operations == body->end() || !operations->is_array() || operations->empty())
        return schema_refusal(errors);
    if (operations->size() > most_operations) return invalid("A batch may hold at most 1000 operations.");
    const auto open = std::count_if(call.account.batches.begin(), call.account.batches.end(),
                                    [](const auto& b) { return b.completed < 0 && !b.deleted; });
    if (open >= call.world.knobs.mc_batch_pending_limit)
        return problem(429, "Too Many Requests", "You have more than 500 pending batches.");
    Batch batch;
    batch.id = call.world.token(10);
    batch.secret = call.secret;
    batch.submitted = call.world.now();
    for (const auto& item : *operations) {
        Operation operation;
        operation.method = text_of(item, "method");
        operation.path = text_of(item, "path");
        operation.body = text_of(item, "body");
        operation.id = text_of(item, "operation_id");
        if (operation.method.empty() || operation.path.empty()) return schema_refusal(errors);
        if (item.contains("params") && item["params"].is_object())
            for (const auto& [name, value] : item["params"].items())
                operation.params.emplace_back(
                    name, value.is_string() ? value.get<std::string>() : print_json(value));
        batch.operations.push_back(std::move(operation));
    }
    call.account.batches.push_back(std::move(batch));
    return json_reply(200, print_batch(call.world, call.account.batches.back()));
}

Reply get_batches(Call& call) {
    run_batches(call.world, call.account);
    const std::size_t count = std::min<std::size_t>(call.request.number("count", 10), 1000);
    const std::size_t offset = call.request.number("offset", 0);
    json list = json::array();
    std::size_t n = 0;
    for (auto& batch : call.account.batches) {
        if (batch.deleted) continue;
        if (n >= offset && n < offset + count) list.push_back(print_batch(call.world, batch));
        ++n;
    }
    return json_reply(200, {{"batches", std::move(list)}, {"total_items", n}, {"_links", json::array()}});
}

Reply get_batch(Call& call) {
    run_batches(call.world, call.account);
    Batch* batch = find_batch(call);
    return batch ? json_reply(200, print_batch(call.world, *batch)) : not_found();
}

Reply delete_batch(Call& call) {
    run_batches(call.world, call.account);
    Batch* batch = find_batch(call);
    if (!batch) return not_found();
    batch->deleted = true;  // the results of what was done go with it
    return empty_reply(204);
}

Reply batch_results(World& world, const Request& request) {
    for (auto& [name, account] : world.of<mailchimp::Accounts>().by_name)
        for (auto& batch : account->batches) {
            if (request.segments.size() != 2 || batch.id != request.segments[1] || batch.results.empty() ||
                batch.deleted)
                continue;
            if (request.param("signature") != batch.url_token || world.now() >= batch.url_until ||
                !request.header("authorization").empty())
                break;
            Reply reply = text_reply(200, "application/x-gzip", batch.results);
            reply.kind = "GET /batch-results/{batch}";
            return reply;
        }
    Reply reply =
        text_reply(403, "application/xml",
                   "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
    reply.kind = "GET /batch-results/{batch}";
    return reply;
}

}  // namespace audienced::sandbox::mailchimp
