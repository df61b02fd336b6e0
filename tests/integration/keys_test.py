#!/usr/bin/env python3
"""A new master key: while runs deliver, killed at any moment, and with a key that is a systemd credential. Nothing that was sealed becomes
unreadable."""
import os
import subprocess
import sys
import time

from daemon import Failed, listed
from harness import NotTested, equal, main
from meanwhile import meanwhile
from sides import BOTH, Mailchimp, each_provider
from timed_world import TimedWorld

REFUSED = 6


def key_of(world):
    with open(os.path.join(world.daemon.state, "master.key"), "rb") as file:
        return file.read()


def staged(world):
    return os.path.exists(os.path.join(world.daemon.state, "master.key.new"))


def restart(world):
    world.daemon.stop()
    world.daemon.start()


def rotations(world):
    return [row for row in listed(world.ctl("audit", "--json").json()) if row["action"] == "keys rotate"]


def everything_opens(world, side):
    """Credentials and the addresses that removals need; `side` had members before."""
    side.leave(next(iter(side.rows)))
    side.move(next(iter(side.rows)))
    side.come(1)
    side.settles()


@each_provider(*BOTH)
def rotated_while_a_run_delivers(world, side):
    side.first()
    before = key_of(world)
    side.come(2)
    side.leave(next(iter(side.rows)))
    for place in ("reading", "held", "batch", "removal"):
        side.come(1)
        side.leave(next(iter(side.rows)))
        answers = []
        world.check_run(meanwhile(side, place, lambda: answers.append(world.ctl("keys", "rotate", "--json").json())), rejected=0)
        equal((answers[0]["unreadable"], answers[0]["values"] > 1), (0, True), f"what was sealed again while a run was at {place}: {answers[0]}")
        side.check()
    equal((key_of(world) == before, staged(world)), (False, False), "the key is the one of before, and another one waits")
    equal([(row["user"] != "", row["before"] != row["after"]) for row in rotations(world)], [(True, True)] * 4, "rows of the audit")
    restart(world)
    everything_opens(world, side)


@each_provider(Mailchimp, count=5000)
def killed_during_a_rotation(world, side):
    side.first()
    done = 0
    for kill in range(25):
        command = subprocess.Popen([world.ctl.program, "keys", "rotate", "--socket", world.daemon.socket],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(world.random.uniform(0, 0.5))  # drawn: the moment is the test
        world.daemon.kill()
        done += command.wait() == 0
        command.communicate()
        world.daemon.start()
        equal(staged(world), False, f"after kill {kill} a key waits to be taken")
        # Credentials open at once, whatever is still to be sealed again.
        world.ctl("connection", "test", side.name)
    everything_opens(world, side)
    print(f"25 kills; {done} rotations were complete before")


def test_a_key_that_is_a_credential(binaries):
    with TimedWorld(binaries) as world:
        given = world.path("credentials")
        os.mkdir(given, 0o700)
        side = Mailchimp(world, "town")
        side.first()

        def give(name, key):
            with open(os.path.join(given, name), "wb") as file:
                file.write(key)

        # The key file becomes the credential; then another takes its place.
        world.daemon.stop()
        first, second = key_of(world), os.urandom(32)
        os.rename(os.path.join(world.daemon.state, "master.key"), os.path.join(given, "master-key"))
        world.daemon.environment |= {"CREDENTIALS_DIRECTORY": given}
        world.daemon.start()
        refused = world.ctl("keys", "rotate", expect=REFUSED)
        equal(("credential" in refused.text, "master-key-old" in refused.text), (True, True), refused.text)
        world.daemon.stop()
        give("master-key", second)
        give("master-key-old", first)
        world.daemon.start()
        everything_opens(world, side)
        world.daemon.stop()
        os.unlink(os.path.join(given, "master-key-old"))
        world.daemon.start()
        everything_opens(world, side)
        changed = [row["user"] for row in listed(world.ctl("audit", "--json").json()) if row["action"] == "master key changed"]
        equal((changed, rotations(world)), (["audienced"], []), "who changed the key")
        equal(os.path.exists(os.path.join(world.daemon.state, "master.key")), False, "a key file beside the credential")


class SmallDisk(TimedWorld):
    """A state directory on a disk that can be filled."""

    def __enter__(self):
        os.mkdir(self.daemon.state, 0o700)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=0700", "none", self.daemon.state], capture_output=True, check=False)
        if done.returncode != 0:
            raise NotTested("a small disk: no file system can be mounted here")
        return super().__enter__()

    def __exit__(self, *what):
        self.daemon.kill()
        subprocess.run(["umount", self.daemon.state], check=True)
        super().__exit__(*what)

    def leave_free(self, kib):
        """All of the disk but so much is taken."""
        space = os.statvfs(self.daemon.state)
        with open(os.path.join(self.daemon.state, "filler"), "wb") as file:
            file.write(b"\0" * (space.f_bavail * space.f_frsize - kib * 1024))

    def make_room(self):
        os.unlink(os.path.join(self.daemon.state, "filler"))


def unfinished(world):
    return [one for one in world.ctl("status", "--json").json()["attention"] if one["subject"] == "master_key"]


def test_on_a_full_disk_it_says_so_and_goes_on_when_there_is_room(binaries):
    """The command hung, and said only that it waits for the daemon."""
    if os.geteuid() != 0:
        raise NotTested("a small disk: that takes root")
    with SmallDisk(binaries) as world:
        side = Mailchimp(world, "town", count=4000)
        side.first()
        # A start empties the log, which would take what is written without growing.
        restart(world)
        met = False
        for kib in (40, 80, 120, 160, 240, 320):
            world.leave_free(kib)
            answer = world.ctl("keys", "rotate", expect=None, timeout=60)
            if unfinished(world):
                met = True
                equal(answer.code, 1, answer.text)
                for words in ("nothing is lost", "goes on by itself", "free disk space"):
                    equal(words in answer.text, True, f"{words!r} in: {answer.text}")
                doctor = world.ctl("doctor", expect=None)
                equal("not everything is sealed under the new one" in doctor.text, True, doctor.text)
                equal("master key" in world.ctl("status").text, True, "the status for people")
                world.make_room()
                break
            equal(answer.code in (0, 1), True, answer.text)
            world.make_room()
        equal(met, True, "a rotation that the disk kept from ending")
        until = time.monotonic() + 150  # it tries again each minute
        while unfinished(world):
            if time.monotonic() > until:
                raise Failed(f"it does not go on: {world.daemon.tail()}")
            time.sleep(1)
        equal(staged(world), False, "a key that waits")
        restart(world)
        everything_opens(world, side)


if __name__ == "__main__":
    sys.exit(main(globals()))
