#include "source/threads.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/kept_rows.hpp"
#include "support/temp_dir.hpp"

namespace audienced::unit::source_threads_test {

using namespace audienced;
using namespace std::chrono_literals;
using audienced::test::KeptRows;

namespace {

/// A pipe that nothing writes to: opening it hangs in the kernel, whatever it is told, until it is let go.
class Pipe {
public:
    Pipe() { REQUIRE(::mkfifo(path_.c_str(), 0600) == 0); }
    ~Pipe() { release(); }
    void release() {
        if (writer_ < 0) writer_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
    }
    void hang() const { ::close(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)); }

private:
    test::TempDir dir_;
    std::string path_ = (dir_ / "pipe").string();
    int writer_ = -1;
};

struct Script {
    std::function<void(std::uint64_t)> before_row;
    std::function<void()> before_describe;
    std::uint64_t rows = 3;
    std::atomic<int> alive{0}, reading{0};
};

struct Scripted final : source::Source {
    explicit Scripted(Script& s) : script(s) { ++script.alive; }
    ~Scripted() override { --script.alive; }
    result<std::string> test(std::stop_token) override { return std::string("here"); }
    result<source::Description> describe(const model::Segment&, std::stop_token) override {
        if (script.before_describe) script.before_describe();
        return source::Description{{"email", "city"}, {}};
    }
    result<source::Snapshot> read(const model::Segment&, const std::vector<std::string>&,
                                  source::RowSink& sink, std::stop_token) override {
        ++script.reading;
        source::Snapshot out;
        for (out.rows = 0; out.rows < script.rows;) {
            ++out.rows;
            if (script.before_row) script.before_row(out.rows);
            const std::string address = std::to_string(out.rows) + "@x.org";
            const std::vector<source::Value> values{{address, false}, {"", true}};
            const bool goes_on =
                out.rows % 3 == 0
                    ? sink.reject(out.rows, "odd",
                                  out.rows % 2 == 0 ? std::optional<std::string_view>(address) : std::nullopt)
                    : sink.row(out.rows, values);
            if (!goes_on) return make_error(Errc::cancelled, "no more");
        }
        return out;
    }
    Script& script;
};

struct Scene {
    Script script;
    source::Threads threads{{2, 100ms}};
    std::unique_ptr<source::Source> open(std::chrono::milliseconds silence = 1h, const char* name = "crm") {
        return threads.on_own_thread(name, std::make_unique<Scripted>(script), nullptr, silence);
    }
    void wait_for_the_end() const {
        for (int i = 0; i < 5000 && threads.under_way() != 0; ++i) std::this_thread::sleep_for(1ms);
        CHECK(threads.under_way() == 0);
    }
};

const model::Segment segment{"all", "crm", model::Segment::Kind::table, "all", "", {}};

}  // namespace

