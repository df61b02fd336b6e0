#!/usr/bin/env python3
"""What cannot be taken back is asked on a terminal, with what it does; scripts are not asked. A declined question has one sentence everywhere."""
import os
import subprocess
import sys

from harness import equal, main
from sides import BOTH, each_provider

DECLINED = "audiencectl: nothing was changed; the answer was not yes"


def answered(world, answer, *words):
    """-> exit code, standard output and standard error of the command on a terminal where this was typed."""
    master, slave = os.openpty()
    with subprocess.Popen([world.ctl.program, *words, "--socket", world.daemon.socket], stdin=slave, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as asked:
        os.write(master, answer.encode())
        out, err = asked.communicate(timeout=120)
    os.close(master)
    os.close(slave)
    return asked.returncode, out, err


def has(text, *words):
    for word in words:
        equal(word in text, True, f"{word!r} in {text!r}")


def not_asked(world, answer, *words):
    code, out, err = answered(world, answer, *words)
    equal((code, "[y/N]" in err), (0, False), f"{words}: {out}{err}")
    return out


@each_provider(*BOTH, count=4)
def forget_asks_on_a_terminal(world, side):
    """It erased at once, and cannot be taken back."""
    members = side.first()

    def forgets():
        return [row["action"] for row in world.ctl("audit", "--json").json()].count("forget")

    for answer in ("n\n", "\n", "no\n", "\x04"):
        code, out, err = answered(world, answer, "forget", members[0])
        equal((code, out, forgets()), (1, "", 0), f"{answer!r}: {out}{err}")
        has(err, "Erases every trace of this address", "it is known here", "may have a contact of it", "cannot be taken back", "[y/N]", DECLINED)
        equal(members[0] in err, False, f"the address: {err}")
    _, _, err = answered(world, "n\n", "forget", "unheard.of@example.org")
    has(err, "nothing is known of it here")
    code, out, err = answered(world, "n\n", "forget", "no-address", )
    equal((code, "[y/N]" in err), (2, False), f"no address: {err}")
    before = world.ctl("export", "explain", side.name, members[0], "--json").json()["delivered"]
    equal(before is not None, True, "what is known after the questions")
    code, out, err = answered(world, "y\n", "forget", members[0])
    equal((code, out.startswith("Forgotten"), forgets()), (0, True, 1), f"{out}{err}")
    not_asked(world, "", "forget", members[1], "--yes")
    # Scripts: no terminal, or the address from standard input.
    world.ctl("forget", members[2])
    world.ctl("forget", "-", stdin=members[3] + "\n")
    equal(forgets(), 4, "forgets")


@each_provider(*BOTH[:1], count=1)
def a_new_key_is_asked_for_on_a_terminal(world, side):
    """That all backups made before need the key that goes was said afterwards."""
    def rotations():
        return [row["action"] for row in world.ctl("audit", "--json").json()].count("keys rotate")

    code, out, err = answered(world, "n\n", "keys", "rotate")
    equal((code, out, rotations()), (1, "", 0), f"{out}{err}")
    has(err, "Every backup made before opens with the former key alone", os.path.join(world.daemon.state, "master.key"), "[y/N]", DECLINED)
    code, out, err = answered(world, "yes\n", "keys", "rotate")
    equal((code, out.startswith("The master key is changed"), rotations()), (0, True, 1), f"{out}{err}")
    not_asked(world, "", "keys", "rotate", "--yes")
    world.ctl("keys", "rotate")
    equal(rotations(), 3, "new keys")
    equal(side.connection()["state"], "ready", "the connection under the new key")


@each_provider(*BOTH[:1], count=2)
def a_declined_question_has_one_sentence(world, side):
    """`export remove --withdraw` and `apply --prune` each had their own."""
    side.first()
    with open(world.path("less.toml"), "w", encoding="utf-8") as file:
        file.write("")
    for words in (("export", "remove", side.name, "--withdraw"), ("apply", world.path("less.toml"), "--prune"), ("forget", list(side.rows)[0]),
                  ("keys", "rotate")):
        code, out, err = answered(world, "n\n", *words)
        equal((code, out, err.splitlines()[-1].endswith(DECLINED)), (1, "", True), f"{words}: {out}{err}")
    side.check()


if __name__ == "__main__":
    sys.exit(main(globals()))
