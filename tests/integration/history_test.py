#!/usr/bin/env python3
"""At least a thousand random steps over two exports that share a destination (history.py); AUDIENCED_SEED=N plays another one, or one again."""
import os
import random
import sys

from harness import FULL, main
from history import play
from sides import ConstantContact, Mailchimp
from timed_world import TimedWorld

SEED = int(os.environ.get("AUDIENCED_SEED", "8"))
STEPS = 10_000 if FULL else 1_000


def random_history(binaries, kind, longest, runs):
    """`longest`: so many steps at most until both exports have run and the world is compared."""
    print(f"{kind.provider}: AUDIENCED_SEED={SEED}, {STEPS} steps", flush=True)
    with TimedWorld(binaries) as world:
        world.sandbox.knobs(mc_archived_on_status_if_new="revived", cc_activity_seconds=0)
        play(world, kind, random.Random(SEED), STEPS, longest, runs)


def test_history_at_mailchimp(binaries):
    random_history(binaries, Mailchimp, 7, 0.12)


def test_history_at_constant_contact(binaries):
    """Four calls a second, and jobs that are asked about after a second: fewer runs, of more changes each."""
    random_history(binaries, ConstantContact, 60, 0.04)


if __name__ == "__main__":
    sys.exit(main(globals()))
