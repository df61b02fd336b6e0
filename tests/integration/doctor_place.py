"""A daemon of its own for each mistake that doctor is to find, and what doctor says of it."""
import os
import shutil
import sqlite3

from daemon import Failed
from harness import NotTested, World
from rows import people, write_table

USER = 1  # the user and the group "daemon" of every Debian


class Place(World):
    """A daemon with a source, a segment, a connection and an export that the refresh schedule starts."""

    def prepare(self):
        write_table(self.path("crm.db"), "customers", people(20, self.random))
        self.connect()
        self.ctl("source", "add", "crm", "--sqlite", self.path("crm.db"))
        self.ctl("segment", "add", "active", "--source", "crm", "--table", "customers")
        self.export("spring", ["active"])
        self.ctl("schedule", "set", "daily 02:00", "--timezone", "Europe/Berlin")

    def asked(self, *words, expect=None):
        answer = self.ctl("doctor", "--json", *words, expect=expect)
        return answer.code, answer.json()

    def checks(self, *words):
        """Name -> the findings of that name, without those that this machine always has."""
        out = {}
        for one in self.asked(*words)[1]["checks"]:
            out.setdefault(one["name"], []).append(one)
        return out

    def finds(self, name, state, *words, full=False):
        """One of the check's findings has this state and these words, in its message or remedy; a person reads the same."""
        found = self.checks(*(["--full"] if full else [])).get(name, [])
        for one in found:
            text = f"{one['message']} {one['remedy'] or ''}"
            if one["state"] == state and all(word in text for word in words):
                return
        raise Failed(f"no {state} of {name} with {words}: {found}")

    def stopped(self, statement, *values):
        """Changes the database while the daemon is stopped."""
        self.daemon.stop()
        with sqlite3.connect(os.path.join(self.daemon.state, "audienced.db")) as db:
            db.execute(statement, values)
        db.close()
        self.daemon.start()


def needs_root(what):
    if os.geteuid() != 0:
        raise NotTested(f"{what}: that takes root")


class Ordinary(Place):
    """Its daemon runs as another user than root, so that rights count."""

    def __init__(self, binaries, **options):
        needs_root("a daemon of another user")
        super().__init__(binaries, **options)
        os.chmod(self.folder, 0o755)
        shutil.copy(self.daemon.program, self.folder)
        self.daemon.program = self.path("audienced")
        os.mkdir(self.daemon.state, 0o700)
        os.chown(self.daemon.state, USER, USER)
        os.chown(self.folder, USER, USER)
        plain = self.daemon.argv
        self.daemon.argv = lambda: ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *plain()]
        start = self.daemon.start

        def start_reachable(*words, **more):
            before = os.umask(0)  # or it could not say that it is ready
            try:
                return start(*words, **more)
            finally:
                os.umask(before)
        self.daemon.start = start_reachable

    def prepare(self):
        os.chmod(self.path("sandbox"), 0o755)
        os.chmod(self.sandbox.ca_file, 0o644)
        super().prepare()
        os.chmod(self.path("crm.db"), 0o644)


def configured(world, text):
    world.daemon.config = world.path("audienced.toml")
    with open(world.daemon.config, "w", encoding="utf-8") as file:
        file.write(text)
    world.daemon.stop()
    world.daemon.start()
