// Carries the book to its receivers. What to tell, and when, is decided in decide.cpp.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "aio/task_group.hpp"
#include "aio/time.hpp"
#include "log/log.hpp"
#include "notify/decide.hpp"
#include "notify/way.hpp"
#include "store/store.hpp"

namespace audienced::notify {

/// What it works with; everything outlives it.
struct Parts {
    boost::asio::any_io_executor io;
    aio::Time* time = nullptr;
    store::Store* store = nullptr;
    log::Log* log = nullptr;  // of what it writes itself
    std::string state_dir, host;
};

struct Settings {
    Receivers receivers;
    std::chrono::seconds overdue_after{7200};
};

/// What a way answered to a test.
struct WayTest {
    std::string way, target;
    bool ok = false;
    std::string answer;  // or why it did not take the message
    std::chrono::milliseconds took{};
};

/// Io thread only.
class Notifier {
public:
    Notifier(Parts parts, Settings settings);

    /// Looks at the database whenever it is woken, and once a minute; sends what is due. Ends after stop(),
    /// when nothing is being sent. What is not taken by then stays in the database.
    awaitable<void> serve();
    /// Something changed that people may have to be told of.
    void wake();
    /// A write failed because of it. Ends by itself, once a write succeeds and there is room.
    void disk_is_full(std::string why);
    /// After a reload: receivers that are new, or lead somewhere else, hear of what lasts; what waits is
    /// tried at once.
    void configure(Settings settings);
    /// Nothing more is sent; what is being sent gets to its end.
    void stop();
    std::chrono::seconds overdue_after() const noexcept { return settings_.overdue_after; }
    /// Each state that lasts, of which a person has to know; a full disk too, though it cannot be stored.
    std::vector<model::SubjectState> lasting() const { return notify::lasting(book_); }
    bool is_sending() const noexcept { return !sending_.empty(); }
    /// When the last one that is being sent is given up at the latest.
    Deadline sending_until() const noexcept { return sending_until_; }
    /// Cuts off what is being sent.
    void abort() { tasks_.cancel(); }

    /// Sends a test by each way, all at once.
    awaitable<std::vector<WayTest>> test();

private:
    awaitable<bool> load();
    awaitable<void> look();
    awaitable<void> save();
    awaitable<void> look_at_disk();
    void send_due();
    awaitable<void> send(std::shared_ptr<Way> way, std::int64_t id);
    awaitable<void> try_way(std::shared_ptr<Way> way, WayTest& out);
    awaitable<result<std::string>> tell_by(Way& way, const Message& message, Deadline deadline);
    Ways ways() const;
    Deadline next_wake() const;

    Parts parts_;
    Settings settings_;
    aio::Event changed_;
    aio::TaskGroup tasks_;
    Book book_, saved_;
    std::map<std::string, std::int64_t> sending_;  // way -> telling
    Deadline sending_until_{};
    std::vector<std::string> fresh_ways_;  // hear of what lasts with the next look
    std::string disk_full_;
    SteadyTime look_at_disk_at_{};  // while it is full
    bool try_now_ = true;           // what waits, with the next look
    bool loaded_ = false, woken_ = true, unsaved_ = false, stopping_ = false;
};

}  // namespace audienced::notify
