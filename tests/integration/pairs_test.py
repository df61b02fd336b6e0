#!/usr/bin/env python3
"""Every pair of what may happen and of where a run is just then (pairs.py), at both providers, as a table."""
import sys

from harness import equal, main
from pairs import play_all
from sides import ConstantContact, Mailchimp
from timed_world import TimedWorld


def every_pair_holds(binaries, kind):
    with TimedWorld(binaries) as world:
        equal(play_all(world, kind), 0, "pairs that broke a rule")


def test_pairs_at_mailchimp(binaries):
    every_pair_holds(binaries, Mailchimp)


def test_pairs_at_constant_contact(binaries):
    every_pair_holds(binaries, ConstantContact)


if __name__ == "__main__":
    sys.exit(main(globals()))
