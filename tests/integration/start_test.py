#!/usr/bin/env python3
"""What keeps the daemon from starting: the sentence on standard error, and the exit code by which systemd decides whether to try again."""
import os
import shutil
import subprocess
import sys
import tempfile

from daemon import Failed
from harness import NotTested, equal, main

USAGE, DATA, CONFIG = 2, 65, 78
OTHER = 1  # the user and the group "daemon" of every Debian


class Place:
    """A folder in which audienced is started, by default as another user than root."""

    def __init__(self, binaries):
        self.program = os.path.join(binaries, "daemon", "audienced")
        self.folder = tempfile.mkdtemp(prefix="audienced-start.")
        self.state = os.path.join(self.folder, "state")

    def __enter__(self):
        os.chmod(self.folder, 0o755)
        # The build may lie where only root looks.
        shutil.copy(self.program, self.folder)
        self.program = os.path.join(self.folder, "audienced")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def refuses(self, code, *words, says=(), user=None):
        """It ends with this code and says these words, in one line."""
        argv = [self.program, "--state-dir", self.state, "--socket", os.path.join(self.folder, "control.socket"), *words]
        who = {"user": user, "group": user, "extra_groups": []} if user else {}
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False, **who)
        equal(done.returncode, code, f"the exit code; it said {done.stderr}")
        equal((done.stderr.count("\n"), done.stderr.startswith("audienced: ")), (1, True), f"one line on standard error: {done.stderr!r}")
        for word in says:
            if word not in done.stderr:
                raise Failed(f"it does not say {word!r}: {done.stderr}")


def needs_root():
    if os.geteuid() != 0:
        raise NotTested("another user than root can give no file away")


def test_a_state_that_root_copied_back(binaries):
    needs_root()
    with Place(binaries) as place:
        os.mkdir(place.state, 0o700)
        os.chown(place.state, OTHER, OTHER)
        for name in ("audienced.db", "lock", "master.key"):
            with open(os.path.join(place.state, name), "wb") as file:
                os.fchmod(file.fileno(), 0o600)
        owner = ["belong to the user root", "runs as daemon", "chown -R daemon:daemon " + place.state]
        place.refuses(CONFIG, user=OTHER, says=["audienced.db", "lock", "master.key", *owner])
        os.chown(place.state, 0, 0)
        place.refuses(CONFIG, user=OTHER, says=["belongs to the user root", *owner[1:]])
        os.chown(place.state, OTHER, OTHER)
        # By hand, on what is the service's: root must not take it away from the service.
        place.refuses(CONFIG, says=["belongs to the user daemon", "systemctl start audienced"])


def test_folders_that_are_closed(binaries):
    needs_root()
    with Place(binaries) as place:
        place.refuses(CONFIG, user=OTHER, says=[place.state, "install -d -m 0700 -o daemon"])
        os.mkdir(place.state, 0o700)
        os.chown(place.state, OTHER, OTHER)
        place.refuses(CONFIG, user=OTHER, says=["control.socket", place.folder, "owner root", "daemon"])
        os.chmod(place.state, 0o500)
        place.refuses(CONFIG, user=OTHER, says=[place.state, "mode 0500"])


def test_a_wrong_command_line_and_configuration(binaries):
    with Place(binaries) as place:
        place.refuses(USAGE, "--colour", "red", says=["--colour", "--help"])
        missing = os.path.join(place.folder, "missing.toml")
        place.refuses(CONFIG, "--config", missing, says=[missing])
        with open(missing, "w", encoding="utf-8") as file:
            file.write("\ncolour = 1\n")
        place.refuses(CONFIG, "--config", missing, says=["line 2", "colour"])
        if os.geteuid() == 0:
            os.chmod(missing, 0o600)
            place.refuses(CONFIG, "--config", missing, user=OTHER, says=["the user daemon may not read the file", "setfacl -m u:daemon:r"])


def test_check_config_says_everything_at_once(binaries):
    with Place(binaries) as place:
        file = os.path.join(place.folder, "audienced.toml")

        def check(text, code, *lines):
            with open(file, "w", encoding="utf-8") as out:
                out.write(text)
            done = subprocess.run([place.program, "--config", file, "--check-config"], capture_output=True, text=True, timeout=60, check=False)
            equal(done.returncode, code, f"the exit code; it said {done.stdout}{done.stderr}")
            equal(len(done.stderr.splitlines()), len(lines), f"lines of faults: {done.stderr}")
            for line, said in zip(lines, done.stderr.splitlines()):
                equal(line in said and file in said, True, f"{line!r} in {said!r}")
            return done.stdout

        check('colour = "red"\n[log]\nlevel = "loud"\n[hook]\ntimeout = 3\n', CONFIG, "line 3: log.level", "line 5: hook.timeout", "line 1: there is no setting colour")
        secret = os.path.join(place.folder, "proxy")
        with open(secret, "w", encoding="utf-8") as out:
            out.write("user:password\n")
        os.chmod(secret, 0o644)
        bad = ('state_dir = "/nowhere/state"\n[roles]\nviewers = ["no-such-group"]\n[hook]\ncommand = ["/nowhere/notify"]\n'
               f'[proxy]\nurl = "http://proxy.example:3128"\ncredentials_file = "{secret}"\n')
        check(bad, CONFIG, "state_dir: there is no folder /nowhere", "roles.viewers: there is no group no-such-group",
              f"chmod g-w,o= {secret}", "hook.command: the program /nowhere/notify")
        os.chmod(secret, 0o600)
        good = f'[roles]\nviewers = ["daemon"]\n[hook]\ncommand = ["/bin/true"]\n[proxy]\nurl = "http://proxy.example:3128"\ncredentials_file = "{secret}"\n'
        equal(check(good, 0).endswith("is fine\n"), True, "the verdict")


def test_a_database_that_is_none(binaries):
    with Place(binaries) as place:
        os.mkdir(place.state, 0o700)
        with open(os.path.join(place.state, "audienced.db"), "wb") as file:
            file.write(os.urandom(8192))
        place.refuses(DATA, says=["audienced.db", "damaged"])


if __name__ == "__main__":
    sys.exit(main(globals()))
