// The state directory, its disk, the database and the audit.
#include <algorithm>

#include "base/grouped.hpp"
#include "base/text.hpp"
#include "inspect/doctor/judge.hpp"
#include "store/rotation.hpp"

namespace audienced::inspect::doctor {
namespace {

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t least_free = 100 * mebibyte;  // the plan of a large run does not fit any more
constexpr std::uint64_t comfortable_free = 1024 * mebibyte;
constexpr std::uint64_t least_files = 100;

std::string octal(unsigned mode) {
    std::string out = "0000";
    for (std::size_t i = 0; i < 3; ++i) out[3 - i] = static_cast<char>('0' + (mode >> (3 * i) & 7));
    return out;
}

std::string size_words(std::uint64_t bytes) {
    if (bytes < mebibyte) return "less than 1 MiB";
    if (bytes >= 10 * 1024 * mebibyte) return grouped(bytes / mebibyte / 1024) + " GiB";
    return grouped(bytes / mebibyte) + " MiB";
}

std::string rows_words(const store::AuditFault& fault) {
    if (fault.from == fault.to) return "row " + std::to_string(fault.from);
    return "rows " + std::to_string(fault.from) + " to " + std::to_string(fault.to);
}

std::string fault_words(const store::AuditChain& chain) {
    const store::AuditFault& first = *chain.first;
    const bool one = first.from == first.to;
    std::string out = rows_words(first) + " of the audit";
    switch (first.kind) {
        case store::AuditFault::Kind::changed:
            out += " is not what was written";
            break;
        case store::AuditFault::Kind::missing:
            out += one ? " is missing" : " are missing";
            break;
        case store::AuditFault::Kind::cut_off:
            out += one ? " is missing at the end" : " are missing at the end";
            break;
    }
    if (chain.faults > 1) out += " (the first of " + std::to_string(chain.faults) + " faults)";
    return out;
}

Finding judge_audit(const DatabaseFacts& facts) {
    const store::Health& health = *facts.health;
    const store::AuditChain& chain = health.audit;
    const std::string look =
        "a program other than audienced wrote to " + facts.file +
        "; compare with a backup, and look at who may write there. audiencectl audit shows the rows";
    if (health.audit_unread)
        return {"audit", State::problem, health.audit_unread->message, health.audit_unread->hint};
    if (chain.first) return {"audit", State::problem, fault_words(chain), look};
    const std::string kept_elsewhere =
        "compare with a backup, or with a number and hash that audiencectl doctor printed before; look at "
        "who "
        "may write to the state directory";
    // A daemon writes the first row when it makes its database.
    if (chain.rows == 0)
        return {"audit", State::problem, "the audit is empty, and the database is not new", look};
    if (chain.unproven > 0)
        return {
            "audit", State::problem,
            "before row " + std::to_string(chain.unproven) +
                " rows may have been removed: audit-head was missing at that start, or the audit was empty",
            kept_elsewhere};
    if (health.head_fault)
        return {"audit", State::problem, health.head_fault->message, health.head_fault->hint};
    if (!health.has_head)
        return {"audit", State::problem,
                "the file audit-head, which would show that the newest rows were removed, is missing",
                kept_elsewhere};
    if (facts.head_is_behind)
        return {"audit", State::warning,
                "the file audit-head, which would show that the newest rows were removed, could not be "
                "written lately",
                "systemctl restart audienced writes it; look at who may write to the state directory"};
    const std::string rows = grouped(chain.rows) + (chain.rows == 1 ? " row" : " rows");
    if (chain.told_gaps > 0)
        return {"audit", State::warning,
                rows + " in one chain, with " + std::to_string(chain.told_gaps) +
                    (chain.told_gaps == 1 ? " gap" : " gaps") + " that the daemon found at a start",
                "expected where an older backup was put back; else look at who may write there. audiencectl "
                "audit shows when: audit rows missing"};
    return {
        "audit", State::ok,
        rows + " in one chain" + (chain.rows == 0 ? "" : "; the hash of the newest is " + to_hex(chain.hash)),
        ""};
}

}  // namespace

Findings judge_state(const StateFacts& facts) {
    const std::string check = "state_directory";
    if (facts.closed) return {{check, State::problem, facts.closed->message, facts.closed->hint}};
    Findings out;
    for (const FileFacts& file : facts.files) {
        if (!file.is_own)
            out.push_back({check, State::problem,
                           file.path + " belongs to the user " + file.owner + ", and audienced runs as " +
                               facts.user + ": it cannot start again",
                           facts.give_back});
        else if ((file.mode & 0600) != 0600)
            out.push_back({check, State::problem,
                           file.path + " is closed to audienced itself (mode " + octal(file.mode) +
                               "): it cannot start again",
                           std::string("chmod ") + (file.is_folder ? "700 " : "600 ") + file.path});
        else if ((file.mode & 077) != 0)
            out.push_back({check, file.is_folder ? State::warning : State::problem,
                           "other users may use " + file.path + " (mode " + octal(file.mode) + ")",
                           std::string("chmod ") + (file.is_folder ? "700 " : "600 ") + file.path});
    }
    if (!facts.has_master_key)
        out.push_back({check, State::problem,
                       "the master key " + facts.folder +
                           "/master.key is gone; after a restart no secret and "
                           "no address can be opened",
                       "put it back from a backup before audienced is restarted"});
    // Who may read it is told with the files.
    const bool closed = std::any_of(out.begin(), out.end(), [](const Finding& one) {
        return one.message.find("/master.key") != std::string::npos;
    });
    if (facts.key_fault && !closed)
        out.push_back({check, State::problem, facts.key_fault->message, facts.key_fault->hint});
    if (facts.key_change_unfinished)
        out.push_back(
            {check, State::warning, store::unfinished_rotation,
             "free disk space if there is little; journalctl -u audienced says why it does not go on"});
    if (!facts.has_database)
        out.push_back({check, State::problem, "the database " + facts.folder + "/audienced.db is gone",
                       "stop audienced and put a backup in its place"});
    if (out.empty())
        out.push_back({check, State::ok, facts.folder + " belongs to " + facts.user + " alone", ""});
    return out;
}

Finding judge_disk(const DiskFacts& facts) {
    const std::string check = "disk_space";
    if (facts.unknown) return {check, State::not_checked, facts.unknown->message, facts.unknown->hint};
    const std::string words = size_words(facts.free_bytes) + " are free for " + facts.folder +
                              "; the database has " + size_words(facts.database_bytes);
    const std::string remedy = "free disk space on that file system; df -h " + facts.folder + " shows it";
    if (facts.all_files > 0 && facts.free_files < least_files)
        return {check, State::problem,
                "the file system of " + facts.folder + " has room for " + grouped(facts.free_files) +
                    " more files",
                "remove files from it; df -i " + facts.folder + " shows it"};
    if (facts.free_bytes < least_free)
        return {check, State::problem, words + ", and a run writes its plan there before it sends", remedy};
    if (facts.free_bytes < std::max(comfortable_free, facts.database_bytes))
        return {check, State::warning, words, remedy};
    return {check, State::ok, words, ""};
}

Findings judge_database(const DatabaseFacts& facts) {
    if (!facts.health) {
        const Error& why = facts.health.error();
        // Its absence is told with the state directory.
        return {{"database", State::not_checked, why.message, why.hint},
                {"audit", State::not_checked, why.message, why.hint}};
    }
    const store::Health& health = *facts.health;
    Findings out;
    if (health.damage)
        out.push_back({"database", State::problem, health.damage->message, health.damage->hint});
    else if (facts.full)
        out.push_back({"database", State::ok, "every page and index of " + facts.file + " is sound", ""});
    else
        out.push_back(
            {"database", State::ok,
             facts.file + " is sound as far as a start looks; audiencectl doctor --full reads all of it",
             ""});
    out.push_back(judge_audit(facts));
    return out;
}

Finding judge_forgets(const ForgetFacts& facts) {
    const std::string check = "forgets";
    if (facts.to_repeat)
        return {
            check, State::problem,
            "the state was restored without its journal of forgets: addresses that were forgotten since " +
                to_iso8601(*facts.to_repeat) + " are not known as forgotten",
            "repeat each of them: audiencectl forget EMAIL; then approve the held runs: audiencectl runs "
            "approve RUN"};
    if (facts.unread) return {check, State::problem, facts.unread->message, facts.unread->hint};
    const std::string again =
        "systemctl restart audienced writes it again from the database, which knows "
        "every forget; look at who may write there";
    if (facts.damaged > 0)
        return {check, State::problem,
                grouped(facts.damaged) + " lines of the journal of forgets " + facts.file +
                    " are damaged: a restore could lose those forgets",
                again};
    if (!facts.is_begun)
        return {check, State::problem,
                "the journal of forgets " + facts.file + " is gone: a restore would lose forgets", again};
    return {check, State::ok, "the journal of forgets " + facts.file + " is whole", ""};
}

}  // namespace audienced::inspect::doctor
