#include "notify/decide.hpp"

#include <algorithm>

#include "notify/message.hpp"

namespace audienced::notify {
namespace {

using model::SubjectState;
using model::Telling;

bool is_heartbeat(const std::string& way) {
    return way.starts_with(refresh_heartbeat);
}

/// The number is the time in milliseconds, or one more than the last one: so it is not given again where the
/// database lost what was told last (a full disk, an older backup).
void add(Book& book, Telling telling) {
    const auto since_epoch = telling.made.time_since_epoch();
    const std::int64_t at = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
    telling.id = std::max(book.next_id, at);
    book.next_id = telling.id + 1;
    book.tellings.emplace(telling.id, std::move(telling));
}

/// What waits for this way about this subject, oldest first, but for what is being sent.
std::vector<Telling*> waiting(Book& book, const Telling& like, const std::set<std::int64_t>& busy) {
    std::vector<Telling*> out;
    for (auto& [id, telling] : book.tellings)
        if (telling.way == like.way && telling.subject == like.subject && !busy.contains(id))
            out.push_back(&telling);
    return out;
}

/// A receiver that was away for long hears of what came first and of what is now, not of all in between.
void add_change(Book& book, Telling fresh, const std::set<std::int64_t>& busy) {
    const auto before = waiting(book, fresh, busy);
    if (before.size() >= 2) {
        const bool back = before.front()->state == fresh.state;
        book.tellings.erase(before.back()->id);
        if (back) return;
    }
    add(book, std::move(fresh));
}

void add_heartbeat(Book& book, std::string way, std::string subject, SysTime now) {
    Telling beat;
    beat.way = std::move(way);
    beat.subject = std::move(subject);
    beat.state = "ok";
    beat.made = beat.next_try = now;
    std::erase_if(book.tellings, [&](const auto& entry) { return entry.second.way == beat.way; });
    add(book, std::move(beat));
}

Telling telling_of(const SubjectState& subject_state, const std::string& way, SysTime now) {
    Telling out;
    out.way = way;
    out.subject = subject_state.subject;
    out.state = subject_state.state;
    out.body = subject_state.message;
    out.made = out.next_try = now;
    return out;
}

void change(Book& book, SubjectState& subject_state, const Finding& found, const Ways& ways, SysTime now,
            const std::set<std::int64_t>& busy) {
    const std::string before = subject_state.state;
    subject_state.state = found.state;
    subject_state.since = subject_state.told = now;
    subject_state.message = message_of(found, before, ways.host, now);
    for (const std::string& way : ways.tell) add_change(book, telling_of(subject_state, way, now), busy);
    if (subject_state.state == "ok") subject_state.message.clear();
}

/// The state lasts, and another run may be in it: what is said of it later, and what waits, has its words.
void reword(Book& book, SubjectState& subject_state, const Finding& found,
            const std::set<std::int64_t>& busy) {
    if (subject_state.state == "ok") return;
    subject_state.message = reworded(subject_state.message, found);
    for (auto& [id, telling] : book.tellings)
        if (telling.subject == found.subject && telling.state == found.state && !telling.body.empty() &&
            !busy.contains(id))
            telling.body = reworded(telling.body, found);
}

/// Also after the clock was set back by more than that.
bool is_again_due(const SubjectState& subject_state, SysTime now) {
    return subject_state.state == "held" &&
           (now - subject_state.told >= again_after || subject_state.told - now >= again_after);
}

void repeat(Book& book, SubjectState& subject_state, const std::vector<std::string>& ways, SysTime now) {
    subject_state.told = now;
    SubjectState said = subject_state;
    said.message = repeated(subject_state.message, now);
    for (const std::string& way : ways) {
        const Telling fresh = telling_of(said, way, now);
        const auto before = waiting(book, fresh, {});
        if (!before.empty() && before.back()->state == fresh.state)
            before.back()->next_try = now;
        else
            add(book, fresh);
    }
}

}  // namespace

std::string export_heartbeat(const std::string& export_name) {
    return std::string(refresh_heartbeat) + ":" + export_name;
}

std::vector<log::Event> take_findings(Book& book, const std::vector<Finding>& findings, const Ways& ways,
                                      SysTime now, const std::set<std::int64_t>& busy) {
    std::vector<log::Event> to_log;
    for (const Finding& found : findings) {
        SubjectState& subject_state = book.subject_states[found.subject];
        subject_state.subject = found.subject;
        subject_state.run = std::max(subject_state.run, found.run);
        if (found.state != subject_state.state) {
            change(book, subject_state, found, ways, now, busy);
            if (found.unlogged) to_log.push_back(found.event);
        } else {
            if (!found.no_words) reword(book, subject_state, found, busy);
            if (is_again_due(subject_state, now)) {
                repeat(book, subject_state, ways.tell, now);
                to_log.push_back(found.event);
            }
        }
        if (found.good_run && found.subject.starts_with("export:"))
            if (const std::string name = found.subject.substr(7); ways.export_heartbeat.contains(name))
                add_heartbeat(book, export_heartbeat(name), found.subject, now);
        if (found.gone) book.subject_states.erase(found.subject);
    }
    return to_log;
}

std::vector<SubjectState> lasting(const Book& book) {
    std::vector<SubjectState> out;
    for (const auto& [subject, subject_state] : book.subject_states)
        if (subject_state.state != "ok") out.push_back(subject_state);
    return out;
}

void tell_lasting(Book& book, const std::vector<std::string>& ways, SysTime now) {
    for (auto& [subject, subject_state] : book.subject_states)
        if (subject_state.state != "ok") repeat(book, subject_state, ways, now);
}

void keep_ways(Book& book, const Ways& ways) {
    std::erase_if(book.tellings, [&](const auto& entry) {
        const std::string& way = entry.second.way;
        if (way == refresh_heartbeat) return !ways.heartbeat;
        if (is_heartbeat(way)) return !ways.export_heartbeat.contains(way.substr(way.find(':') + 1));
        return std::find(ways.tell.begin(), ways.tell.end(), way) == ways.tell.end();
    });
}

void end_round(Book& book, const Ways& ways, SysTime now) {
    book.round.clear();
    if (ways.heartbeat) add_heartbeat(book, refresh_heartbeat, "refresh", now);
}

std::optional<std::int64_t> next_for(const Book& book, const std::string& way, SysTime now) {
    std::set<std::string> blocked;  // subjects whose earlier telling is not due yet
    for (const auto& [id, telling] : book.tellings) {
        if (telling.way != way || blocked.contains(telling.subject)) continue;
        // One that lies further ahead than any wait was planned by a clock that was set back since.
        if (telling.next_try <= now || telling.next_try - now > longest_wait) return id;
        blocked.insert(telling.subject);
    }
    return std::nullopt;
}

std::optional<SysTime> next_due(const Book& book, SysTime now) {
    std::optional<SysTime> first;
    for (const auto& [id, telling] : book.tellings) {
        if (telling.next_try <= now || telling.next_try - now > longest_wait) continue;
        if (!first || telling.next_try < *first) first = telling.next_try;
    }
    return first;
}

void try_now(Book& book, SysTime now) {
    for (auto& [id, telling] : book.tellings) telling.next_try = now;
}

void taken(Book& book, std::int64_t telling) {
    book.tellings.erase(telling);
}

void not_taken(Book& book, std::int64_t telling, SysTime now) {
    using std::chrono::seconds;
    const auto found = book.tellings.find(telling);
    if (found == book.tellings.end()) return;
    constexpr seconds first{5}, most{longest_wait};
    const int doublings = std::min(found->second.attempts, 10);
    found->second.attempts += 1;
    found->second.next_try = now + std::min(first * (1 << doublings), most);
}

void drop_stale_heartbeats(Book& book, SysTime now) {
    std::erase_if(book.tellings, [&](const auto& entry) {
        const Telling& telling = entry.second;
        return is_heartbeat(telling.way) &&
               (now - telling.made >= heartbeat_lasts || telling.made - now >= heartbeat_lasts);
    });
}

}  // namespace audienced::notify