TEST_CASE("rows come through another thread as they are, and so does the end", "[unit][source][threads]") {
    Scene s;
    s.script.rows = GENERATE(std::uint64_t{0}, std::uint64_t{6}, std::uint64_t{10'000});
    KeptRows rows;
    auto source = s.open();
    auto read = source->read(segment, {"email", "city"}, rows, {});
    REQUIRE(read.has_value());
    CHECK(read->rows == s.script.rows);
    CHECK(rows.rows.size() + rows.rejects.size() == s.script.rows);
    if (s.script.rows == 6) {
        CHECK(rows.rows ==
              std::vector<std::vector<std::string>>{
                  {"1@x.org", "NULL"}, {"2@x.org", "NULL"}, {"4@x.org", "NULL"}, {"5@x.org", "NULL"}});
        CHECK(rows.rejects == std::vector<std::string>{"3: odd", "6: odd"});
        CHECK(rows.addresses == std::vector<std::string>{"-", "6@x.org"});
    }
    CHECK(source->describe(segment, {})->columns.size() == 2);
    CHECK(*source->test({}) == "here");
    CHECK(s.threads.under_way() == 0);
    source.reset();
    CHECK(s.script.alive == 0);
}

TEST_CASE("what a source throws is thrown to its caller", "[unit][source][threads]") {
    Scene s;
    s.script.before_row = [](std::uint64_t) { throw std::runtime_error("a bug"); };
    KeptRows rows;
    CHECK_THROWS_WITH(s.open()->read(segment, {}, rows, {}), "a bug");
    CHECK(s.threads.under_way() == 0);
}

TEST_CASE("a sink that wants no more ends the read", "[unit][source][threads]") {
    Scene s;
    s.script.rows = 100'000'000;
    KeptRows rows;
    rows.at_row = [](std::uint64_t number) { return number < 2; };
    CHECK(s.open()->read(segment, {}, rows, {}).error().code == Errc::cancelled);
    CHECK(rows.rows.size() == 2);
    CHECK(s.threads.under_way() == 0);
}

TEST_CASE("the first rows of a slow source are handed on before the next ones", "[unit][source][threads]") {
    Scene s;
    std::mutex mutex;
    std::condition_variable handed;
    bool seen = false, seen_before_the_second = false;
    s.script.rows = 2;
    s.script.before_row = [&](std::uint64_t number) {
        if (number == 1) return;
        std::unique_lock lock(mutex);
        seen_before_the_second = handed.wait_for(lock, 10s, [&] { return seen; });
    };
    KeptRows rows;
    rows.at_row = [&](std::uint64_t) {
        const std::lock_guard lock(mutex);
        seen = true;
        handed.notify_all();
        return true;
    };
    CHECK(s.open()->read(segment, {}, rows, {}).has_value());
    CHECK(seen_before_the_second);
}

TEST_CASE("a read that hangs in the kernel is left behind when it is told to stop, and owns what it uses",
          "[unit][source][threads]") {
    Scene s;
    Pipe pipe;
    s.script.before_row = [&](std::uint64_t number) {
        if (number == 2) pipe.hang();
    };
    std::stop_source stop;
    KeptRows rows;
    rows.at_row = [&](std::uint64_t) { return stop.request_stop(), true; };
    auto source = s.open();
    CHECK(source->read(segment, {}, rows, stop.get_token()).error().code == Errc::cancelled);
    CHECK(s.threads.under_way() == 1);
    // The source takes one call at a time, and one is still inside it.
    CHECK(source->describe(segment, {}).error().code == Errc::not_ready);
    source.reset();
    CHECK(s.script.alive == 1);
    pipe.release();
    s.wait_for_the_end();
    CHECK(s.script.alive == 0);
}

TEST_CASE("a read that gives nothing for too long is given up, and says so", "[unit][source][threads]") {
    Scene s;
    Pipe pipe;
    s.script.before_row = [&](std::uint64_t) { pipe.hang(); };
    KeptRows rows;
    auto read = s.open(60ms)->read(segment, {}, rows, {});
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == Errc::not_ready);
    CHECK(read.error().message.find("crm gave nothing for") != std::string::npos);
    pipe.release();
    s.wait_for_the_end();
}

TEST_CASE("reads that hang do not grow in number, and hold no other source", "[unit][source][threads]") {
    Scene s;
    Pipe pipe;
    s.script.before_describe = [&] { pipe.hang(); };
    for (int i = 0; i < 2; ++i) CHECK(s.open(10ms)->describe(segment, {}).error().code == Errc::not_ready);
    KeptRows rows;
    auto refused = s.open()->read(segment, {}, rows, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message == "2 reads of the source crm hang in the system and cannot be ended");
    CHECK(s.open(1h, "shop")->read(segment, {}, rows, {}).has_value());
    pipe.release();
    s.wait_for_the_end();
    CHECK(s.open()->read(segment, {}, rows, {}).has_value());
}

TEST_CASE("a caller that waits for its turn at a source can be stopped", "[unit][source][threads]") {
    Scene s;
    Pipe pipe;
    s.script.before_describe = [&] { pipe.hang(); };
    std::vector<std::thread> busy;
    std::atomic<int> described{0};
    for (int i = 0; i < 2; ++i)
        busy.emplace_back([&] { described += s.open()->describe(segment, {}).has_value(); });
    while (s.threads.under_way() != 2) std::this_thread::yield();
    std::stop_source stop;
    std::thread stopper([&] { stop.request_stop(); });
    KeptRows rows;
    CHECK(s.open()->read(segment, {}, rows, stop.get_token()).error().code == Errc::cancelled);
    CHECK(s.script.reading == 0);
    stopper.join();
    pipe.release();
    for (std::thread& thread : busy) thread.join();
    CHECK(described == 2);
}

TEST_CASE("the longest silence of a source is an hour, or longer than its own longest wait",
          "[unit][source][threads]") {
    model::Source source{"crm", "postgres", {}, {}};
    CHECK(source::longest_silence(source) == 1h);
    source.settings["statement-timeout"] = "600";
    CHECK(source::longest_silence(source) == 1h);
    source.settings["statement-timeout"] = "7200";
    CHECK(source::longest_silence(source) == 125min);
    source.settings = {{"busy-timeout", "3600"}};
    CHECK(source::longest_silence(source) == 65min);
}

}  // namespace audienced::unit::source_threads_test
