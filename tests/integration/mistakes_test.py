#!/usr/bin/env python3
"""docs/MISTAKES.md: each of its command lines is run against a real daemon, and answers what the page says. --write writes the answers
into the page. Beside it: a daemon that does not answer, and Ctrl-C."""
import os
import re
import shlex
import signal
import subprocess
import sys

from daemon import Failed
from harness import World, equal, main
from rows import people, write_table

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join(ROOT, "docs", "MISTAKES.md")
SHOWN_FOLDER = "/srv/shop"  # in place of the test's own
EXAMPLE = re.compile(r"^    \$ (.+)\n((?:    .*\n)*)", re.M)


class Shop(World):
    """What the page says that there is."""

    def prepare(self):
        write_table(self.path("crm.db"), "customers", people(20, self.random))
        self.connect()
        self.ctl("source", "add", "crm", "--sqlite", self.path("crm.db"))
        self.ctl("segment", "add", "active", "--source", "crm", "--table", "customers")
        self.export("spring", ["active"])
        self.ctl.run("spring")
        for name, text in (("key", self.key + "\n"), ("empty", ""), ("misspelt.toml", '[log]\nlevle = "info"\n')):
            with open(self.path(name), "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(text)


def answer_to(world, line):
    """What the page shows below a command."""
    words = shlex.split(line)
    program = os.path.join(world.binaries, "daemon", words[0])
    if words[0] == "audiencectl" and "--socket" not in words:
        words += ["--socket", world.daemon.socket]
    done = subprocess.run([program, *words[1:]], capture_output=True, text=True, cwd=world.folder, check=False, timeout=60,
                          stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": world.folder})
    world.ctl.printed.append(done.stdout + done.stderr)
    lines = (done.stdout + done.stderr).replace(world.folder, SHOWN_FOLDER).splitlines()
    return "".join(f"    {one}\n" for one in [*lines, f"exit {done.returncode}"])


def definitions(world):
    return [world.ctl(noun, "list", "--json").out for noun in ("source", "segment", "connection", "export")] + [world.ctl("audit", "--json").out]


def test_every_mistake_of_the_page(binaries):
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    examples = EXAMPLE.findall(page)
    equal(len(examples) >= 40, True, f"forty mistakes; found {len(examples)}")
    with Shop(binaries) as world:
        before = definitions(world)
        answers = {line: answer_to(world, line) for line, _ in examples}
        equal(definitions(world), before, "definitions after all the mistakes")
        world.check_no_traces()
    if WRITE:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(EXAMPLE.sub(lambda match: f"    $ {match[1]}\n{answers[match[1]]}", page))
        return
    for line, shown in examples:
        equal(answers[line], shown, f"$ {line}")
        if not re.search(r"^    exit [1-9]", shown, re.M):
            raise Failed(f"$ {line}: no mistake: {shown}")


def test_a_daemon_that_does_not_answer(binaries):
    with Shop(binaries) as world:
        world.daemon.process.send_signal(signal.SIGSTOP)
        try:
            answer = world.ctl("check", expect=3)
            equal("did not answer within 10 s" in answer.err, True, f"the reason is told: {answer.text}")
        finally:
            world.daemon.process.send_signal(signal.SIGCONT)
        equal(world.ctl("check").out, "all exports are up to date: 1\n", "what it answers afterwards")
        world.daemon.stop()
        world.ctl("check", expect=3)


def test_check_names_a_run_that_is_held_and_one_that_failed(binaries):
    with Shop(binaries) as world:
        world.ctl("run", "spring", "--hold", "--follow", expect=7)
        held = world.ctl("check", expect=1).out
        equal(held.startswith("spring: held") and "audiencectl runs show 2" in held, True, held)
        world.ctl("runs", "cancel", "2")
        world.ctl("runs", "follow", "2", expect=1)
        os.remove(world.path("crm.db"))
        world.ctl("run", "spring", "--follow", expect=None)
        gone = world.ctl("check", expect=1).out
        equal(gone.startswith(("spring: skipped", "spring: failed")) and "audiencectl runs show 3" in gone, True, gone)


if __name__ == "__main__":
    WRITE = "--write" in sys.argv
    sys.argv = [word for word in sys.argv if word != "--write"]
    sys.exit(main(globals()))
