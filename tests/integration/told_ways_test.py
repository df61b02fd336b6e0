#!/usr/bin/env python3
"""The ways that tell people: the heartbeat of a refresh and of one export, a program that a stop waits for, doctor --hooks."""
import os
import signal
import sys

from harness import equal, main
from receivers import PATHS
from told_world import ToldWorld, ended


def test_the_heartbeat(binaries):
    with ToldWorld(binaries) as world:
        world.furnish()
        os.makedirs(world.path("other"))
        other = world.path("other/two.csv")
        os.link(world.path("csv/all.csv"), other)
        world.ctl("source", "add", "other", "--csv", world.path("other"))
        world.ctl("segment", "add", "two", "--source", "other", "--file", "two.csv", "--title", "Two")
        world.export("two", ["two"])
        refresh, export = world.web.came[PATHS["heartbeat"]], world.web.came[PATHS["heartbeat:all"]]
        world.night()
        refresh.await_one(lambda _: True, "the heartbeat of the refresh")
        export.await_one(lambda _: True, "the heartbeat of the export")
        os.unlink(other)
        run = world.night("two")
        ended(world, run, "skipped")
        world.told("export:two", "skipped")
        export.await_one(lambda _: True, "the heartbeat of the export")
        world.ring()
        equal(refresh.messages, [], "heartbeats of a refresh that was not good")
        # Put right, and run by a person: now all of it is fresh.
        os.link(world.path("csv/all.csv"), other)
        world.ctl.run("two")
        refresh.await_one(lambda _: True, "the heartbeat of the refresh that was put right")
        world.told("export:two", "ok")
        equal((refresh.messages, export.messages), ([], []), "heartbeats beside that")


def test_a_program_under_way_is_not_cut_off_by_a_stop(binaries):
    with ToldWorld(binaries, hook="cat > /dev/null; echo began > \"$0.began\"; read line < \"$0.go\"; echo ended > \"$0.ended\"") as world:
        world.furnish()
        os.mkfifo(world.path("hook.go"))
        os.unlink(world.path("csv/all.csv"))
        ended(world, world.night(), "skipped")
        world.webhooks().await_one(lambda _: True, "the webhook")
        world.until(lambda: os.path.exists(world.path("hook.began")), lambda: "the program was never started")
        world.daemon.process.send_signal(signal.SIGTERM)
        with open(world.path("hook.go"), "w", encoding="ascii") as go:
            go.write("go\n")
        equal(world.daemon.process.wait(60), 0, "the exit code")
        world.daemon.process = None
        equal(os.path.exists(world.path("hook.ended")), True, "the program came to its end")


def test_doctor(binaries):
    with ToldWorld(binaries) as world:
        tested = world.ctl("doctor", "--hooks", "--json").json()
        equal([(one["way"], one["ok"], one["answer"]) for one in tested["hooks"]],
              [("command", True, "exit code 0"), ("webhook", True, "HTTP status 200"), ("slack", True, "HTTP status 200"),
               ("email", True, "250 2.0.0 Ok: queued as 1"), ("heartbeat", True, "HTTP status 200"), ("heartbeat:all", True, "HTTP status 200")], "all ways")
        equal(world.checked(world.webhooks().await_one(lambda _: True, "the test"))["event"], "test", "what the webhook got")
        world.web.status[PATHS["slack"]] = 403
        world.relay.refuse = "554 5.7.1 no thanks, ann@example.org"
        shown = world.ctl("doctor", "--hooks", expect=1)
        equal([words in shown.text for words in ("it answered with HTTP status 403", "554 5.7.1 no thanks", "exit code 0", "FAILED")], [True] * 4, shown.text)
        equal([words in shown.text for words in ("canary-of", "example.org")], [False] * 2, shown.text)
        world.away()
        equal(world.ctl("doctor", "--hooks", expect=1).text.count("FAILED"), 5, "ways that are away")
        world.daemon.stop()
        os.chmod(world.path("secret"), 0)
        os.unlink(world.path("secret"))
        world.daemon.start(wait=False)
        equal(world.daemon.process.wait(60), 78, "without the file of the secret")
        world.daemon.process = None
        equal(f"webhook.secret_file: the file {world.path('secret')} cannot be read" in world.daemon.tail(), True, world.daemon.tail())


if __name__ == "__main__":
    sys.exit(main(globals()))
