#!/usr/bin/env python3
"""Sources of their own pace: looks at a slow one whose clients are gone, and one that hangs in the kernel, hold neither the runs of
other sources nor the end of the daemon."""
import os
import signal
import subprocess
import sys
import time

from daemon import Failed
from harness import AUDIENCE, World, equal, main
from rows import people, write_table

FOR_EVER = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT 'a@example.com' AS email, '' AS first_name, '' AS last_name, '' AS city FROM n WHERE i < 0")
OTHER = "b2c3d4e5f6"
LOOKS = 6  # more than the reads of one source at the same time


def furnish(world):
    """One source to run, and "slow" beside it; an export of each, to different audiences, since runs to one wait for each other."""
    world.connect()
    world.sandbox.audience("shop", OTHER, world.fields)
    rows = people(60, world.random)
    write_table(world.path("crm.db"), "customers", rows)
    write_table(world.path("slow.db"), "customers", rows)
    for name in ("crm", "slow"):
        world.ctl("source", "add", name, "--sqlite", world.path(f"{name}.db"))
        world.ctl("segment", "add", name, "--source", name, "--table", "customers")
        world.ctl("export", "add", name, "--connection", "shop", "--destination", AUDIENCE if name == "crm" else OTHER,
                  "--segment", name, "--email", "email")


def begin(world, *words):
    return subprocess.Popen([world.ctl.program, *words, "--socket", world.daemon.socket], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})


def within(seconds, what, act):
    began = time.monotonic()
    answer = act()
    took = time.monotonic() - began
    if took > seconds:
        raise Failed(f"{what} took {took:.1f} s, more than {seconds} s")
    return answer


def cpu(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_looks_whose_clients_are_gone_end(binaries):
    with World(binaries, seed=71) as world:
        furnish(world)
        added = begin(world, "segment", "add", "endless", "--source", "slow", "--query", FOR_EVER)
        if added.wait(60) != 0:
            raise Failed(f"segment add: {added.stdout.read()}")
        looks = [begin(world, "segment", "preview", "endless") for _ in range(LOOKS)]
        time.sleep(1)
        equal([look.poll() for look in looks], [None] * LOOKS, "the looks while they are under way")
        world.check_run(within(20, "a run of another source", lambda: world.ctl.run("crm")), added=60)
        for look in looks:
            look.kill()
            look.wait()
        time.sleep(2)
        before = cpu(world.daemon.process.pid)
        time.sleep(2)
        used = cpu(world.daemon.process.pid) - before
        if used > 0.5:
            raise Failed(f"the daemon still works for clients that are gone: {used:.1f} CPU s in 2 s")
        world.check_run(within(20, "a run of the same source", lambda: world.ctl.run("slow")), added=60)
        looks = [begin(world, "segment", "preview", "endless") for _ in range(LOOKS)]
        time.sleep(1)
        within(10, "the end of the daemon", world.daemon.stop)
        for look in looks:
            look.wait(30)


def test_a_source_that_hangs_in_the_kernel_holds_nothing_else(binaries):
    with World(binaries, seed=72) as world:
        furnish(world)
        # SQLite opens a journal that it finds, and opening a pipe waits for a writer: a call that nothing can interrupt.
        os.mkfifo(world.path("slow.db-journal"))
        look = begin(world, "segment", "preview", "slow")
        run = begin(world, "run", "slow", "--follow")
        time.sleep(1)
        world.check_run(within(20, "a run of another source", lambda: world.ctl.run("crm")), added=60)
        number = str(world.ctl.runs("slow")[0]["id"])
        within(10, "cancelling the run that hangs", lambda: world.ctl("runs", "cancel", number))
        run.wait(20)
        equal(world.ctl.show(number)["status"], "cancelled", "the run that hung")
        if look.poll() is not None:
            raise Failed(f"the look ended early: {look.stdout.read()}")
        code = within(15, "the end of the daemon", lambda: world.daemon.end(signal.SIGTERM))
        equal(code, 0, "its exit code")
        look.wait(30)
        os.unlink(world.path("slow.db-journal"))
        world.daemon.start()
        world.check_run(world.ctl.run("slow"), added=60)


def test_a_second_signal_ends_it_at_once(binaries):
    with World(binaries, seed=73) as world:
        furnish(world)
        os.mkfifo(world.path("slow.db-journal"))
        run = begin(world, "run", "slow", "--follow")
        time.sleep(1)
        world.daemon.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        code = within(5, "the end of the daemon", lambda: world.daemon.end(signal.SIGTERM))
        equal(code, 1, "its exit code")
        run.wait(30)
        os.unlink(world.path("slow.db-journal"))
        world.daemon.start()
        world.check_nobody_harmed()


def test_a_look_that_takes_a_minute_is_given_up_and_says_so(binaries):
    with World(binaries, seed=74) as world:
        furnish(world)
        os.mkfifo(world.path("slow.db-journal"))
        answer = within(75, "a look", lambda: world.ctl("segment", "preview", "slow", expect=None))
        if answer.code == 0 or "took longer than 60 s" not in answer.text:
            raise Failed(f"the look: exit {answer.code}, {answer.text}")


if __name__ == "__main__":
    sys.exit(main(globals()))
