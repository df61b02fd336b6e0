#include "restore.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "aio/time.hpp"
#include "base/ownership.hpp"
#include "spool/file.hpp"
#include "start_failure.hpp"
#include "store/open.hpp"
#include "store/restore.hpp"
#include "vault/master_key.hpp"
#include "vault/vault.hpp"

namespace audienced::daemon {
namespace {

Error cannot_become(uid_t user) {
    return make_error(Errc::store_failed, "cannot work as the user " + user_name(user) +
                                              ", whose the state directory is: " + std::strerror(errno));
}

/// Files that root makes in the state directory would keep the daemon from starting.
result<void> become_owner(const std::string& state_dir) {
    struct stat st {};
    if (::geteuid() != 0 || ::stat(state_dir.c_str(), &st) != 0 || st.st_uid == 0) return {};
    const passwd* const entry = ::getpwuid(st.st_uid);
    const gid_t group = entry ? entry->pw_gid : st.st_gid;
    const bool done = (entry ? ::initgroups(entry->pw_name, group) : ::setgroups(0, nullptr)) == 0 &&
                      ::setgid(group) == 0 && ::setuid(st.st_uid) == 0;
    return done ? result<void>{} : cannot_become(st.st_uid);
}

/// Read while it may be: a credential is root's.
result<std::optional<Secret>> given_key(const std::string& state_dir) {
    if (!vault::master_key_is_credential()) return std::optional<Secret>();
    auto key = vault::load_master_key(state_dir);
    if (!key) return key.error();
    return std::optional<Secret>(std::move(*key));
}

std::string caller_name() {
    return user_name(::getuid());
}

std::string listed_names(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
}

void say_what_was_done(const store::Restored& done, const std::string& file) {
    say("Restored " + file + ": the state of " + to_iso8601(done.backup_at) +
        (done.backup_by.empty() ? ", as its last entry says (it was not made by `audiencectl backup`)"
                                : ", a backup that " + done.backup_by + " made") +
        ".");
    if (!done.kept_aside.empty())
        say("The database that was there is kept: " + done.kept_aside +
            ". Remove it when it is not needed any more.");
    if (!done.taken.withdrawn.empty())
        say("Withdrawn there (or the connection removed), and so here: the consent of " +
            listed_names(done.taken.withdrawn) + ".");
    if (!done.taken.disabled.empty())
        say("Disabled or removed there, and so disabled here: " + listed_names(done.taken.disabled) + ".");
    if (!done.taken.detached.empty())
        say("Detached from their connections there, and so here: " + listed_names(done.taken.detached) + ".");
    if (!done.taken.stopped.empty())
        say("Stopped there, or in need of a person, and so here: the connections " +
            listed_names(done.taken.stopped) + ". `audiencectl status` says why.");
    if (!done.taken.tokens.empty())
        say("Newer tokens were taken from there: " + listed_names(done.taken.tokens) + ".");
    if (done.runs > 0)
        say(std::to_string(done.runs) +
            " runs that were not over are cancelled. What had been sent is looked for at the "
            "provider by the next run.");
    if (done.forgets > 0)
        say("Forgotten addresses that the backup still had are forgotten again: " +
            std::to_string(done.forgets) + ".");
    if (done.journal_damaged > 0)
        say("Lines of the journal of forgets (the file forgotten in the state directory) are damaged: " +
            std::to_string(done.journal_damaged) +
            (done.forgets_lost_since ? "."
                                     : ". The database that was there knows every forget, so none is lost."));
    if (done.forgets_lost_since)
        say("Forgets since " + to_iso8601(*done.forgets_lost_since) +
            " are not known: neither the journal nor a database that was there has them.");
}

void say_what_is_to_do(const store::Restored& done) {
    say("Before the first run of each export everything is read from the provider anew. Members whose "
        "contacts were changed "
        "after the backup, by audienced too, count as put there by others, and are not removed later.");
    if (!done.asking.empty())
        say("--existing add was set back to ask, since nothing tells who has left the list meanwhile: " +
            listed_names(done.asking) + ".");
    if (!done.sign_ins.empty())
        say("Tokens that were renewed after the backup are dead. If the provider refuses them, status says "
            "needs_sign_in; "
            "then `audiencectl connection authenticate NAME`: " +
            listed_names(done.sign_ins) + ".");
    const std::string lost =
        done.compared ? "Other changes"
                      : "Consent that was withdrawn, connections that stopped themselves, exports that "
                        "were disabled or detached, and other changes";
    if (!done.forgets_lost_since) {
        say(lost + " since the backup are not in it: repeat them. Then start the service.");
        return;
    }
    say(lost + " since the backup are not in it: repeat them.");
    say("Start the service, and repeat each forget since " + to_iso8601(*done.forgets_lost_since) +
        " (`audiencectl forget EMAIL`). Until then the first run of each export is held; `audiencectl runs "
        "approve RUN` delivers it.");
}

result<store::Restored> restore(const std::string& state_dir, const std::string& file) {
    store::RestoreRequest request;
    request.state_dir = state_dir;
    request.name = file;
    request.uid = ::getuid();
    request.by = caller_name();
    request.now = aio::system_time().now();
    request.file = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat st {};
    const bool folder = request.file >= 0 && ::fstat(request.file, &st) == 0 && S_ISDIR(st.st_mode);
    if (request.file < 0 || folder)
        return make_error(
            Errc::usage,
            file + " is no backup of audienced: " +
                (folder ? "it is a folder" : std::string("it cannot be read: ") + std::strerror(errno)),
            "name a file that `audiencectl backup` made; nothing was changed");
    if (::geteuid() == 0 && ::stat(state_dir.c_str(), &st) != 0)
        return make_error(
            Errc::bad_config, "there is no state directory " + state_dir,
            "make it as the user of the daemon: install -d -m 0700 -o audienced -g audienced " + state_dir);
    auto key = given_key(state_dir);
    if (!key) return key.error();
    request.key = std::move(*key);
    if (auto owner = become_owner(state_dir); !owner) return owner.error();
    auto lock = store::lock_state(state_dir);
    if (!lock) return lock.error();
    auto done = store::restore(request);
    ::close(request.file);
    if (done) (void)spool::remove_strays(state_dir + "/spool", {});
    return done;
}

}  // namespace

int restore_state(const std::string& state_dir, const std::string& file) {
    auto done = restore(state_dir, file);
    if (!done) {
        std::fprintf(stderr, "audienced: %s\n", done.error().text().c_str());
        return exit_status(done.error());
    }
    say_what_was_done(*done, file);
    say_what_is_to_do(*done);
    return 0;
}

}  // namespace audienced::daemon
