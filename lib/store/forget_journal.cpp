#include "store/forget_journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include "base/own_file.hpp"
#include "base/text.hpp"
#include "store/audit.hpp"
#include "store/backup.hpp"
#include "store/query.hpp"

namespace audienced::store {
namespace {

struct JournalFile {
    explicit JournalFile(int descriptor) : fd(descriptor) {}
    JournalFile(const JournalFile&) = delete;
    JournalFile& operator=(const JournalFile&) = delete;
    ~JournalFile() {
        if (fd >= 0) ::close(fd);
    }
    int fd;
};

std::string path_of_journal(const std::string& state_dir) {
    return state_dir + "/" + forget_journal_name;
}

std::string key_text(std::uint64_t key) {
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(key));
    return digits.data();
}

/// A line ends with a check of what is before it: a write that was cut short is told from a whole one.
std::string with_check(std::string line) {
    return line + " " + to_hex(sha256(line).substr(0, 4)) + "\n";
}

std::string print_line(const Forgotten& person, const std::string& root) {
    std::string line = "forget " + std::to_string(to_unix(person.at)) + " " + root + " ";
    for (std::size_t i = 0; i < person.members.size(); ++i)
        line += (i == 0 ? "" : ",") + to_hex(person.members[i].view());
    line += person.keys.empty() ? " -" : " ";
    for (std::size_t i = 0; i < person.keys.size(); ++i)
        line += (i == 0 ? "" : ",") + key_text(person.keys[i]);
    return with_check(std::move(line));
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

template <class Number>
bool read_number(std::string_view text, Number& into, int base) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into, base);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

bool read_member(std::string_view hex, MemberHash& into) {
    if (hex.size() != 2 * into.bytes.size()) return false;
    for (std::size_t i = 0; i < into.bytes.size(); ++i)
        if (!read_number(hex.substr(2 * i, 2), into.bytes[i], 16)) return false;
    return true;
}

/// Written behind a line that was never acknowledged.
constexpr std::string_view cut_short = " (cut short)";

bool read_forget(const std::vector<std::string_view>& words, Forgotten& person) {
    std::int64_t at = 0;
    if (words.size() != 5 || !read_number(words[1], at, 10)) return false;
    person.at = from_unix(at);
    for (const auto hex : split(words[3], ','))
        if (!read_member(hex, person.members.emplace_back())) return false;
    if (words[4] == "-") return true;
    for (const auto hex : split(words[4], ','))
        if (!read_number(hex, person.keys.emplace_back(), 16)) return false;
    return true;
}

/// Its words without the check; none: it is not what was written.
std::vector<std::string_view> checked_words(std::string_view line) {
    const auto end = line.rfind(' ');
    if (end == line.npos || to_hex(sha256(line.substr(0, end)).substr(0, 4)) != line.substr(end + 1))
        return {};
    return split(line.substr(0, end), ' ');
}

/// Lines of other installations are passed over. `ended`: not the last line, or one with its end.
void read_line(std::string_view line, bool ended, std::string_view root, ForgetJournal& journal) {
    const bool cut = !ended || line.ends_with(cut_short);
    if (line.ends_with(cut_short)) line.remove_suffix(cut_short.size());
    if (line.empty()) return;
    const auto words = checked_words(line);
    if (words.size() < 3) {
        if (cut) return;  // it was never acknowledged
        ++journal.damaged;
        journal.since.reset();
        return;
    }
    if (words[2] != root) return;
    Forgotten person;
    std::int64_t since = 0;
    if (words[0] == "forget" && read_forget(words, person)) journal.forgets.push_back(std::move(person));
    if (words[0] != "journal" || !read_number(words[1], since, 10) || journal.since) return;
    journal.since = from_unix(since);
    journal.damaged = 0;
    if (!journal.begun) journal.begun = journal.since;
}

result<void> sync_folder(const std::string& dir) {
    const JournalFile folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.fd < 0 || ::fsync(folder.fd) != 0) return own_file_error("sync", dir, errno);
    return {};
}

/// Whole and on the disk when it returns. After a line that was cut short it begins a new one.
result<void> append(const std::string& path, std::string lines) {
    const JournalFile file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.fd < 0) return own_file_error("open", path, errno);
    struct stat st {};
    char last = '\n';
    if (::fstat(file.fd, &st) != 0) return own_file_error("look at", path, errno);
    if (st.st_size > 0 && ::pread(file.fd, &last, 1, st.st_size - 1) != 1)
        return own_file_error("read", path, errno);
    if (last != '\n') lines.insert(0, std::string(cut_short) + "\n");
    if (::write(file.fd, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size()))
        return own_file_error("write to", path, errno == 0 ? ENOSPC : errno);
    if (::fsync(file.fd) != 0) return own_file_error("sync", path, errno);
    return {};
}

result<std::vector<std::uint64_t>> keys_of(Database& db, const MemberHash& member) {
    std::vector<std::uint64_t> keys;
    auto person = person_of(db, member, {});
    if (!person) return person.error();
    return std::move(person->keys);
}

