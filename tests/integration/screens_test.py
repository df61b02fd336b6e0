#!/usr/bin/env python3
"""What people see of a real daemon: a held plan in figures, runs that wait, a job of the provider, Ctrl-C, and a daemon that does not answer."""
import os
import pty
import re
import signal
import subprocess
import sys

from harness import AUDIENCE, World, equal, main
from rows import people, write_table
from sides import ConstantContact

LIST = rf"^/3\.0/lists/{AUDIENCE}\?"  # what a run asks first of its destination


def feed(world, count):
    rows = people(count, world.random)
    world.connect()
    write_table(world.path("crm.db"), "customers", rows)
    world.ctl("source", "add", "crm", "--sqlite", world.path("crm.db"))
    world.ctl("segment", "add", "customers", "--source", "crm", "--table", "customers", "--title", "Kunden in Köln")
    world.export("all", ["customers"], "--title", "東京のお客様")
    return rows


def environment(**more):
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "dumb", "TZ": "Europe/Berlin"} | more


def command(world, *words):
    return [world.ctl.program, *words, "--socket", world.daemon.socket]


def in_terminal(world, *words, **more):
    """-> what it shows in 80 columns, and its exit code"""
    master, slave = pty.openpty()
    subprocess.run(["stty", "cols", "80", "rows", "50"], stdin=slave, check=True)
    process = subprocess.Popen(command(world, *words), stdin=slave, stdout=slave, stderr=slave, env=environment(**more))
    os.close(slave)
    shown = b""
    try:
        while piece := os.read(master, 4096):
            shown += piece
    except OSError:
        pass  # the other end is closed
    os.close(master)
    text = shown.decode("utf-8").replace("\r\n", "\n")
    world.ctl.printed.append(text)
    return text, process.wait()


def has(text, *wanted):
    for one in wanted:
        equal(bool(re.search(one, text)), True, f"{one!r} in:\n{text}")


def test_a_held_plan_is_told_in_figures_and_decided(binaries):
    with World(binaries) as world:
        rows = feed(world, 400)
        world.check_run(world.ctl.run("all"), added=400)
        write_table(world.path("crm.db"), "customers", rows[:250])
        held = world.ctl.run("all", expect=7)
        number = held["id"]
        shown, code = in_terminal(world, "runs", "show", str(number))
        equal(code, 0, "the exit code")
        lines = shown.split("\n")
        equal(lines[0], f"run {number} of all (東京のお客様): held, waits for a person", "the first line")
        has(lines[1], "^  150 of 400 delivered members would lose a tag or the list, more than")
        has(shown, r"\n  would remove +150 of 400 members that were delivered before \(37\.5 %\)\n", r"Kunden in Köln +0 +150 +250 +400\n", rf"approve it: +audiencectl runs approve {number}",
            rf"cancel it: +audiencectl runs cancel {number}", r"began +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d CES?T")
        shown, code = in_terminal(world, "status")
        equal(code, 0, "the exit code of status")
        has(shown.split("\n")[0], "1 of 1 export needs attention")
        has(shown, rf"all \(東京のお客様\): held since .* CES?T", rf"next: audiencectl runs show {number}")
        piped = world.ctl("status").out
        has(piped, "150 of 400 delivered members would lose a tag or the list, more than --max-removal-percent 20 allows; look at the plan")
        world.ctl("runs", "approve", str(number))
        world.ctl("runs", "follow", str(number))
        shown, _ = in_terminal(world, "runs", "show", str(number))
        has(shown, "succeeded", r"removed +150\n", r"counts +250 read = 250 unchanged")
        shown, _ = in_terminal(world, "status")
        equal("attention" in shown, False, f"nothing needs attention:\n{shown}")


def test_a_run_is_planning_from_its_first_call_and_others_say_that_they_wait_for_it(binaries):
    with World(binaries) as world:
        feed(world, 20)
        world.export("other", ["customers"])
        world.sandbox.faults([{"name": "first", "method": "GET", "path": LIST, "next": 1, "action": {"kind": "hold"}}])
        first = int(world.ctl("run", "all").out)
        equal(world.sandbox.wait(1, held="first"), True, "the first run asks the provider")
        run = world.ctl.show(first)
        equal((run["status"], run["started_at"] is not None), ("planning", True), "a run that began")
        second = int(world.ctl("run", "other").out)
        third = int(world.ctl("run", "all").out)
        while not (waits := world.ctl.show(second)["waits_for"]):
            pass  # until the queue has seen it
        equal(waits, f"run {first} of all, which works at the same destination", "what the second run waits for")
        equal(world.ctl.show(third)["waits_for"], f"run {first} of the same export", "what the third run waits for")
        has(world.ctl("status").out, f"waits for run {first} of all, which works at the same destination")
        following = subprocess.Popen(command(world, "runs", "follow", str(second)), env=environment(), stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
        has(following.stdout.readline(), f"run {second}: queued, waits for run {first} of all")
        following.send_signal(signal.SIGINT)
        _, said = following.communicate(timeout=60)
        equal(following.returncode, -signal.SIGINT, "how Ctrl-C ends it")
        equal(said, f"\naudiencectl: run {second} goes on; follow it: audiencectl runs follow {second}; "
              f"stop it: audiencectl runs cancel {second}\n", "what it says")
        world.sandbox.release("first")
        for number in (first, second, third):
            world.ctl("runs", "follow", str(number))
            equal(world.ctl.show(number)["status"], "succeeded", f"run {number}")


def test_a_job_of_the_provider_is_waited_for_without_an_estimate(binaries):
    with World(binaries) as world:
        side = ConstantContact(world, "town", count=30)
        side.hold_jobs()
        run = side.start()
        following = subprocess.Popen(command(world, "runs", "follow", str(run)), env=environment(), stdout=subprocess.PIPE, text=True)
        for line in following.stdout:
            if "waits for the provider's job" in line:
                break
        has(line, rf"run {run}: delivering, 0 %, 0 of 30, waits for the provider's job")
        equal("left" in line, False, f"an estimate: {line}")
        progress = world.ctl.show(run)["progress"]
        equal((progress["seconds_left"], progress["waiting_for"]), (None, "the provider's job"), "the progress")
        has(world.ctl("status").out, "waits for the provider's job")
        side.hold_jobs(False)
        rest, _ = following.communicate(timeout=600)
        has(rest, f"run {run} of town: succeeded: 30 read, 30 added")


def test_a_daemon_that_does_not_answer_is_waited_for_and_given_up(binaries):
    with World(binaries) as world:
        world.daemon.process.send_signal(signal.SIGSTOP)
        try:
            said = world.ctl("status", expect=3)
        finally:
            world.daemon.process.send_signal(signal.SIGCONT)
        has(said.err, rf"audiencectl: waiting for the daemon at {world.daemon.socket} \.\.\.\n",
            r"audiencectl: the daemon at .* did not answer within 20 s; look at what it does: systemctl status audienced")
        equal(said.out, "", "standard output")
        has(world.ctl("status").out, "no exports yet")


if __name__ == "__main__":
    sys.exit(main(globals()))
