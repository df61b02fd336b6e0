#include "notify/notifier.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include "aio/with_deadline.hpp"
#include "log/events.hpp"
#include "notify/keep_book.hpp"

namespace audienced::notify {
namespace {

constexpr std::chrono::seconds between_looks{60};
/// Before the database, or a disk that is full, is tried again.
constexpr std::chrono::seconds between_tries{30};

bool is_heartbeat_way(const std::string& name) {
    return name.starts_with(refresh_heartbeat);
}

bool leads_there(const Receivers& receivers, const Way& way) {
    return std::any_of(receivers.begin(), receivers.end(), [&](const auto& one) {
        return one->name() == way.name() && one->leads_to() == way.leads_to();
    });
}

std::vector<std::string> names_of(const Receivers& receivers) {
    std::vector<std::string> out;
    for (const auto& way : receivers)
        if (!is_heartbeat_way(way->name())) out.push_back(way->name());
    return out;
}

}  // namespace

Notifier::Notifier(Parts parts, Settings settings)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      changed_(parts_.io),
      tasks_(parts_.io,
             [this](const std::string& name, const std::string& what) {
                 parts_.log->write(log::internal_error(name, what));
             }),
      fresh_ways_(names_of(settings_.receivers)) {}

void Notifier::wake() {
    woken_ = true;
    changed_.notify_all();
}

void Notifier::disk_is_full(std::string why) {
    if (disk_full_.empty()) {
        disk_full_ = std::move(why);
        look_at_disk_at_ = parts_.time->steady() + between_tries;
    }
    wake();
}

void Notifier::configure(Settings settings) {
    const Receivers before = std::exchange(settings_, std::move(settings)).receivers;
    for (const auto& way : settings_.receivers)
        if (!is_heartbeat_way(way->name()) && !leads_there(before, *way)) fresh_ways_.push_back(way->name());
    try_now_ = true;
    wake();
}

void Notifier::stop() {
    stopping_ = true;
    wake();
}

Ways Notifier::ways() const {
    Ways out;
    out.tell = names_of(settings_.receivers);
    out.host = parts_.host;
    for (const auto& way : settings_.receivers) {
        const std::string name = way->name();
        if (name == refresh_heartbeat)
            out.heartbeat = true;
        else if (is_heartbeat_way(name))
            out.export_heartbeat.insert(name.substr(name.find(':') + 1));
    }
    return out;
}

awaitable<bool> Notifier::load() {
    const auto read = [](store::Database& db, const vault::Vault&) { return load_book(db); };
    auto book = co_await parts_.store->run(read);
    if (!book) {
        parts_.log->write(log::store_trouble(book.error()));
        co_return false;
    }
    book_ = saved_ = std::move(*book);
    co_return true;
}

awaitable<void> Notifier::look() {
    const SysTime now = parts_.time->now();
    const auto read = [&](store::Database& db, const vault::Vault& vault) {
        return read_world(db, vault, now);
    };
    auto world = co_await parts_.store->run(read);
    if (!world) {
        parts_.log->write(log::store_trouble(world.error()));
        co_return;
    }
    world->disk_full = disk_full_;
    world->overdue_after = settings_.overdue_after;
    book_.round = saved_.round = world->round;
    const Ways configured = ways();
    std::set<std::int64_t> busy;
    for (const auto& [way, id] : sending_) busy.insert(id);
    keep_ways(book_, configured);
    const auto findings = find(*world, book_);
    auto to_log = take_findings(book_, findings, configured, now, busy);
    for (log::Event& event : to_log) parts_.log->write(std::move(event));
    if (std::exchange(try_now_, false)) try_now(book_, now);
    const std::vector<std::string> fresh = std::exchange(fresh_ways_, {});
    tell_lasting(book_, fresh, now);
    if (is_round_good(*world)) end_round(book_, configured, now);
}

awaitable<void> Notifier::save() {
    const Book before = saved_, after = book_;
    const auto write = [&](store::Database& db, const vault::Vault&) { return save_book(db, before, after); };
    auto written = co_await parts_.store->run(write);
    unsaved_ = !written;
    if (written) {
        saved_ = after;
        co_return;
    }
    parts_.log->write(log::store_trouble(written.error()));
    if (written.error().code == Errc::store_full && disk_full_.empty()) disk_is_full(written.error().message);
}

awaitable<void> Notifier::look_at_disk() {
    if (disk_full_.empty() || parts_.time->steady() < look_at_disk_at_) co_return;
    look_at_disk_at_ = parts_.time->steady() + between_tries;
    const auto probe = [this](store::Database& db, const vault::Vault&) {
        return probe_disk(db, parts_.state_dir);
    };
    auto room = co_await parts_.store->run(probe);
    if (!room) co_return;
    disk_full_.clear();
}

Deadline Notifier::next_wake() const {
    const SteadyTime now = parts_.time->steady();
    SteadyTime::duration wait = between_looks;
    if (!disk_full_.empty() || unsaved_ || !loaded_) wait = between_tries;
    if (const auto due = next_due(book_, parts_.time->now()); due && !stopping_) {
        const auto left = *due - parts_.time->now() + std::chrono::milliseconds(1);
        // One that is due already waits for its way, which wakes this when it is free.
        if (left > SteadyTime::duration::zero()) wait = std::min<SteadyTime::duration>(wait, left);
    }
    return now + wait;
}

awaitable<void> Notifier::serve() {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    while (!stopping_ || !sending_.empty()) {
        woken_ = false;
        co_await look_at_disk();
        if (!loaded_) loaded_ = co_await load();
        if (loaded_) {
            if (!stopping_) co_await look();
            drop_stale_heartbeats(book_, parts_.time->now());
            co_await save();
            if (!stopping_) send_due();
        }
        // A wait that begins after the cancellation would never end.
        const auto state = co_await boost::asio::this_coro::cancellation_state;
        if (state.cancelled() != boost::asio::cancellation_type::none) break;
        if (woken_) continue;
        const Deadline deadline = next_wake();
        auto waiting = changed_.wait();
        auto woken = co_await aio::with_deadline(*parts_.time, deadline, std::move(waiting));
        if (!woken && woken.error().code == Errc::cancelled) break;
    }
    stopping_ = true;
    tasks_.cancel();  // those that are left, where this was cut off
    co_await tasks_.wait();
    if (loaded_) co_await save();
}

void Notifier::send_due() {
    const SysTime now = parts_.time->now();
    for (const auto& way : settings_.receivers) {
        const std::string name = way->name();
        if (sending_.contains(name)) continue;
        const auto id = next_for(book_, name, now);
        if (!id) continue;
        sending_[name] = *id;
        tasks_.spawn("tell by " + name, send(way, *id));
    }
}

/// An exception (no memory, no thread) is one way's failure, which is tried again.
awaitable<result<std::string>> Notifier::tell_by(Way& way, const Message& message, Deadline deadline) {
    std::string why;
    try {
        co_return co_await way.tell(message, deadline);
    } catch (const boost::system::system_error& error) {
        if (error.code() == boost::asio::error::operation_aborted)
            co_return make_error(Errc::cancelled, "cut off");
        why = error.what();
    } catch (const std::exception& error) {
        why = error.what();
    }
    co_return make_error(Errc::bug, "it could not be used: " + why);
}

awaitable<void> Notifier::send(std::shared_ptr<Way> way, std::int64_t id) {
    const std::string name = way->name();
    const Message message = message_to_send(id, book_.tellings.at(id).body, parts_.time->now());
    const Deadline deadline = parts_.time->steady() + way->patience();
    sending_until_ = std::max(sending_until_, deadline);
    auto told = co_await tell_by(*way, message, deadline);
    sending_.erase(name);
    if (told) {
        taken(book_, id);
    } else if (told.error().code != Errc::cancelled) {
        not_taken(book_, id, parts_.time->now());
        parts_.log->write(log::hook_failed(name, told.error().text()));
    }
    wake();
}

awaitable<void> Notifier::try_way(std::shared_ptr<Way> way, WayTest& out) {
    const SteadyTime begin = parts_.time->steady();
    const std::string body = test_message(parts_.host, parts_.time->now());
    const Message message = message_to_send(0, body, parts_.time->now());
    const Deadline deadline = begin + way->patience();
    auto told = co_await tell_by(*way, message, deadline);
    out.ok = told.has_value();
    out.answer = told ? *told : told.error().text();
    out.took = std::chrono::duration_cast<std::chrono::milliseconds>(parts_.time->steady() - begin);
}

awaitable<std::vector<WayTest>> Notifier::test() {
    const Receivers receivers = settings_.receivers;
    std::vector<WayTest> out(receivers.size());
    aio::TaskGroup group(parts_.io);
    for (std::size_t i = 0; i < receivers.size(); ++i) {
        out[i].way = receivers[i]->name();
        out[i].target = receivers[i]->target();
        group.spawn(out[i].way, try_way(receivers[i], out[i]));
    }
    co_await group.wait();
    co_return out;
}

}  // namespace audienced::notify
