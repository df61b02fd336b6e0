#!/usr/bin/env python3
"""SIGTERM: ends within the drain time whatever hangs; a second one ends at once, and nothing is destroyed under what still works."""
import os
import signal
import subprocess
import sys
import time

from harness import AUDIENCE, World, equal, main
from rows import people, write_table

BULK = rf"/3\.0/lists/{AUDIENCE}(\?|$)"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'a@example.org' AS email FROM n WHERE i < 0"


def prepared(binaries, drain):
    world = World(binaries)
    world.daemon.config = world.path("audienced.toml")
    with open(world.daemon.config, "w", encoding="ascii") as file:
        file.write(f'drain_timeout = "{drain}"\n')
    return world


def feed(world):
    rows = people(40, world.random)
    world.connect()
    write_table(world.path("crm.db"), "all_of_them", rows)
    world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
    world.ctl("segment", "add", "all", "--source", "crm", "--table", "all_of_them", "--title", "Customers")
    world.export("all", ["all"])
    return rows


def client(world, *words):
    return subprocess.Popen([world.ctl.program, *words, "--socket", world.daemon.socket], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})


def ended(world, signals, within):
    """Sends them a moment apart; gives the exit code."""
    begin = time.monotonic()
    for each in signals[:-1]:
        world.daemon.process.send_signal(each)
        time.sleep(0.5)
    code = world.daemon.end(signals[-1])
    took = time.monotonic() - begin
    equal(took < within, True, f"ended within {within} s, in {took:.1f} s")
    log = open(world.daemon.log_path, encoding="utf-8", errors="replace").read()
    equal([word for word in ("AddressSanitizer", "ThreadSanitizer", "a bug") if word in log], [], "in the log")
    return code


def hanging_run(world):
    world.sandbox.faults([{"name": "first", "method": "POST", "path": BULK, "next": 1, "action": {"kind": "hold"}}])
    world.ctl("run", "all")
    equal(world.sandbox.wait(1, held="first"), True, "the call is under way")


def hanging_preview(world):
    world.ctl("segment", "add", "endless", "--source", "crm", "--query", ENDLESS)
    previews = [client(world, "segment", "preview", "endless") for _ in range(2)]
    time.sleep(1)
    return previews


def hanging_source(world):
    """As hanging_preview, in a call that nothing can interrupt: SQLite opens a journal that it finds, and opening a pipe waits for a writer."""
    os.mkfifo(world.path("crm.db-journal"))
    previews = [client(world, "segment", "preview", "all")]
    world.ctl("run", "all")
    time.sleep(1)
    return previews


def test_a_stop_ends_within_its_drain_time(binaries):
    for hang in (hanging_run, hanging_preview):
        with prepared(binaries, "4s") as world:
            rows = feed(world)
            previews = hang(world) or []
            equal(ended(world, [signal.SIGTERM], 6), 0, f"{hang.__name__}: exit code")
            for preview in previews:
                preview.kill()
                preview.wait()
            world.daemon.start()
            if hang is hanging_run:
                world.sandbox.release("first")
                world.ctl("runs", "follow", str(world.ctl.runs("all")[0]["id"]), expect=None)
            world.check_run(world.ctl.run("all"), read=len(rows), rejected=0)


def test_a_second_signal_ends_at_once(binaries):
    for hang in (hanging_run, hanging_source):
        with prepared(binaries, "60s") as world:
            feed(world)
            previews = hang(world) or []
            follower = client(world, "status", "--watch")
            time.sleep(0.5)
            equal(ended(world, [signal.SIGTERM, signal.SIGTERM], 5), 1, f"{hang.__name__}: exit code")
            for process in previews + [follower]:
                process.kill()
                process.wait()
            if hang is hanging_source:
                os.unlink(world.path("crm.db-journal"))
            world.daemon.start()
            world.daemon.stop()


if __name__ == "__main__":
    sys.exit(main(globals()))
