#!/usr/bin/env python3
"""An older state is put back after days of changes: no contact that opted out since is sent, no forget is lost, no member is removed that others
put there, and what nothing can tell waits for a person."""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time

import traces
from daemon import listed
from forget_test import needles, suppressed, tables_with
from harness import Failed, equal, main
from meanwhile import meanwhile
from sides import BOTH, ConstantContact, Mailchimp, each_provider

USAGE, HELD, DATA, BUSY, CONFIG = 2, 7, 65, 75, 78
DAY = 86_400


def backup(world, name="backup.db"):
    path = world.path(name)
    world.ctl("backup", path)
    return path


def restore(world, path, expect=0, state=None, says=()):
    done = subprocess.run([world.daemon.program, "--restore", path, "--state-dir", state or world.daemon.state], capture_output=True, text=True,
                          timeout=120, check=False, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **world.daemon.environment})
    text = done.stdout + done.stderr
    if done.returncode != expect:
        raise Failed(f"--restore: exit {done.returncode}, expected {expect}\n{text}")
    for words in says:
        if words not in text:
            raise Failed(f"--restore does not say {words!r}:\n{text}")
    equal(re.findall(r"[\w.]+@[\w.]+", text), [], "addresses in what it says")
    return text


def restored(world, path, **more):
    world.daemon.stop()
    text = restore(world, path, **more)
    world.daemon.start()
    return text


def events(world, kind):
    with open(world.daemon.log_path, encoding="utf-8", errors="replace") as log:
        return [line for line in log if kind in line]


def await_event(world, words):
    until = time.monotonic() + 20
    while not events(world, words):
        if time.monotonic() > until:
            raise Failed(f"no event says {words!r}: {world.daemon.tail(10)}")
        time.sleep(0.05)  # the log is written beside the start


@each_provider(*BOTH, count=8)
def after_days_of_changes(world, side):
    unsubscribes, leaves, forgotten, *_ = side.first()
    side.come(2)
    paths = []
    run = meanwhile(side, "batch", lambda: paths.append(backup(world)))
    world.check_run(run, added=2, rejected=0)

    # Two days, each with its run.
    world.pass_time(DAY)
    later = side.come(3)
    world.check_run(side.run(), added=3)
    side.act("unsubscribe", unsubscribes, later[0])
    side.act("left", leaves)
    world.ctl("forget", "-", stdin=forgotten + "\n")
    world.pass_time(DAY)
    side.move(later[1])
    world.check_run(side.run(), suppressed=3 if isinstance(side, Mailchimp) else 4)
    staffs = "staffs-p9@example.org"
    side.seed(staffs, on=True)
    side.theirs |= {staffs}
    side.out |= {unsubscribes, later[0]} | ({leaves} if isinstance(side, ConstantContact) else set())
    member = suppressed(world)[0]

    restore(world, paths[0], expect=BUSY, says=["another audienced"])
    text = restored(world, paths[0], says=["1 runs that were not over", "are forgotten again: 1.", ".before-restore-"])
    equal("repeat each" in text, False, text)
    equal(traces.in_folder(world.daemon.state, {"the forgotten address": forgotten}), [], "traces after the restore")
    equal(tables_with(f"{world.daemon.state}/audienced.db", member), [], "tables with the hash of the forgotten address")
    await_event(world, "the state is that of the backup")
    equal(len(events(world, "the state is that of the backup")), 1, "events of the restore")
    status = world.ctl("status", "--json").json()["restored"]
    equal((status["not_run_since"], status["at"] > status["backup_at"]), ([side.name], True), f"the status: {status}")
    equal(world.ctl.show(run["id"])["status"], "cancelled", "the run that was under way in the backup")

    # The opted-out ones stay out, the forgotten one is not sent, what staff gave stays.
    side.theirs.add(forgotten)  # it was a contact before; audienced deletes none
    fresh = side.run()
    equal(fresh["id"] > run["id"] + 500, True, f"a number that was not used before: {fresh['id']}")
    world.check_run(fresh, rejected=0)
    side.rows[forgotten] = side.state()[forgotten].values
    side.write()
    if isinstance(side, Mailchimp):
        side.unsure.add(leaves)  # a tag that was taken off is put back only by a complete run
    side.check()
    equal(world.ctl("status", "--json").json()["restored"]["not_run_since"], [], "exports that have not run since")
    # What audienced gave after the backup counts as given by others: it stays.
    side.leave(later[1])
    side.theirs.add(later[1])
    world.check_run(side.run(), removed=0)
    side.check()
    world.daemon.stop()
    world.daemon.start()
    equal(len(events(world, "the state is that of the backup")), 1, "events of the restore after another start")


