#!/usr/bin/env python3
"""The manual pages pass groff and mandoc without a warning, and real shells complete commands and the names that a real daemon
knows."""
import os
import pty
import select
import shutil
import subprocess
import sys
import time

from daemon import Failed
from harness import NotTested, World, equal, main

PAGES = ("audiencectl.1", "audienced.8", "audienced.toml.5")


def documents(binaries, name):
    return os.path.join(binaries, "documents", name)


def needs(program):
    if not shutil.which(program):
        raise NotTested(f"{program} is not installed")


def test_man_formats_every_page_without_a_warning(binaries):
    needs("man")
    for page in PAGES:
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", documents(binaries, page)], capture_output=True, text=True, check=True)
        equal(done.stderr, "", f"warnings of {page}")
        equal(len(done.stdout.splitlines()) > 30, True, f"{page} has text")


def test_mandoc_finds_no_fault(binaries):
    needs("mandoc")
    for page in PAGES:
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", documents(binaries, page)], capture_output=True, text=True, check=False)
        # It looks the other pages up among the installed ones.
        equal([line for line in done.stdout.splitlines() if "referenced manual not found" not in line], [], f"faults of {page}")


class Furnished(World):
    """A daemon with something of each kind, and audiencectl in the PATH."""

    def prepare(self):
        self.connect()
        self.ctl("source", "add", "crm", "--sqlite", self.path("crm.db"))
        self.ctl("source", "add", "tills", "--csv", self.folder)
        os.mkdir(self.path("bin"))
        os.symlink(self.ctl.program, self.path("bin/audiencectl"))


def environment(world):
    return {"PATH": world.path("bin") + ":" + os.environ["PATH"], "HOME": world.folder, "TERM": "dumb", "LC_ALL": "C.UTF-8", "PS1": "ready> "}


def typed(world, shell, setup, cases):
    """Types the beginning of a command and a tab into a shell on a terminal, until what it completes stands there."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(shell, stdin=follower, stdout=follower, stderr=follower, env=environment(world), start_new_session=True,
                               cwd=world.folder)
    os.close(follower)
    try:
        os.write(leader, setup.encode() + b"\n")
        until(leader, "setup-is-done")
        for keys, wanted in cases:
            os.write(leader, keys.encode() + b"\t")
            until(leader, wanted)
            os.write(leader, b"\x15")  # empties the line
    finally:
        process.kill()
        process.wait()
        os.close(leader)


def until(terminal, wanted, patience=60):
    seen, deadline = "", time.monotonic() + patience
    while wanted not in seen:
        if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            raise Failed(f"expected {wanted!r} on the terminal, found {seen!r}")
        seen += os.read(terminal, 4096).decode(errors="replace")


def cases_of(world):
    open(world.path("long-query.sql"), "w", encoding="utf-8").close()
    here = f"audiencectl --socket {world.daemon.socket} "
    return [("audiencectl segm", "audiencectl segment "),
            ("audiencectl connection authen", "connection authenticate "),
            (here + "source show ti", "source show tills "),
            (here + "connection test sh", "connection test shop "),
            (here + "export add x --mode mi", "--mode mirror "),
            (here + "segment add x --source cr", "--source crm "),
            (here + "segment add x --query-file long-q", "long-query.sql ")]


def test_bash(binaries):
    needs("bash")
    with Furnished(binaries) as world:
        typed(world, ["bash", "--norc", "--noprofile", "-i"], f"source {documents(binaries, 'audiencectl.bash')}; echo setup-is-'done'", cases_of(world))


def test_zsh(binaries):
    needs("zsh")
    with Furnished(binaries) as world:
        setup = f"autoload -U compinit; compinit -D -u; source {documents(binaries, '_audiencectl')}; echo setup-is-'done'"
        typed(world, ["zsh", "-f", "-i"], setup, cases_of(world))


def test_fish(binaries):
    needs("fish")
    with Furnished(binaries) as world:
        def candidates(line):
            script = f"source {documents(binaries, 'audiencectl.fish')}; complete -C '{line}'"
            done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True, env=environment(world), cwd=world.folder)
            return [line.split("\t")[0] for line in done.stdout.splitlines()]
        for typed_so_far, wanted in cases_of(world):
            equal(candidates(typed_so_far), [wanted.split()[-1]], f"candidates of {typed_so_far!r}")
        equal("status" in candidates("audiencectl "), True, "the commands are candidates")


def test_no_shell_waits_for_a_daemon_that_is_away(binaries):
    with Furnished(binaries) as world:
        world.daemon.stop()
        done = subprocess.run([world.ctl.program, "__complete", "--socket", world.daemon.socket, "source", "show", ""],
                              capture_output=True, text=True, check=True)
        equal(done.stdout + done.stderr, "", "what is said without a daemon")


if __name__ == "__main__":
    sys.exit(main(globals()))
