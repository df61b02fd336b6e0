#!/usr/bin/env python3
"""A backup while runs deliver: whole, checked, the caller's, without what was deleted; nothing is left of one that was given up, and no other file is replaced."""
import os
import sqlite3
import subprocess
import sys
import time

from daemon import listed
from harness import Failed, equal, main
from meanwhile import meanwhile
from sides import BOTH, Mailchimp, each_provider

USAGE, UNREACHABLE, REFUSED = 2, 3, 6
APPLICATION = 1096106820


def leftovers(world):
    return [name for name in os.listdir(world.daemon.state) if name.startswith("backup-")]


def check_copy(path):
    """A whole database of audienced in one file, that only the caller can read."""
    state = os.stat(path)
    equal((oct(state.st_mode & 0o777), state.st_uid), ("0o600", os.geteuid()), "whose the file is")
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as db:
        equal(db.execute("PRAGMA application_id").fetchone(), (APPLICATION,), "whose database it is")
        equal(db.execute("PRAGMA integrity_check").fetchone(), ("ok",), "its integrity")
        equal(db.execute("SELECT count(*) FROM origin WHERE backup_at > 0 AND restored_at IS NULL").fetchone(), (1,), "what it says of itself")
    db.close()
    equal([name for name in os.listdir(os.path.dirname(path)) if name.startswith(os.path.basename(path)) and name != os.path.basename(path)],
          [], "beside it")


@each_provider(*BOTH)
def made_while_a_run_delivers(world, side):
    side.first()
    world.ctl("source", "add", "canary-source", "--csv", "/srv/none")
    world.ctl("source", "remove", "canary-source")
    path = world.path("copy.db")
    for place in ("reading", "held", "batch"):
        side.come(2)
        world.check_run(meanwhile(side, place, lambda: world.ctl("backup", path)), rejected=0)
        check_copy(path)
        side.check()
    with open(path, "rb") as file:
        content = file.read()
    # (The audit keeps the names of what was added and removed.)
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as db:
        names = sum(row[0].count("canary-source") + row[1].count("canary-source") + row[2].count("canary-source")
                    for row in db.execute("SELECT object, before, after FROM audit"))
    db.close()
    equal(content.count(b"canary-source"), names, "a source that was removed is in pages that are free")
    equal(leftovers(world), [], "left in the state directory")
    for needle in (side.key.encode(),) if isinstance(side, Mailchimp) else ():
        equal(needle in content, False, "the API key is in the copy")
    audit = [row for row in listed(world.ctl("audit", "--json").json()) if row["action"] == "backup"]
    equal(len(audit), 3, "rows of the audit")


@each_provider(Mailchimp)
def to_standard_output_and_as_json(world, side):
    side.first()
    path = world.path("piped.db")
    with open(path, "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        done = subprocess.run([world.ctl.program, "backup", "-", "--socket", world.daemon.socket], stdout=out, stderr=subprocess.PIPE,
                              text=True, timeout=60, check=False)
    equal(done.returncode, 0, done.stderr)
    check_copy(path)
    for words in ("master key", "master.key", "audienced --restore", "forgotten"):
        if words not in done.stderr:
            raise Failed(f"it does not say {words!r}: {done.stderr}")
    answer = world.ctl("backup", world.path("told.db"), "--json").json()
    equal((answer["file"], answer["bytes"], answer["master_key"]["kept"]), (world.path("told.db"), os.path.getsize(world.path("told.db")), "file"),
          f"the answer: {answer}")
    world.ctl("backup", "-", "--json", expect=USAGE)
    world.ctl("backup", world.path("no/folder/copy.db"), expect=USAGE)
    world.ctl("backup", world.folder, expect=USAGE)
    world.daemon.stop()
    before = os.stat(path).st_mtime_ns
    world.ctl("backup", path, expect=UNREACHABLE)
    equal(os.stat(path).st_mtime_ns, before, "a refused backup changed the file that was there")


@each_provider(Mailchimp)
def never_over_another_file(world, side):
    """A backup onto the live database, or onto the master key, replaced it: the next start found a damaged state."""
    side.first()
    state, outside = world.daemon.state, world.path("outside")
    os.mkdir(outside)
    os.mkdir(os.path.join(outside, "sub"))
    os.symlink(state, os.path.join(outside, "state-link"))
    for name in ("audienced.db", "master.key", "lock", "audit-head"):
        if not os.path.exists(os.path.join(state, name)):
            continue
        os.symlink(os.path.join(state, name), os.path.join(outside, f"soft-{name}"))
        os.link(os.path.join(state, name), os.path.join(outside, f"hard-{name}"))
    with open(os.path.join(outside, "letter.txt"), "w", encoding="ascii") as file:
        file.write("not a backup\n" * 20)
    with sqlite3.connect(os.path.join(outside, "other.db")) as db:
        db.execute("CREATE TABLE t(a)")
    db.close()
    def look():
        return {name: (os.lstat(path).st_ino, os.lstat(path).st_nlink) for folder in (state, outside) for name in sorted(os.listdir(folder))
                for path in [os.path.join(folder, name)] if not name.startswith("audienced.db-")}
    before = look()
    inside = [os.path.join(state, name) for name in (*sorted(os.listdir(state)), "new.db", "spool/new.db") if os.path.isdir(os.path.dirname(os.path.join(state, name)))
              and not os.path.isdir(os.path.join(state, name))]
    for path in (*inside, os.path.join(outside, "state-link", "audienced.db"), os.path.join(outside, "state-link", "new.db"),
                 os.path.join(outside, "sub", "..", "state-link", "master.key"),
                 *(os.path.join(outside, name) for name in sorted(os.listdir(outside)) if name not in ("sub", "state-link"))):
        answer = world.ctl("backup", path, expect=REFUSED)
        equal("nothing was changed" in answer.text, True, answer.text)
    equal(look(), before, "the files that were there")
    # A backup that was made before is replaced, and so is a file that holds nothing.
    made = os.path.join(outside, "made.db")
    with open(made, "w", encoding="ascii"):
        pass
    for _ in range(2):
        world.ctl("backup", made)
        check_copy(made)
    world.daemon.stop()
    world.daemon.start()
    side.settles()


@each_provider(Mailchimp, count=3000)
def given_up(world, side):
    """Its client is killed while the copy is made, and while it is sent."""
    side.first()
    path = world.path("given-up.db")
    for kill in range(20):
        command = subprocess.Popen([world.ctl.program, "backup", path, "--socket", world.daemon.socket], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(world.random.uniform(0, 0.06))  # drawn: the moment is the test
        command.kill()
        command.communicate()
        # The next one begins when the daemon has let go of this one.
        until = time.monotonic() + 20
        while (answer := world.ctl("backup", world.path("next.db"), expect=None)).code != 0:
            equal("another backup" in answer.text, True, answer.text)
            if time.monotonic() > until:
                raise Failed(f"after kill {kill} the backup that was given up goes on: {answer.text}")
        equal(leftovers(world), [], "left in the state directory")
        found = [name for name in os.listdir(world.folder) if name.startswith("given-up.db")]
        if found:
            equal(found, ["given-up.db"], "what is there of a backup that was whole")
            check_copy(path)
            os.unlink(path)
    # One that nothing reads lies in no folder, and goes with its client.
    idle = subprocess.Popen([world.ctl.program, "backup", "-", "--socket", world.daemon.socket], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    idle.stdout.read(1)
    equal(leftovers(world), [], "a copy with a name in the state directory")
    idle.kill()
    idle.communicate()
    side.settles()


if __name__ == "__main__":
    sys.exit(main(globals()))