@each_provider(*BOTH)
def what_others_gave_meanwhile(world, side):
    """audienced took the member out after the backup, and staff put the member back: the restored state takes it for its own."""
    given_back, own, *_ = side.first()
    path = backup(world)
    world.pass_time(60)
    side.leave(given_back)
    world.check_run(side.run(), removed=1)
    side.act("joined", given_back)
    world.pass_time(DAY)
    restored(world, path)
    side.theirs.add(given_back)
    world.check_run(side.run(), removed=0)
    side.check()
    # A member that did not change since the backup is audienced's own, and is removed as ever.
    side.leave(own)
    world.check_run(side.run(), removed=1)
    side.check()


@each_provider(*BOTH)
def a_backup_right_behind_a_run(world, side):
    """What the run delivered is in the backup: it is not taken for the work of others, and leaves with its segment."""
    side.first()
    fresh = side.come(3)
    world.check_run(side.run(), added=3)
    path = backup(world)
    world.pass_time(60)
    after = side.come(1)
    world.check_run(side.run(), added=1)
    restored(world, path)
    side.leave(fresh[0])
    side.leave(after[0])
    side.theirs.add(after[0])  # delivered after the backup: nothing tells it from the work of others
    world.check_run(side.run(), removed=1)
    side.check()


@each_provider(ConstantContact)
def who_left_a_list_that_the_backup_does_not_know(world, side):
    """Delivered after the backup, and gone from the list before the restore: nothing tells, so a person decides, whatever --existing said."""
    side.first()
    world.ctl("export", "edit", side.name, "--existing", "add")
    path = backup(world)
    left, stays = side.come(2)
    world.check_run(side.run(), added=2)
    side.act("left", left)
    world.pass_time(DAY)
    text = restored(world, path)
    equal(f"was set back to ask" in text and side.name in text, True, text)
    run = side.finish(side.start(), expect=HELD)
    equal("are not on the list after a call" in run["reason"], True, run["reason"])
    world.ctl("export", "edit", side.name, "--existing", "leave")
    world.check_run(side.run())
    side.out.add(left)
    side.check()


@each_provider(ConstantContact)
def tokens_that_were_renewed_since(world, side):
    side.first()
    path = backup(world)
    world.sandbox.call("POST", "revoke", {"client_id": side.client, "account": side.name, "access_only": True})
    side.move(next(iter(side.rows)))
    world.check_run(side.run(), updated=1)
    world.sandbox.call("POST", "revoke", {"client_id": side.client, "account": side.name, "access_only": True})
    world.pass_time(DAY)
    world.daemon.stop()
    os.rename(f"{world.daemon.state}/audienced.db", world.path("lost.db"))  # else the newer tokens are taken from it
    text = restore(world, path, says=["connection authenticate", "Consent that was withdrawn"])
    equal(side.name in text, True, text)
    world.daemon.start()
    side.finish(side.start(), expect=None)
    connection = side.connection()
    equal((connection["state"], "restored from the backup" in connection["state_reason"]), ("needs_sign_in", True), f"the connection: {connection}")
    side.new_credentials()
    side.settles()


@each_provider(Mailchimp)
def one_run_makes_up_for_all_starts(world, side):
    side.first()
    world.ctl("export", "edit", side.name, "--schedule", "0 * * * *", "--timezone", "UTC")
    path = backup(world)
    world.pass_time(3 * DAY)
    world.daemon.stop()
    restore(world, path)
    world.daemon.start()
    runs = [run for run in world.ctl.runs(side.name) if run["trigger"] == "schedule"]
    equal(len(runs), 1, f"runs of the schedule: {runs}")
    side.finish(runs[0]["id"])
    world.ctl("export", "edit", side.name, "--schedule", "manual")


@each_provider(Mailchimp)
def on_another_machine(world, side):
    first, *_ = side.first()
    path = backup(world)
    world.ctl("forget", "-", stdin=first + "\n")
    world.daemon.stop()
    home, elsewhere = world.daemon.state, world.path("elsewhere")
    os.mkdir(elsewhere, 0o700)
    text = restore(world, path, state=elsewhere, expect=CONFIG, says=["there is no master key here", "nothing was changed"])
    equal(os.listdir(elsewhere) in ([], ["lock"]), True, f"left after a refusal: {os.listdir(elsewhere)} {text}")
    with open(os.path.join(elsewhere, "master.key"), "wb") as key:
        os.fchmod(key.fileno(), 0o600)
        key.write(os.urandom(32))
    restore(world, path, state=elsewhere, expect=CONFIG, says=["the key here is"])
    shutil.copy(os.path.join(home, "master.key"), os.path.join(elsewhere, "master.key"))
    restore(world, path, state=elsewhere, says=["Start the service, and repeat each forget since"])
    world.daemon.state = elsewhere
    world.daemon.start()
    world.ctl("forget", "-", stdin=first + "\n")
    run = side.finish(side.start(), expect=HELD)  # nothing knows the other forgets of that time: restore_forgets_test.py
    world.ctl("runs", "approve", str(run["id"]))
    world.check_run(side.finish(run["id"]), suppressed=1)
    side.theirs.add(first)
    side.check()


