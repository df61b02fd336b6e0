#!/usr/bin/env python3
"""Every command prints to a full disk, to a reader that is gone, and to an output that is closed. A dump to a full disk left a cut file and had exit code 0."""
import os
import subprocess
import sys

from daemon import Failed
from harness import equal, main
from roles_table import TABLE
from roles_test import Teller, commands, needs_root
from roles_world import Shop

UNWRITTEN = "standard output could not be written as a whole"
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def printed_to(output, argv, stdin=""):
    done = subprocess.run(argv, input=stdin, stdout=output, stderr=subprocess.PIPE, text=True, timeout=120, check=False, env=ENVIRONMENT)
    return done.returncode, done.stderr


def reader_that_is_gone():
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "wb")


def check_full(words, code, said, whole):
    """With --json each command prints its answer or the problem."""
    if whole or code == 0 or UNWRITTEN in said:
        equal((UNWRITTEN in said, code != 0), (True, True), f"{' '.join(words)} > /dev/full: exit {code}: {said}")


def test_every_command_says_that_it_cannot_print(binaries):
    needs_root()
    with Shop(binaries) as world:
        known, teller = commands(world.ctl.program), Teller(world)
        for command in known:
            row = TABLE[command]
            for more in ([], ["--json"]):
                if "{spare}" in row.words:
                    world.spare("administrator")
                words = [*command.split(), *[word.strip('"') for word in teller.words("administrator", row, False)], *more]
                argv = [world.ctl.program, *words, "--socket", world.daemon.socket]
                with open("/dev/full", "wb") as full:
                    check_full(words, *printed_to(full, argv, row.stdin), bool(more))
                with reader_that_is_gone() as gone:
                    code, said = printed_to(gone, argv, row.stdin)
                if "standard output" in said:
                    raise Failed(f"{' '.join(words)}, whose reader is gone, is not silent: exit {code}: {said}")
        for words in ([], ["--help"], ["--version"], ["status", "--watch"], ["status", "--watch", "--json"], ["runs", "follow", str(world.runs["own, held"])]):
            with open("/dev/full", "wb") as full:
                check_full(words, *printed_to(full, [world.ctl.program, *words, "--socket", world.daemon.socket]), words != [])


def test_the_daemon_says_that_it_cannot_print(binaries):
    program = os.path.join(binaries, "daemon", "audienced")
    for words in (["--help"], ["--version"], ["--check-config"]):
        with open("/dev/full", "wb") as full:
            check_full(words, *printed_to(full, [program, *words]), True)


def test_a_closed_output_is_not_the_socket(binaries):
    """What is opened first gets the number of what is closed: the answer would have gone to the daemon."""
    needs_root()
    with Shop(binaries) as world:
        done = subprocess.run(["sh", "-c", '"$0" "$@" >&-', world.ctl.program, "status", "--socket", world.daemon.socket], stderr=subprocess.PIPE, text=True,
                              timeout=60, check=False)
        equal((done.returncode, UNWRITTEN in done.stderr), (1, True), f"status >&-: {done.stderr}")


if __name__ == "__main__":
    sys.exit(main(globals()))