/// Lines of what the database knows and the journal does not.
result<std::string> missing_lines(Database& db, const ForgetJournal& journal, const std::string& root) {
    std::vector<MemberHash> known;
    for (const Forgotten& person : journal.forgets)
        known.insert(known.end(), person.members.begin(), person.members.end());
    std::sort(known.begin(), known.end());
    std::vector<Forgotten> missing;
    auto& query = db.prepare(
        "SELECT member, since FROM opt_outs WHERE destination = 0 AND reason = 'forgotten' ORDER BY since, "
        "member");
    auto read = each_row(query, [&](const Statement& s) {
        const auto member = MemberHash::from(s.blob_view(0));
        if (!std::binary_search(known.begin(), known.end(), member))
            missing.push_back({from_unix(s.integer(1)), {member}, {}});
    });
    if (!read) return read.error();
    std::string lines;
    for (Forgotten& person : missing) {
        auto keys = keys_of(db, person.members.front());
        if (!keys) return keys.error();
        person.keys = std::move(*keys);
        lines += print_line(person, root);
    }
    return lines;
}

result<void> apply_unknown(Database& db, const vault::Vault& vault, SysTime now,
                           const std::vector<const Forgotten*>& unknown) {
    constexpr std::size_t slice = 1'000;
    Erased ignored;
    std::vector<MemberHash> members;
    auto transaction = Transaction::begin(db);
    if (!transaction) return transaction.error();
    for (const Forgotten* person : unknown) {
        if (auto done = forget(db, *person, ignored); !done) return done;
        members.insert(members.end(), person->members.begin(), person->members.end());
    }
    std::sort(members.begin(), members.end());
    // Within the same transaction: once the database knows a forget, nothing is left of it.
    HistoryPlace place;
    for (;;) {
        auto ended = erase_from_history(db, members, place, slice, ignored);
        if (!ended) return ended.error();
        if (*ended) break;
    }
    auto noted = add_own_audit(db, vault, now, "forgets applied", "the journal of forgets", "",
                               "{\"forgets\":" + std::to_string(unknown.size()) + "}");
    return noted ? transaction->commit() : noted;
}

}  // namespace

std::string journal_root(const vault::Vault& vault) {
    const auto hash = vault.log_names()("the journal of forgets");
    return to_hex({reinterpret_cast<const char*>(hash.data()), 4});
}

result<ForgetJournal> read_forget_journal(const std::string& state_dir, const std::string& root) {
    const std::string path = path_of_journal(state_dir);
    ForgetJournal journal;
    const JournalFile file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (file.fd < 0 && errno == ENOENT) return journal;
    if (file.fd < 0) return own_file_error("open", path, errno);
    std::string text;
    std::array<char, 64 * 1024> bytes;
    for (;;) {
        const ssize_t got = ::read(file.fd, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return own_file_error("read", path, errno);
        if (got == 0) break;
        text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    const auto lines = split(text, '\n');  // the last one is empty, or was cut short
    for (std::size_t i = 0; i < lines.size(); ++i) read_line(lines[i], i + 1 < lines.size(), root, journal);
    return journal;
}

result<void> write_forget(const std::string& state_dir, const std::string& root, const Forgotten& person) {
    return append(path_of_journal(state_dir), print_line(person, root));
}

result<void> complete_forget_journal(Database& db, const vault::Vault& vault, const std::string& state_dir,
                                     SysTime since) {
    const std::string root = journal_root(vault);
    auto journal = read_forget_journal(state_dir, root);
    if (!journal) return journal.error();
    auto lines = missing_lines(db, *journal, root);
    if (!lines) return lines.error();
    if (!journal->since) *lines += with_check("journal " + std::to_string(to_unix(since)) + " " + root);
    if (lines->empty()) return {};
    auto added = append(path_of_journal(state_dir), std::move(*lines));
    return added ? sync_folder(state_dir) : added;
}

result<ForgetsApplied> apply_forget_journal(Database& db, const vault::Vault& vault,
                                            const std::string& state_dir, SysTime now, KnownForgets knows) {
    auto journal = read_forget_journal(state_dir, journal_root(vault));
    if (!journal) return journal.error();
    ForgetsApplied out;
    out.damaged = journal->damaged;
    SysTime since = now;
    if (journal->damaged > 0 && knows == KnownForgets::all) since = journal->begun.value_or(now);
    if (!journal->since) out.begun = since;
    auto known = forgotten_members(db);
    if (!known) return known.error();
    std::vector<const Forgotten*> unknown;
    for (const Forgotten& person : journal->forgets) {
        const auto is_known = [&](const MemberHash& m) {
            return std::binary_search(known->begin(), known->end(), m);
        };
        if (!std::all_of(person.members.begin(), person.members.end(), is_known)) unknown.push_back(&person);
    }
    if (!unknown.empty()) {
        if (auto done = apply_unknown(db, vault, now, unknown); !done) return done.error();
        out.forgets = unknown.size();
        (void)scrub(db);
    }
    if (auto done = complete_forget_journal(db, vault, state_dir, since); !done) return done.error();
    return out;
}

}  // namespace audienced::store