@each_provider(Mailchimp)
def what_is_no_backup(world, side):
    side.first()
    path = backup(world)
    world.daemon.stop()
    with open(os.path.join(world.daemon.state, "audienced.db"), "rb") as file:
        before = file.read()

    def refused(content, code, *says):
        bad = world.path("bad.db")
        with open(bad, "wb") as file:
            file.write(content)
        restore(world, bad, expect=code, says=[*says, bad])
        with open(os.path.join(world.daemon.state, "audienced.db"), "rb") as file:
            equal(file.read() == before, True, "a refused restore changed the database")
        equal([name for name in os.listdir(world.daemon.state) if "restor" in name], [], "left after a refusal")

    with open(path, "rb") as file:
        whole = file.read()
    # Of a text it said that the database is damaged, and what to do with the state.
    no_backup = [" is no backup of audienced: ", "nothing was changed"]
    refused(b"", USAGE, *no_backup, "it is empty")
    refused(b"this is no database" * 1000, USAGE, *no_backup, "it is no SQLite database")
    refused(b"SQLite format 3\0", DATA, *no_backup, "it is cut short")
    for cut in (len(whole) // 2, 5000):
        refused(whole[:cut], DATA, *no_backup, "is damaged")
    middle = len(whole) // 2
    refused(whole[:middle] + os.urandom(8192) + whole[middle + 8192:], DATA, *no_backup, "is damaged")
    restore(world, world.daemon.state, expect=USAGE, says=[*no_backup, "it is a folder"])
    closed = world.path("closed.db")
    shutil.copy(path, closed)
    os.chmod(closed, 0)
    if os.geteuid() != 0:
        restore(world, closed, expect=USAGE, says=[*no_backup, "it cannot be read: "])
    other = world.path("other.db")
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE t(x)")
    db.close()
    with open(other, "rb") as file:
        refused(file.read(), USAGE, *no_backup, "another program")
    newer = world.path("newer.db")
    shutil.copy(path, newer)
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 9999")
    db.close()
    with open(newer, "rb") as file:
        refused(file.read(), CONFIG, "newer audienced")
    restore(world, world.path("nothing.db"), expect=USAGE, says=[*no_backup, "it cannot be read: No such file"])
    # A damaged database is no hindrance, and is kept as it is.
    with open(os.path.join(world.daemon.state, "audienced.db"), "r+b") as file:
        file.write(b"damage" * 1000)
    text = restore(world, path)
    aside = re.search(r"kept: (\S+)\.", text).group(1)
    with open(aside, "rb") as file:
        equal(file.read(6), b"damage", "what was kept of the damaged database")
    world.daemon.start()
    side.settles()


@each_provider(Mailchimp, count=3000)
def killed_while_it_restores(world, side):
    """The state is the one of before or the restored one, whole."""
    side.first()
    path = backup(world)
    world.ctl("source", "add", "since", "--csv", "/srv/none")
    found = set()
    for kill in range(20):
        world.daemon.stop()
        command = subprocess.Popen([world.daemon.program, "--restore", path, "--state-dir", world.daemon.state], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env={"PATH": os.environ["PATH"], **world.daemon.environment})
        time.sleep(world.random.uniform(0, 0.3))  # drawn: the moment is the test
        command.kill()
        command.communicate()
        world.daemon.start()
        sources = {one["name"] for one in listed(world.ctl("source", "list", "--json").json())}
        equal(sources - {"since"}, {side.name}, f"sources after kill {kill}")
        found.add("since" in sources)
        if "since" not in sources:
            world.ctl("source", "add", "since", "--csv", "/srv/none")
        equal([name for name in os.listdir(world.daemon.state) if ".restoring" in name], [], "left in the state directory")
    side.settles()
    print(f"20 kills; found the state of {'before and the restored one' if len(found) == 2 else 'one kind'}")


def test_files_belong_to_the_user_of_the_daemon(binaries):
    """Restored by root into a state directory of another user."""
    from harness import NotTested, World
    if os.geteuid() != 0:
        raise NotTested("only root can give files away")
    with World(binaries) as world:
        path = backup(world)
        world.daemon.stop()
        os.chmod(world.folder, 0o755)
        for where, folders, files in os.walk(world.daemon.state):
            for name in [where] + [os.path.join(where, one) for one in folders + files]:
                os.chown(name, 1, 1)
        restore(world, path)
        owners = {os.stat(os.path.join(world.daemon.state, name)).st_uid for name in os.listdir(world.daemon.state)}
        equal(owners, {1}, "owners of the files")


if __name__ == "__main__":
    sys.exit(main(globals()))
